import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createAnalyser } from '../../src/evaluation/analysis/analyser';
import { createEslintEvaluator } from '../../src/evaluation/builtin/eslint';
import type { EvalChange, EvaluatedTree, EvaluationInput } from '../../src/evaluation/evaluationInput';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome, RunTool } from '../../src/evaluation/evaluator';
import { run } from '../../src/base/processes';
import { presetRows } from './presetBench';
import { median, report } from './report';

const root = process.cwd();
const assets = process.env['AMP_BENCH_ASSETS'] ?? 'dist';
const changedFiles = 200;
const rounds = 5;
/** The limit of the evaluator's time by the command line's. */
const mostRatio = 1.15;

/** One module of ordinary code with a slip here and there, each one another. */
function moduleText(number: number): string {
  const functions = Array.from({ length: 12 }, (_function, n) => `export function step${number}x${n}(input, options = {}) {
  const limit = options.limit ?? ${number + n};
  const unused${n} = input.length;
  for (const [at, item] of input.entries()) {
    if (at > limit) break;
    if (item.kind === 'a${n}' && item.value !== undefined) {
      try {
        options.on?.(item.value * ${n} + at);
      } catch (error) {
        console.error(\`step ${number}: \${error.message}\`);
      }
    } else if (item.kind == null || !item.parts) {
      continue;
    }
  }
  return input.map((item) => ({ ...item, index: limit${n % 5 === 0 ? ' + missing' : ''} }));
}
`);
  return `import { helper${number} } from './helper.js';\n${functions.join('\n')}\nexport const ready${number} = helper${number}();\n`;
}

interface Project {
  readonly directory: string;
  readonly files: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Changed files in a folder as the runner lays them out; with an ESLint of its own, or without one. */
function makeProject(folder: string, hasEslint: boolean): Project {
  const texts = new Map(Array.from({ length: changedFiles }, (_file, n) => [`src/module${n}.js`, moduleText(n)]));
  const files = [...texts.keys()];
  texts.set('package.json', '{ "type": "module" }\n');
  if (hasEslint) texts.set('eslint.config.js', "import js from '@eslint/js';\nexport default [js.configs.recommended, { languageOptions: { globals: { console: 'readonly' } } }];\n");
  for (const [file, text] of texts) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  for (const name of ['eslint', '@eslint/js']) {
    mkdirSync(path.dirname(path.join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name), 'junction');
  }
  return { directory: folder, files, texts };
}

function contextOf({ directory, files, texts }: Project): EvaluatorContext {
  const tree: EvaluatedTree = {
    treeHash: 'head',
    read: (file) => Promise.resolve(texts.has(file) ? Buffer.from(texts.get(file) ?? '') : undefined),
    size: (file) => Promise.resolve(texts.get(file)?.length),
    list: () => Promise.resolve([...texts.keys()].sort()),
    layOut: () => Promise.resolve({ directory, notices: [] }),
    installed: () => Promise.resolve(''),
  };
  const changes = files.map((file): EvalChange => ({ path: file, change: 'modified', binary: false, added: [{ start: 1, count: 1 }], removed: [] }));
  const input: EvaluationInput = { head: tree, base: tree, changes, diff: () => Promise.resolve(''), dispose: () => Promise.resolve() };
  const runTool: RunTool = async ({ argv: [program, ...args], folder = '.', env }) => ({ ...(await run(program, args, { cwd: path.join(directory, folder), env: { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`, ...env } })), isolation: 'process' });
  return { input, tree, isBase: false, config: { name: 'eslint' }, timeoutMs: 120_000, signal: new AbortController().signal, runTool, atBase: () => Promise.resolve(undefined), metrics: {}, origin: { sessionId: 'bench' }, readDefinition: () => Promise.resolve(undefined), selected: () => true };
}

interface Measured {
  readonly ms: number;
  readonly errors: number;
}

async function evaluatorTime(evaluator: Evaluator, project: Project): Promise<Measured> {
  const context = contextOf(project);
  const started = performance.now();
  const outcome: EvaluatorOutcome = await evaluator.evaluate(context);
  const ms = performance.now() - started;
  if (outcome.score === null) throw new Error(outcome.error);
  return { ms, errors: outcome.metrics?.['errors'] ?? Number.NaN };
}

/** ESLint's own command line on the same files, with the same rules. */
function commandLineTime({ directory, files }: Project): Measured {
  const started = performance.now();
  const { stdout, status } = spawnSync(process.execPath, ['node_modules/eslint/bin/eslint.js', '--format', 'json', ...files], { cwd: directory, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  const ms = performance.now() - started;
  if (status !== 0 && status !== 1) throw new Error(stdout);
  return { ms, errors: (JSON.parse(stdout) as readonly { readonly errorCount: number }[]).reduce((sum, { errorCount }) => sum + errorCount, 0) };
}

/** One row: the evaluator by ESLint's command line, in turns, so that what else the machine does hits both. */
async function eslintRow(metric: string, evaluated: Project, byHand: Project): Promise<void> {
  const pairs: { readonly ours: Measured; readonly theirs: Measured }[] = [];
  for (let round = -1; round < rounds; round++) {
    // A new analyser each time: the start of its worker is a part of what a person waits for.
    const analyser = createAnalyser({ assetsDirectory: assets });
    const pair = { ours: await evaluatorTime(createEslintEvaluator({ analyser }), evaluated), theirs: commandLineTime(byHand) };
    analyser.dispose();
    if (pair.ours.errors !== pair.theirs.errors) throw new Error(`${pair.ours.errors} errors were found, ESLint finds ${pair.theirs.errors}`);
    // Both have met the files once: what is measured is the work, not the disk.
    if (round >= 0) pairs.push(pair);
  }
  report({ bench: 'evals', metric, value: median(pairs.map(({ ours }) => ours.ms)), unit: 'ms', peer: 'eslint, command line, same files and rules', peerValue: median(pairs.map(({ theirs }) => theirs.ms)) });
  const ratio = median(pairs.map(({ ours, theirs }) => ours.ms / theirs.ms));
  report({ bench: 'evals', metric: `${metric}: median of the paired ratios (limit ${mostRatio})`, value: ratio, unit: '×' });
  if (ratio > mostRatio) throw new Error(`${metric}: ${ratio.toFixed(3)} × ESLint's own time, more than ${mostRatio}`);
}

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-bench-')));
try {
  const own = makeProject(path.join(folder, 'own'), true);
  const none = makeProject(path.join(folder, 'none'), false);
  const rows: readonly (() => Promise<void>)[] = [
    () => eslintRow(`evaluator eslint on ${changedFiles} changed files, the project's own ESLint`, own, own),
    () => eslintRow(`evaluator eslint on ${changedFiles} changed files, the built-in linter`, none, own),
    () => presetRows(path.resolve(assets), root),
  ];
  for (const row of rows) await row();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
