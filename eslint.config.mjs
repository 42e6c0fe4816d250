import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom. A folder may import itself, the folders listed with it, and packages; `vscode` only where it says so.
 * ARCHITECTURE in one table: base ← model ← protocol; model ← storage, git, telemetry ← llm ← agents, evaluation ← sessions ← workflow ← orchestrator ← cli, vscode.
 */
const rooms = {
  base: [],
  model: ['base'],
  protocol: ['base', 'model'],
  storage: ['base', 'model'],
  git: ['base', 'model'],
  telemetry: ['base', 'model'],
  llm: ['base', 'model', 'telemetry'],
  agents: ['base', 'model'],
  evaluation: ['base', 'model', 'git', 'telemetry', 'llm'],
  sessions: ['base', 'model', 'storage', 'git', 'telemetry', 'llm', 'agents', 'evaluation'],
  workflow: ['base', 'model', 'storage', 'git', 'telemetry', 'llm', 'agents', 'evaluation', 'sessions'],
  cli: ['base', 'model', 'orchestrator'],
  vscode: ['base', 'model', 'protocol', 'orchestrator'],
};

const allRooms = Object.keys(rooms);

const noEditor = { name: 'vscode', message: 'Only src/vscode and src/extension.ts may import the editor.' };

function importRule(room) {
  const allowed = new Set([room, ...rooms[room]]);
  const barred = [...allRooms.filter((other) => !allowed.has(other)).filter((other) => other !== 'orchestrator').map((other) => `**/${other}/**`), ...(allowed.has('orchestrator') ? [] : ['**/orchestrator', '**/extension']), ...(allowed.has('model') ? ['!**/model/workflow/**'] : [])];
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: room === 'vscode' ? [] : [noEditor],
          patterns: [{ group: barred, message: `src/${room} may import only: ${[...allowed].join(', ')}.` }, { group: ['**/webview/**'], message: 'Pages import the host side, never the reverse.' }],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '**/node_modules/', 'media/', 'test/fixtures/', 'test/bench/'] },
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['test/*.mts', 'test/e2e/*.mts'] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Named shapes that extend another add meaning even when they add no field; object types read well either way.
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // A class with only a constructor's fields is how errors and records are written here.
      '@typescript-eslint/no-extraneous-class': 'off',
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      // Recursive shapes can only be written with an index signature.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['functions', 'arrowFunctions', 'asyncMethods'] }],
      eqeqeq: 'error',
    },
  },
  ...allRooms.map(importRule),
  {
    files: ['webview/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // Speaks to the React Compiler, which this project does not use.
      'react-hooks/incompatible-library': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [noEditor],
          patterns: [
            { regex: 'src/(?!base/|model/|protocol/)', message: 'Pages see only base, model and protocol of src.' },
            { group: ['**/protocol/validate', '**/protocol/hostPeer', 'ajv', 'node:*'], message: 'Host side only: a page cannot compile schemas under its content security policy.' },
          ],
        },
      ],
    },
  },
  // The in-memory twin of the host is for tests: it runs where schemas can be compiled.
  { files: ['webview/shared/hostTwin.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['webview/**'], ignores: ['webview/shared/ui/**'], rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ name: '@vscode/webview-ui-toolkit/react', message: 'Only webview/shared/ui may import the toolkit.' }] }] } },
  { files: ['test/**/*.{mts,ts,tsx}', '*.mjs'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['scripts/**/*.mjs', '*.mjs'],
    extends: [tseslint.configs.base],
    rules: { eqeqeq: 'error', 'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!node:|\\.|esbuild$|eslint|typescript-eslint)', message: 'Scripts run before anything is installed: no dependencies.' }] }] },
  },
);
