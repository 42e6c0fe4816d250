import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import { openStore } from '../../src/storage/openStore';
import { AmpTracer } from '../../src/telemetry/tracer';
import { median, report } from './report';

/** Below the 2,048 spans at which the peer's processor begins to drop. */
const burst = 1_000;
const bursts = 60;
const rounds = 5;

const attributes = {
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'Edit',
  'gen_ai.tool.call.id': 'toolu_0123456789abcdef',
  'gen_ai.conversation.id': '4bc2605e-e64b-4c92-b9d8-a80217865b89',
  'amp.file': 'src/invoice.ts',
  'amp.lines.added': 18,
  'amp.lines.deleted': 4,
  'amp.tool.denied': false,
  'vcs.ref.head.name': 'amp/fix-rounding/20261122-160000',
  'amp.iteration': 2,
};

interface Subject {
  /** Starts and finishes one span. */
  readonly one: () => void;
  /** Waits until all of them are handed on. */
  readonly drain: () => Promise<void>;
}

/** Microseconds a span of the caller's time, and of the calling thread's CPU time with the hand-over. */
async function measure({ one, drain }: Subject): Promise<{ call: number; thread: number }> {
  let callMs = 0;
  const cpuBefore = process.threadCpuUsage();
  for (let round = 0; round < bursts; round++) {
    const start = performance.now();
    for (let n = 0; n < burst; n++) one();
    callMs += performance.now() - start;
    await drain();
  }
  const cpu = process.threadCpuUsage(cpuBefore);
  return { call: (callMs * 1000) / (burst * bursts), thread: (cpu.user + cpu.system) / (burst * bursts) };
}

class DiscardingExporter implements SpanExporter {
  export(_spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    done({ code: 0 });
  }
  async shutdown(): Promise<void> {}
}

const directory = mkdtempSync(path.join(os.tmpdir(), 'amp-bench-'));
const store = await openStore({ directory, assetsDirectory: process.env['AMP_BENCH_ASSETS'] ?? 'dist', kind: 'test' });
const tracer = new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock);
tracer.on('span:finish', () => undefined);
const ours: Subject = {
  one: () => {
    const span = tracer.startSpan({ sessionId: 'session', type: 'tool', name: 'Edit src/invoice.ts', attrs: attributes });
    tracer.finishSpan(span.id);
  },
  drain: () => store.flush(),
};

const processor = new BatchSpanProcessor(new DiscardingExporter());
const peerTracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('bench');
const peer: Subject = {
  one: () => { peerTracer.startSpan('Edit src/invoice.ts', { attributes }).end(); },
  drain: () => processor.forceFlush(),
};

try {
  await measure(ours);
  await measure(peer);
  const results: { ours: { call: number; thread: number }; peer: { call: number; thread: number } }[] = [];
  for (let round = 0; round < rounds; round++) results.push({ ours: await measure(ours), peer: await measure(peer) });
  const name = '@opentelemetry/sdk-trace-base, batch processor, exporter that discards';
  report({ bench: 'tracer', metric: 'start and finish a span with 10 attributes', value: median(results.map((result) => result.ours.call)), unit: 'µs', peer: name, peerValue: median(results.map((result) => result.peer.call)) });
  report({ bench: 'tracer', metric: 'the same, CPU time of the calling thread with the hand-over (ours is stored, theirs discarded)', value: median(results.map((result) => result.ours.thread)), unit: 'µs', peer: name, peerValue: median(results.map((result) => result.peer.thread)) });
} finally {
  await store.close();
  await processor.shutdown();
  rmSync(directory, { recursive: true, force: true });
}
