import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ESLint } from 'eslint';
import { expect, it } from 'vitest';
import { bundledConfig } from '../../../../src/evaluation/analysis/lintPass';
import { createEslintEvaluator } from '../../../../src/evaluation/builtin/eslint';
import type { Evaluator } from '../../../../src/evaluation/evaluator';
import { testAnalyser } from '../../../support/analysisAssets';
import { evaluate, evaluatorContext, type TreeContent } from '../../../support/evalHarness';
import { temporaryDirectory } from '../../../support/temporary';

const packages = ['eslint', '@eslint/js', 'typescript-eslint', 'typescript'];
const rules = "{ rules: { semi: ['error', 'always'], 'prefer-const': 'warn', 'no-undef': 'error' } }";
const config = `export default [{ ignores: ['ignored/**'] }, ${rules}];\n`;
const manifest = '{ "type": "module" }\n';

function evaluator(): Evaluator {
  return createEslintEvaluator({ analyser: testAnalyser() });
}

interface CliFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly line: number; readonly column: number; readonly message: string; readonly severity: number }[];
}

/** ESLint's own command line, by hand. */
function commandLine(directory: string, files: readonly string[]): readonly (readonly unknown[])[] {
  const { stdout } = spawnSync('node', ['node_modules/eslint/bin/eslint.js', '--format', 'json', ...files], { cwd: directory, encoding: 'utf8' });
  const report = JSON.parse(stdout) as readonly CliFile[];
  return report.flatMap(({ filePath, messages }) => messages.filter(({ message }) => !message.startsWith('File ignored')).map(({ ruleId, line, column, message, severity }) => [path.relative(directory, filePath), ruleId, line, column, message, severity === 2 ? 'error' : 'warning']));
}

it('finds in changed files what the project\'s own ESLint finds, with its pages', async () => {
  const base: TreeContent = { 'eslint.config.js': config, 'package.json': manifest, 'a.js': 'export const a = 1;\n', 'old.js': 'let untouched = 1\n' };
  const head: TreeContent = { ...base, 'a.js': 'export const a = 1;\nlet b = a\nexport { b };\n', 'src/new file [1].js': 'missing();\n', '-dash.js': 'export const c = 1\n', 'ignored/x.js': 'let x = 1\n', 'README.md': 'let x\n', 'image.png': Buffer.from([0, 1, 2]), 'types.ts': 'export const t: number = 1\n' };
  const setup = { base, head, packages };
  const context = await evaluatorContext(evaluator(), setup);
  const outcome = await evaluator().evaluate(context);
  const { directory } = await context.tree.layOut();
  const found = outcome.issues.map(({ file, ruleId, range, message, severity }) => [file, ruleId, range?.startLine, range?.startColumn, message, severity]);
  expect(found.sort()).toEqual(commandLine(directory, ['a.js', 'src/new file [1].js', './-dash.js']).toSorted());
  expect(outcome).toMatchObject({ verdict: 'failed', score: 100 - 5 * 3 - 1, metrics: { files: 3, errors: 3, warnings: 1 }, isolation: 'process' });
  expect(outcome.issues.find(({ ruleId }) => ruleId === 'prefer-const')?.helpUri).toBe('https://eslint.org/docs/latest/rules/prefer-const');
  expect(outcome.details).toMatch(/^ESLint 10\.\d+\.\d+: 3 files, 3 errors, 1 warning\. 3 files left out: ignored by the configuration, or minified\.$/);
});

it('takes plugins, TypeScript and their pages from the project, and says that the configuration was changed', async () => {
  const typescriptConfig = "import tseslint from 'typescript-eslint';\nexport default tseslint.config({ files: ['**/*.ts'], extends: [tseslint.configs.recommended] });\n";
  const outcome = await evaluate(evaluator(), { base: { 'package.json': manifest }, head: { 'package.json': manifest, 'eslint.config.js': typescriptConfig, 'a.ts': 'export const a: any = 1;\n' }, packages });
  expect(outcome.issues).toEqual([{ ruleId: '@typescript-eslint/no-explicit-any', message: 'Unexpected any. Specify a different type.', severity: 'error', file: 'a.ts', range: { startLine: 1, startColumn: 17, endLine: 1, endColumn: 20 }, helpUri: 'https://typescript-eslint.io/rules/no-explicit-any' }]);
  expect(outcome.details).toContain('The change touches the configuration of ESLint; the changed one was used.');
});

it('runs in the folder of each configuration, or on all files', async () => {
  const head: TreeContent = { 'package.json': manifest, 'packages/one/eslint.config.js': config, 'packages/one/a.js': 'const a = 1\n', 'packages/two/eslint.config.js': "export default [{ rules: { 'no-var': 'warn' } }];\n", 'packages/two/b.js': 'var b = 1\n' };
  const paths = async (base: TreeContent, options: Record<string, unknown>): Promise<unknown> => (await evaluate(evaluator(), { base, head, packages, config: { options } })).issues.map(({ file, ruleId }) => `${file ?? ''} ${ruleId}`).sort();
  const everything = ['packages/one/a.js semi', 'packages/two/b.js no-var'];
  expect(await paths({}, {})).toEqual(everything);
  expect(await paths({ ...head, 'packages/two/b.js': '' }, {})).toEqual(['packages/two/b.js no-var']);
  expect(await paths(head, { files: 'all' })).toEqual(everything);
});

it('obeys maxWarnings, inlineConfig, selected files, and names an option that does not fit', async () => {
  const head: TreeContent = { 'eslint.config.js': config, 'package.json': manifest, 'a.js': 'let a = 1;\nexport { a };\n// eslint-disable-next-line no-undef\nmissing();\n' };
  const run = (options: Record<string, unknown>, context = {}): ReturnType<typeof evaluate> => evaluate(evaluator(), { base: {}, head, packages, config: { options }, context });
  expect(await run({})).toMatchObject({ verdict: 'passed', score: 99 });
  expect(await run({ maxWarnings: 0 })).toMatchObject({ verdict: 'failed', score: 99 });
  expect(await run({ inlineConfig: false })).toMatchObject({ verdict: 'failed', metrics: { errors: 1 } });
  expect(await run({}, { selected: (file: string) => file !== 'a.js' })).toMatchObject({ metrics: { files: 1, warnings: 0 } });
  expect(await run({ maxWarning: 1 })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('maxWarning') as string });
});

it.each([
  ['a broken configuration', { 'eslint.config.js': 'export default [{ rules: { "no-such/rule": "error" } }];\n' }, /could not run \(its configuration cannot be used, or a plugin is missing\).*no-such/s],
  ['a missing plugin', { 'eslint.config.js': 'import "eslint-plugin-that-is-not-there";\nexport default [];\n' }, /eslint-plugin-that-is-not-there/],
  ['a configuration that ends the program', { 'eslint.config.js': 'process.exit(0);\n' }, /wrote no report/],
  ['an old style that this version does not know', { '.eslintrc.json': '{ "root": true }\n' }, /eslint\.config/],
])('is errored by %s, in ESLint\'s own words', async (_name, files, words) => {
  const outcome = await evaluate(evaluator(), { base: {}, head: { 'package.json': manifest, 'a.js': 'let a;\n', ...files }, packages });
  expect(outcome).toMatchObject({ verdict: 'errored', score: null, issues: [] });
  expect(outcome.error).toMatch(words);
});

it('is errored where ESLint is configured and not installed', async () => {
  expect(await evaluate(evaluator(), { base: {}, head: { 'eslint.config.js': config, 'a.js': 'let a;\n' } })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('is not installed') as string });
});

it('is errored where the change takes the configuration away', async () => {
  const base = { 'eslint.config.js': config, 'a.js': 'let a;\n' };
  expect(await evaluate(evaluator(), { base, head: { 'a.js': 'let b;\n' }, packages })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('with this change nothing does') as string });
  expect(await evaluate(evaluator(), { base, head: { '.eslintrc.json': '{}', 'a.js': 'let b;\n' } })).toMatchObject({ error: expect.not.stringContaining('with this change nothing does') as string });
});

const samples: TreeContent = {
  'package.json': '{}\n',
  'common.js': "const fs = require('fs');\nmodule.exports = () => { if (a = 1) { debugger; } };\n",
  'modern.js': "import x from './x.js';\nexport const y = document.title + process.cwd() + new HTMLFancyElement() + undefinedThing;\n",
  'test.js': "describe('a', () => { it('b', () => { expect(1).toBe(1); }); });\n",
  'view.jsx': 'export const View = () => <Row a={1} />;\nfunction Row() { debugger; return null; }\n',
  'script.cjs': "'use strict';\nreturn 1;\nunreachable();\n",
  'es.mjs': 'export const re = /[ab/;\n',
  'es2.mjs': 'const n = 08;\nexport { n };\n',
  'comment.js': '/* eslint no-console: error, react/prop-types: error */\n// eslint-disable-next-line react/jsx-key\nconsole.log(1);\n',
  'bundle.min.js': 'debugger;\n',
  'bundle.js': `debugger;${'a();'.repeat(3_000)}\n`,
  'broken.js': 'const const = 1;\n',
};

it('without an ESLint of its own finds in JavaScript what ESLint\'s recommended rules find', async () => {
  const outcome = await evaluate(evaluator(), { base: {}, head: { ...samples, 'a.ts': 'let a: any;\n' } });
  const directory = temporaryDirectory();
  const expected: string[] = [];
  for (const [file, text] of Object.entries(samples)) {
    if (!/\.[cm]?jsx?$/.test(file) || file.startsWith('bundle')) continue;
    const sourceType = /\.mjs$|modern|view/.test(file) ? 'module' : 'commonjs';
    const eslint = new ESLint({ cwd: directory, overrideConfigFile: true, overrideConfig: bundledConfig(sourceType) });
    const [result] = await eslint.lintText(text.toString(), { filePath: path.join(directory, file) });
    expected.push(...(result?.messages ?? []).map(({ ruleId, line, severity, message, fatal }) => `${file}:${line} ${ruleId ?? (fatal ? 'syntax' : '')} ${severity} ${message}`));
  }
  const found = outcome.issues.map(({ file, range, ruleId, severity, message }) => `${file ?? ''}:${range?.startLine ?? 0} ${ruleId} ${severity === 'error' ? 2 : 1} ${message}`);
  // Known of browsers by its family; and rules of a plugin that only the project could have.
  const notHere = /HTMLFancyElement|Definition for rule/;
  expect(expected.filter((line) => notHere.test(line)).length).toBe(3);
  expect(found.sort()).toEqual(expected.filter((line) => !notHere.test(line)).sort());
  expect(found.flatMap((line) => /^(\S+) no-undef .*'(.*)'/.exec(line)?.slice(1, 3).join(' ') ?? [])).toEqual(['common.js:2 a', 'modern.js:2 undefinedThing', 'script.cjs:3 unreachable']);
  expect(found.filter((line) => line.startsWith('view.jsx'))).toEqual(['view.jsx:2 no-debugger 2 Unexpected \'debugger\' statement.']);
  expect(outcome).toMatchObject({ verdict: 'failed', isolation: 'none' });
  expect(outcome.details).toContain('2 files left out');
  expect(outcome.details).toContain('1 file of TypeScript not linted. Install eslint and typescript-eslint');
});

it('does not judge TypeScript without an ESLint of its own, nor nothing', async () => {
  expect(await evaluate(evaluator(), { base: {}, head: { 'a.ts': 'let a: any;\n' } })).toMatchObject({ verdict: 'unscored', score: null, error: expect.stringContaining('Install eslint and typescript-eslint') as string });
  expect(await evaluate(evaluator(), { head: { 'a.js': 'debugger;\n' } })).toMatchObject({ verdict: 'unscored', score: null });
  expect(await evaluate(evaluator(), { base: {}, head: { 'a.py': 'x = 1\n' } })).toMatchObject({ verdict: 'unscored', score: null });
});

it('ends a file that a linter hangs on at the deadline, and names it', async () => {
  const outcome = await evaluate(evaluator(), { base: {}, head: { 'a.js': 'var a = 1;\n', 'huge.js': 'value = other ? value : [other];\n'.repeat(150_000) }, context: { timeoutMs: 1_000 } });
  expect(outcome).toMatchObject({ verdict: 'errored', score: null, error: 'It did not end within 1.0 s. It was looking at huge.js.' });
});

it('looks at the base\'s side of the same files for a baseline', async () => {
  const context = await evaluatorContext(evaluator(), { base: { 'a.js': 'debugger;\n', 'same.js': 'debugger;\n' }, head: { 'a.js': 'debugger;\ndebugger;\n', 'same.js': 'debugger;\n', 'new.js': 'debugger;\n' } });
  expect((await context.atBase())?.issues.map(({ file }) => file)).toEqual(['a.js']);
});

it('keeps nothing over an installation', async () => {
  const key = async (installed: readonly string[]): Promise<string | undefined> => evaluator().cacheKey(await evaluatorContext(evaluator(), { head: {}, packages: installed }));
  expect(await key(['eslint'])).toBe(await key(['eslint']));
  expect(await key(['eslint'])).not.toBe(await key([]));
});
