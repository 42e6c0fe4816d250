import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import { openStore } from '../../src/storage/openStore';
import { createRedactor } from '../../src/telemetry/redaction';
import { TelemetryExports } from '../../src/telemetry/export/telemetryExports';
import { AmpTracer } from '../../src/telemetry/tracer';
import { report } from './report';

const spansPerSecond = 10_000;
const seconds = 10;
const idleSeconds = 5;
const tickMs = 10;
const total = spansPerSecond * seconds;
const spansPerIteration = 1_000;

const toolAttributes = {
  'gen_ai.tool.name': 'Edit',
  'gen_ai.tool.call.id': 'toolu_0123456789abcdef',
  'gen_ai.tool.call.arguments': { file: 'src/invoice.ts', old: 'return a - b;', new: 'return a + b;' },
  'gen_ai.tool.call.result': 'The file src/invoice.ts has been updated.',
  'amp.lines.added': 18,
  'amp.lines.deleted': 4,
  'amp.tool.denied': false,
};
const usage = { input: { text: 900, cacheRead: 12_000, cacheWrite5m: 300, cacheWrite1h: 0 }, output: { text: 400, reasoning: 50 } };

/** One in five is a model call, as runs of agents have it. */
function traceOne(tracer: AmpTracer, n: number): void {
  const run = { sessionId: 'burst', iterationId: `iteration-${Math.floor(n / spansPerIteration)}` };
  if (n % 5 !== 0) {
    tracer.finishSpan(tracer.startSpan({ ...run, type: 'tool', name: 'Edit src/invoice.ts', attrs: toolAttributes }).id);
    return;
  }
  const call = tracer.startSpan({ ...run, type: 'agent', name: 'anthropic:chat', model: 'claude-sonnet-4-5', provider: 'anthropic', agent: 'claudeCode', attrs: { 'gen_ai.response.id': `msg_${n}` } });
  tracer.finishSpan(call.id, { usage, costNano: 12_345_678, costBasis: 'computed' });
}

/** Emits at an even rate, whatever timers do: what is due is emitted at each tick. Milliseconds of the caller's time a span. */
async function burst(tracer: AmpTracer): Promise<number> {
  let emitted = 0;
  let callMs = 0;
  const begun = performance.now();
  while (emitted < total) {
    await delay(tickMs);
    const entered = performance.now();
    const due = Math.min(total, Math.floor(((entered - begun) / 1000) * spansPerSecond));
    for (; emitted < due; emitted++) traceOne(tracer, emitted);
    callMs += performance.now() - entered;
  }
  return callMs / total;
}

async function lagMs(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  return histogram.percentile(99) / 1e6;
}

/** A receiver of its own process: what it does must not count as lag of ours. */
async function receiver(answer: 'response.end()' | ''): Promise<{ endpoint: string; stop: () => void }> {
  const program = `const server = require('http').createServer((request, response) => { request.resume(); request.on('end', () => { ${answer} }); });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
    process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { endpoint: `http://127.0.0.1:${port.toString().trim()}`, stop: () => { child.stdin.end(); } };
}

async function run(mode: 'export off' | 'export on' | 'export on, the receiver never answers', endpoint: string | undefined): Promise<void> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'amp-bench-'));
  const store = await openStore({ directory, assetsDirectory: process.env['AMP_BENCH_ASSETS'] ?? 'dist', kind: 'test' });
  const tracer = new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock);
  const exports = new TelemetryExports({ tracer, source: store, redactor: createRedactor({ env: process.env }), clock: systemClock, env: process.env, log: { warn: () => undefined } });
  try {
    const live = endpoint === undefined ? undefined : await exports.startLive({ endpoint });
    const idle = await lagMs(() => delay(idleSeconds * 1000));
    let callMs = 0;
    const busy = await lagMs(async () => { callMs = await burst(tracer); });
    await store.flush();
    await exports.close();
    const dropped = store.droppedSpans;
    await store.close();
    const db = new DatabaseSync(store.file, { readOnly: true });
    const stored = Number(db.prepare("SELECT count(*) AS n FROM telemetry_events WHERE status = 'success'").get()?.['n']);
    db.close();
    report({ bench: 'burst', metric: `event-loop lag p99 above idle, 10k spans/s for 10 s, ${mode}`, value: busy - idle, unit: 'ms' });
    report({ bench: 'burst', metric: `event-loop lag p99 idle, ${mode}`, value: idle, unit: 'ms' });
    report({ bench: 'burst', metric: `event-loop lag p99 in the burst, ${mode}`, value: busy, unit: 'ms' });
    report({ bench: 'burst', metric: `start and finish of a span, ${mode}`, value: callMs * 1000, unit: 'µs' });
    report({ bench: 'burst', metric: `spans lost by the store, ${mode}`, value: total - stored + dropped, unit: 'spans' });
    const status = live?.status();
    if (status) report({ bench: 'burst', metric: `spans not exported (counted and shown), ${mode}`, value: status.dropped, unit: 'spans', peer: 'spans exported', peerValue: status.sent });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const [taking, silent] = [await receiver('response.end()'), await receiver('')];
try {
  await run('export off', undefined);
  await run('export on', taking.endpoint);
  await run('export on, the receiver never answers', silent.endpoint);
} finally {
  taking.stop();
  silent.stop();
}
