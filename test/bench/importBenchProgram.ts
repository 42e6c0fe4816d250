import path from 'node:path';
import { loadPriceList } from '../../src/llm/prices/priceList';
import type { ImportedFile } from '../../src/model/importedCall';
import { importLogs } from '../../src/telemetry/import/importLogs';
import { logHomes } from '../../src/telemetry/import/logHomes';
import { machineUsage } from '../../src/telemetry/import/machineUsage';
import { median } from './report';

/** One measurement a process: `program all|rescan home assetsFolder`. Prints JSON. */
const [mode = '', home = '', assets = ''] = process.argv.slice(2);
const options = { homes: logHomes({}, home), workerScript: path.join(assets, 'importWorker.js'), wasmFile: path.join(assets, 'sql-wasm.wasm'), prices: () => loadPriceList() };
const rescans = 9;

export interface AllResult {
  readonly calls: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly costUSD: number;
  readonly unknownCosts: number;
  readonly peakMiB: number;
}

export interface RescanResult {
  readonly files: number;
  readonly medianMs: number;
  readonly longestBlockMs: number;
}

/** Everything priced, and grouped by day and model. */
async function all(): Promise<AllResult> {
  const { rows } = await machineUsage(options, ['hour', 'model']);
  const sum = (value: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + value(row), 0);
  return {
    calls: sum((row) => row.calls),
    input: sum(({ usage: { input } }) => input.text),
    cacheRead: sum(({ usage: { input } }) => input.cacheRead),
    cacheWrite: sum(({ usage: { input } }) => input.cacheWrite5m + input.cacheWrite1h),
    output: sum(({ usage: { output } }) => output.text + output.reasoning),
    costUSD: sum((row) => row.costNano) / 1e9,
    unknownCosts: sum((row) => row.unknownCosts),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** What it takes to find that nothing is new, and how long the calling thread's other work had to wait meanwhile. */
async function rescan(): Promise<RescanResult> {
  const files: ImportedFile[] = [];
  const known = { files, agentSessionIds: () => Promise.resolve(new Set<string>()) };
  await importLogs({ ...options, accepts: () => true, known, sink: async (batch) => void files.push(...batch.files) });
  const times: number[] = [];
  let longestBlockMs = 0;
  for (let round = 0; round < rescans; round++) {
    let last = performance.now();
    const beat = setInterval(() => {
      longestBlockMs = Math.max(longestBlockMs, performance.now() - last);
      last = performance.now();
    }, 0);
    const started = performance.now();
    const { files: read } = await importLogs({ ...options, accepts: () => true, known, sink: () => Promise.reject(new Error('nothing is new')) });
    times.push(performance.now() - started);
    clearInterval(beat);
    if (read !== 0) throw new Error(`${read} logs were read again`);
  }
  return { files: files.length, medianMs: median(times), longestBlockMs };
}

void (mode === 'rescan' ? rescan() : all()).then((result) => { process.stdout.write(JSON.stringify(result)); });
