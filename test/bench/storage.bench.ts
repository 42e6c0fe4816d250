import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { report } from './report';

const root = process.cwd();
const ingestSpans = 100_000;
const residentSpans = 1_000_000;
const ingestRounds = 3;

interface IngestResult {
  readonly spansPerSecond: number;
  readonly mainMicroseconds: number;
}

interface MemoryResult {
  readonly peakMiB: number;
  readonly openMs: number;
  readonly fileMiB: number;
  readonly sessionTotalsMs: number;
}

async function buildProgram(folder: string): Promise<string> {
  await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'warning',
    entryPoints: { storageWorker: path.join(root, 'src/storage/storeWorker.ts'), program: path.join(root, 'test/bench/storageBenchProgram.ts') },
    outdir: folder,
  });
  copyFileSync(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(folder, 'sql-wasm.wasm'));
  return path.join(folder, 'program.js');
}

function run<T>(program: string, mode: string, spans: number): T {
  const folder = path.dirname(program);
  const out = path.join(folder, 'result.json');
  const result = spawnSync(process.execPath, ['--no-warnings', program, mode, folder, String(spans), out], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) throw new Error(`${mode} ended with ${result.status ?? result.signal ?? 'nothing'}`);
  return JSON.parse(readFileSync(out, 'utf8')) as T;
}

function best(results: readonly IngestResult[]): IngestResult {
  return results.reduce((a, b) => (b.spansPerSecond > a.spansPerSecond ? b : a));
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'amp-bench-'));
try {
  const program = await buildProgram(folder);
  // In turns, the best of each: what else the machine does to its disk meanwhile hits both.
  const rounds = Array.from({ length: ingestRounds }, () => ({ ours: run<IngestResult>(program, 'ingest-ours', ingestSpans), theirs: run<IngestResult>(program, 'ingest-node-sqlite', ingestSpans) }));
  const ours = best(rounds.map((round) => round.ours));
  report({ bench: 'storage', metric: 'durable ingest of 100k spans, 256 a transaction', value: ours.spansPerSecond, unit: 'spans/s', peer: 'node:sqlite, WAL, synchronous=FULL', peerValue: best(rounds.map((round) => round.theirs)).spansPerSecond });
  report({ bench: 'storage', metric: 'main thread a span (start and finish rows, handed over)', value: ours.mainMicroseconds, unit: 'µs' });
  const empty = run<MemoryResult>(program, 'empty', 0).peakMiB;
  report({ bench: 'storage', metric: 'memory while ingesting 1M spans, above an empty process', value: run<MemoryResult>(program, 'memory-ingest', residentSpans).peakMiB - empty, unit: 'MiB' });
  const opened = run<MemoryResult>(program, 'memory-open', residentSpans);
  report({ bench: 'storage', metric: 'memory after opening 1M spans and working, above an empty process', value: opened.peakMiB - empty, unit: 'MiB' });
  report({ bench: 'storage', metric: 'open at 1M spans', value: opened.openMs, unit: 'ms' });
  report({ bench: 'storage', metric: 'file at 1M spans', value: opened.fileMiB, unit: 'MiB' });
  report({ bench: 'storage', metric: 'totals of one session (1,000 of 1M spans)', value: opened.sessionTotalsMs, unit: 'ms' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
