import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseDiagnostics } from '../../../../src/evaluation/analysis/compilerOutput';
import { createTypescriptEvaluator } from '../../../../src/evaluation/builtin/typescript';
import { evaluate, evaluatorContext, type EvaluationSetup, type TreeContent } from '../../../support/evalHarness';

const packages = ['typescript'];
const compilerOptions = { strict: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', types: [], lib: ['es2022'] };
const tsconfig = `{\n  // comments and a comma are fine\n  "compilerOptions": ${JSON.stringify(compilerOptions)},\n  "include": ["src"],\n}\n`;
const run = (setup: EvaluationSetup): ReturnType<typeof evaluate> => evaluate(createTypescriptEvaluator(), { packages, ...setup });

it('finds what the project\'s own compiler finds', async () => {
  const head: TreeContent = { 'tsconfig.json': tsconfig, 'src/a.ts': "export const n: number = 'one';\nimport { gone } from './gone';\n", 'src/b.ts': 'interface Deep { readonly inner: { readonly value: number } }\nexport const deep: Deep = { inner: { value: "x" } } as { inner: { value: string } };\n' };
  const evaluator = createTypescriptEvaluator();
  const context = await evaluatorContext(evaluator, { head, packages });
  const outcome = await evaluator.evaluate(context);
  const { stdout } = spawnSync('node', ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p', '.'], { cwd: (await context.tree.layOut()).directory, encoding: 'utf8' });
  const byHand = stdout.split('\n').flatMap((line) => /^(.+)\((\d+),(\d+)\): error (TS\d+)/.exec(line)?.slice(1, 5).join(' ') ?? []);
  expect(byHand.length).toBeGreaterThanOrEqual(3);
  expect(outcome.issues.map(({ file, range, ruleId }) => `${file ?? ''} ${range?.startLine ?? 0} ${range?.startColumn ?? 0} ${ruleId}`)).toEqual(byHand);
  expect(outcome.issues.find(({ file }) => file === 'src/b.ts')?.message).toMatch(/^Type .*\n {2}.*\n.*Type 'string' is not assignable to type 'number'\.$/s);
  expect(outcome).toMatchObject({ verdict: 'failed', score: 100 - 5 * byHand.length, isolation: 'process', metrics: { errors: byHand.length, projects: 1 } });
});

it('passes what has no errors', async () => {
  expect(await run({ head: { 'tsconfig.json': tsconfig, 'src/a.ts': 'export const n: number = 1;\n' } })).toMatchObject({ verdict: 'passed', score: 100, issues: [] });
});

it('follows references, checks several projects, and leaves out what is not selected', async () => {
  const part = (references: readonly string[]): string => JSON.stringify({ compilerOptions: { ...compilerOptions, composite: true, rootDir: '.', outDir: 'out' }, include: ['*.ts'], references: references.map((path) => ({ path })) });
  const head: TreeContent = {
    'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'core' }, { path: 'app' }] }),
    'core/tsconfig.json': part([]),
    'core/core.ts': 'export const core: number = "core";\n',
    'app/tsconfig.json': part(['../core']),
    'app/app.ts': "import { core } from '../core/core';\nexport const text: string = core;\n",
  };
  const places = async (setup: Partial<EvaluationSetup>): Promise<readonly string[]> => (await run({ head, ...setup })).issues.map(({ file, ruleId }) => `${file ?? ''} ${ruleId}`);
  expect(await places({})).toEqual(['core/core.ts TS2322', 'app/app.ts TS2322']);
  expect(await places({ context: { selected: (file) => file.startsWith('app') } })).toEqual(['app/app.ts TS2322']);
  expect(await places({ config: { options: { project: ['core', 'core/tsconfig.json'], build: false } } })).toEqual(['core/core.ts TS2322']);
});

it('tells what is wrong with a whole project', async () => {
  const outcome = await run({ head: { 'tsconfig.json': tsconfig } });
  expect(outcome).toMatchObject({ verdict: 'failed', score: 95, issues: [{ ruleId: 'TS18003', severity: 'error' }] });
  expect(outcome.issues[0]).not.toHaveProperty('file');
});

it('says what is missing, and names an option that does not fit', async () => {
  expect(await run({ head: { 'a.ts': 'let a = 1;\n' } })).toMatchObject({ verdict: 'unscored', score: null, error: 'There is no tsconfig.json.' });
  expect(await run({ head: { 'tsconfig.json': tsconfig }, packages: [] })).toMatchObject({ verdict: 'unscored', score: null, error: expect.stringContaining('npm install --save-dev typescript') as string });
  expect(await run({ head: { 'tsconfig.json': tsconfig }, config: { options: { project: 'other' } } })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('option project names other') as string });
  expect(await run({ head: { 'tsconfig.json': tsconfig }, config: { options: { projects: 'other' } } })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('projects') as string });
});

it('is errored by a compiler that breaks or talks of something else', async () => {
  const compiler = (program: string): TreeContent => ({ 'tsconfig.json': tsconfig, 'node_modules/typescript/package.json': '{ "version": "5.0.0", "bin": { "tsc": "tsc.js" } }', 'node_modules/typescript/tsc.js': program });
  expect(await run({ head: compiler('console.log("Segmentation fault"); process.exit(139);'), packages: [] })).toMatchObject({ verdict: 'errored', score: null, details: 'Segmentation fault', error: expect.stringContaining('ended with 139') as string });
  expect(await run({ head: compiler('console.log("garbage"); process.exit(2);'), packages: [] })).toMatchObject({ verdict: 'errored', score: null });
  expect(await run({ head: compiler('setInterval(() => {}, 1000);'), packages: [], context: { timeoutMs: 800 } })).toMatchObject({ verdict: 'errored', error: 'TypeScript 5.0.0 did not end in time.' });
});

it('reads what the compiler prints', () => {
  const output = ['src/a (1).ts(12,5): error TS2322: Type X.', '  Deeper.', '    Deepest.', '../outside.ts(1,1): error TS1: Out.', 'node_modules/x/index.d.ts(3,4): error TS2: In.', 'C:\\other\\a.ts(1,2): error TS3: Drive.', 'error TS5023: Unknown compiler option.', 'error TS5023: Unknown compiler option.', 'Version 5', ''].join('\r\n');
  expect(parseDiagnostics(output, '')).toEqual([
    { ruleId: 'TS2322', message: 'Type X.\n  Deeper.\n    Deepest.', severity: 'error', file: 'src/a (1).ts', range: { startLine: 12, startColumn: 5 } },
    { ruleId: 'TS1', message: '../outside.ts:1: Out.', severity: 'error' },
    { ruleId: 'TS2', message: 'node_modules/x/index.d.ts:3: In.', severity: 'error' },
    { ruleId: 'TS3', message: 'C:\\other\\a.ts:1: Drive.', severity: 'error' },
    { ruleId: 'TS5023', message: 'Unknown compiler option.', severity: 'error' },
  ]);
});
