import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { makeCorpus } from './agentLogCorpus';
import type { AllResult, RescanResult } from './importBenchProgram';
import { median, report } from './report';

const root = process.cwd();
const megabytes = 512;
const rounds = 7;
const folder = path.join(root, 'out', 'bench', 'import');
const home = path.join(root, 'out', 'bench', 'agentLogs');

interface Run<T> {
  readonly ms: number;
  readonly result: T;
}

/** Names of ccusage's report that are the same thing here. */
interface PeerReport {
  readonly totals: { readonly inputTokens: number; readonly cacheReadTokens: number; readonly cacheCreationTokens: number; readonly outputTokens: number; readonly totalCost: number };
}

async function buildProgram(): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'warning',
    entryPoints: { importWorker: path.join(root, 'src/telemetry/import/importWorker.ts'), prices: path.join(root, 'src/llm/prices/priceData.ts'), program: path.join(root, 'test/bench/importBenchProgram.ts') },
    outdir: folder,
    // As in the product: the prices are a bundle of their own, loaded when they are first needed.
    plugins: [{ name: 'lazy-prices', setup: (bundle) => { bundle.onResolve({ filter: /\/priceData$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: './prices.js', external: true } : undefined)); } }],
  });
  copyFileSync(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(folder, 'sql-wasm.wasm'));
  return path.join(folder, 'program.js');
}

/** The native program itself: its wrapper in JavaScript would only add the start of another Node. */
function peerProgram(): string {
  const require = module.createRequire(path.join(root, 'test', 'bench', 'package.json'));
  const cli = require.resolve('ccusage/package.json');
  const native = module.createRequire(cli).resolve(`@ccusage/ccusage-${process.platform}-${process.arch}/package.json`);
  const program = path.join(path.dirname(native), 'bin', process.platform === 'win32' ? 'ccusage.exe' : 'ccusage');
  chmodSync(program, 0o755);
  return program;
}

function timed<T>(program: string, args: readonly string[], env: Record<string, string>): Run<T> {
  const started = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1024 ** 3, env });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status ?? signal ?? 'nothing'}: ${stderr}`);
  return { ms, result: JSON.parse(stdout) as T };
}

const facts = makeCorpus(home, megabytes);
const program = await buildProgram();
const peer = peerProgram();
const env = { HOME: home, PATH: process.env['PATH'] ?? '', TZ: 'UTC' };
const ours = (): Run<AllResult> => timed(process.execPath, [program, 'all', home, folder], env);
const theirs = (): Run<PeerReport> => timed(peer, ['daily', '--json', '--offline', '--timezone', 'UTC'], env);

// Both have met the files once: what is measured is the work, not the disk.
ours();
theirs();
// In turns: what else the machine does hits both.
const results = Array.from({ length: rounds }, () => ({ ours: ours(), theirs: theirs() }));
const name = 'ccusage 20.0.24, native, offline';
const [first] = results;
if (!first) throw new Error('nothing was measured');
const own = first.ours.result;
const { totals } = first.theirs.result;
report({ bench: 'import', metric: `read, price and group ${Math.round(facts.bytes / 1024 / 1024)} MiB of logs (${facts.files} files, ${facts.calls} calls), whole process`, value: median(results.map((result) => result.ours.ms)), unit: 'ms', peer: name, peerValue: median(results.map((result) => result.theirs.ms)) });
report({ bench: 'import', metric: 'memory at its highest', value: own.peakMiB, unit: 'MiB' });
const tokens = { input: totals.inputTokens, cacheRead: totals.cacheReadTokens, cacheWrite: totals.cacheCreationTokens, output: totals.outputTokens };
for (const kind of ['input', 'cacheRead', 'cacheWrite', 'output'] as const) report({ bench: 'import', metric: `tokens: ${kind}`, value: own[kind], unit: 'tokens', peer: name, peerValue: tokens[kind] });
report({ bench: 'import', metric: 'cost', value: own.costUSD, unit: 'USD', peer: name, peerValue: totals.totalCost });
for (const kind of ['input', 'cacheRead', 'cacheWrite', 'output'] as const) if (own[kind] !== tokens[kind]) throw new Error(`${kind}: ${own[kind]} tokens, ccusage says ${tokens[kind]}`);
if (own.calls !== facts.calls) throw new Error(`${own.calls} calls were counted, ${facts.calls} were written`);

const rescan = timed<RescanResult>(process.execPath, [program, 'rescan', home, folder], env).result;
report({ bench: 'import', metric: `look through ${rescan.files} unchanged logs`, value: rescan.medianMs, unit: 'ms' });
report({ bench: 'import', metric: 'longest that other work of the thread waits meanwhile', value: rescan.longestBlockMs, unit: 'ms' });
