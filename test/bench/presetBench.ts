import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { createOrchestrator, Orchestrator } from '../../src/orchestrator';
import { vitestLibrary } from '../support/evalProjects';
import { median, report } from './report';

const rounds = 5;
const identity = { GIT_AUTHOR_NAME: 'Bench', GIT_AUTHOR_EMAIL: 'bench@example.com', GIT_COMMITTER_NAME: 'Bench', GIT_COMMITTER_EMAIL: 'bench@example.com', GIT_CONFIG_GLOBAL: '/dev/null' };
const silent = { info: () => undefined, warn: () => undefined, error: (message: string, error?: unknown) => { console.error(message, error); } };

/** The detected preset on a library of 40 modules with vitest, TypeScript and ESLint: all at once, each alone, and again. */
export async function presetRows(assets: string, root: string): Promise<void> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-bench-')));
  const orchestrator = await openLibrary(folder, assets, root);
  try {
    const { evaluations } = orchestrator;
    const evaluators = (await evaluations.definition({ kind: 'checkout' })).evaluators.map(({ name }) => name);
    const alone = new Map<string, number[]>();
    const together: number[] = [];
    const starts: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const all = await timed(() => evaluations.evaluateCheckout({ useCache: false }));
      // What every run pays before and after its evaluators: reading the trees, laying one out, storing the report.
      const start = await timed(() => evaluations.evaluateCheckout({ useCache: false, only: ['diff-size'] }));
      if (round >= 0) together.push(all);
      if (round >= 0) starts.push(start);
      for (const name of evaluators) {
        const ms = await timed(() => evaluations.evaluateCheckout({ useCache: false, only: [name] }));
        if (round >= 0) alone.set(name, [...(alone.get(name) ?? []), ms]);
      }
    }
    const slowest = [...alone].map(([name, times]) => ({ name, ms: median(times) })).reduce((one, other) => (other.ms > one.ms ? other : one));
    report({ bench: 'evals', metric: `the preset (${evaluators.length} evaluators) in parallel, nothing kept (limit 1.3 × the slowest alone plus start-up)`, value: median(together), unit: 'ms', peer: `${slowest.name} alone`, peerValue: slowest.ms });
    report({ bench: 'evals', metric: 'start-up: an evaluator that only counts', value: median(starts), unit: 'ms' });
    for (const [name, times] of alone) report({ bench: 'evals', metric: `${name} alone`, value: median(times), unit: 'ms' });

    await evaluations.evaluateCheckout();
    const kept: number[] = [];
    for (let round = 0; round < rounds; round++) kept.push(await timed(() => evaluations.evaluateCheckout()));
    report({ bench: 'evals', metric: 'the preset again, kept outcomes (limit 300 ms)', value: median(kept), unit: 'ms' });
  } finally {
    await orchestrator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openLibrary(folder: string, assets: string, root: string): Promise<Orchestrator> {
  const files = { ...vitestLibrary({ modules: 40 }), '.gitignore': 'node_modules\n', 'eslint.config.js': "import tseslint from 'typescript-eslint';\nexport default tseslint.config({ files: ['**/*.ts'], extends: [tseslint.configs.recommended] });\n" };
  for (const [file, text] of Object.entries(files)) write(folder, file, String(text));
  for (const name of ['vitest', 'typescript', 'eslint', 'typescript-eslint']) {
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name), 'junction');
  }
  const git = (...args: string[]): void => { execFileSync('git', args, { cwd: folder, env: { ...process.env, ...identity }, stdio: 'ignore' }); };
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'Start');
  // A change in every second module, not committed.
  for (let n = 0; n < 40; n += 2) write(folder, `src/module${n}.ts`, `${files[`src/module${n}.ts` as keyof typeof files]}\nexport function more${n}(value: number): number {\n  return value > ${n} ? value - ${n} : 0;\n}\n`);
  // The engines as they are shipped.
  const engines = module.createRequire(import.meta.url)(path.join(assets, 'orchestrator.js')) as { readonly createOrchestrator: typeof createOrchestrator };
  return engines.createOrchestrator({ folder, assetsDirectory: assets, kind: 'cli', log: silent });
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

async function timed(work: () => Promise<{ readonly results: readonly { readonly name: string; readonly verdict: string; readonly error?: string }[] }>): Promise<number> {
  const started = performance.now();
  const { results } = await work();
  const ms = performance.now() - started;
  const broken = results.find(({ verdict }) => verdict === 'errored');
  if (broken) throw new Error(`${broken.name}: ${broken.error}`);
  return ms;
}
