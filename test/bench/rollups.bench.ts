import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { report } from './report';

const root = process.cwd();
const spans = 1_000_000;

interface Result {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly scanMs: number;
  readonly scans: Readonly<Record<string, number>>;
  readonly spansPerSecond: number;
  readonly usageRows: number;
  readonly latencyRows: number;
  readonly checkMs: number;
  readonly rebuildMs: number;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'amp-bench-'));
try {
  await build({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'warning',
    entryPoints: { storageWorker: path.join(root, 'src/storage/storeWorker.ts'), program: path.join(root, 'test/bench/rollupsBenchProgram.ts') },
    outdir: folder,
  });
  copyFileSync(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(folder, 'sql-wasm.wasm'));
  const out = path.join(folder, 'result.json');
  // A process of its own: the scan's memory is not the bench's.
  const ended = spawnSync(process.execPath, ['--no-warnings', path.join(folder, 'program.js'), folder, String(spans), out], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (ended.status !== 0) throw new Error(`the program ended with ${ended.status ?? ended.signal ?? 'nothing'}`);
  const result = JSON.parse(readFileSync(out, 'utf8')) as Result;
  const peer = 'the same answers by full scans of the rows, same engine';
  report({ bench: 'rollups', metric: 'the dashboard’s whole report of 30 days at 1M spans and 1,200 sessions, just opened (median of 7)', value: result.coldMs, unit: 'ms', peer, peerValue: result.scanMs });
  report({ bench: 'rollups', metric: 'the same again in the open store (median of 7)', value: result.warmMs, unit: 'ms', peer, peerValue: result.scanMs });
  for (const [name, ms] of Object.entries(result.scans)) report({ bench: 'rollups', metric: `a full scan for: ${name}`, value: ms, unit: 'ms' });
  report({ bench: 'rollups', metric: 'ingest of these spans, a fifth of them model calls, roll-ups included', value: result.spansPerSecond, unit: 'spans/s' });
  report({ bench: 'rollups', metric: 'rows of usage_rollups', value: result.usageRows, unit: 'rows' });
  report({ bench: 'rollups', metric: 'rows of latency_rollups', value: result.latencyRows, unit: 'rows' });
  report({ bench: 'rollups', metric: 'check of the file and of all roll-ups against their rows', value: result.checkMs, unit: 'ms' });
  report({ bench: 'rollups', metric: 'the same with a rebuild', value: result.rebuildMs, unit: 'ms' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
