import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { OrchestratorError } from '../../../src/base/errors';
import { spanIds } from '../../../src/base/ids';
import type { AmpTraceEvent } from '../../../src/model/span';
import { AmpTracer } from '../../../src/telemetry/tracer';

let clock: SimulatedClock;
let written: AmpTraceEvent[];
let tracer: AmpTracer;
beforeEach(() => {
  clock = new SimulatedClock(1_790_000_000_000);
  written = [];
  tracer = new AmpTracer({ write: (span) => written.push(span) }, spanIds(clock, 'abc'), clock);
});

const start = { sessionId: 's', type: 'tool', name: 'Read' } as const;

describe('the tracer', () => {
  it('makes a span visible when it starts and again when it ends', () => {
    const span = tracer.startSpan({ ...start, attrs: { a: 1 } });
    clock.advance(12.5);
    tracer.finishSpan(span.id, { attrs: { b: 2 } });
    expect(written).toEqual([
      { id: span.id, ...start, attrs: { a: 1 }, status: 'running', tsStart: 1_790_000_000_000 },
      { id: span.id, ...start, attrs: { a: 1, b: 2 }, status: 'success', tsStart: 1_790_000_000_000, tsEnd: 1_790_000_000_012.5 },
    ]);
  });

  it('tells its listeners', () => {
    const heard: string[] = [];
    tracer.on('span:start', ({ status }) => heard.push(`start ${status}`));
    tracer.on('span:finish', ({ status }) => heard.push(`finish ${status}`));
    tracer.finishSpan(tracer.startSpan(start).id, { status: 'error' });
    expect(heard).toEqual(['start running', 'finish error']);
  });

  it('never changes a record that it gave out', () => {
    const first = tracer.startSpan(start);
    const copy = structuredClone(first);
    tracer.updateSpan(first.id, { name: 'other', attrs: { x: 1 } });
    tracer.finishSpan(first.id);
    expect(first).toEqual(copy);
  });

  it('ignores what is not open', () => {
    const { id } = tracer.startSpan(start);
    tracer.finishSpan(id);
    expect(tracer.finishSpan(id, { status: 'error' })).toBeUndefined();
    expect(tracer.updateSpan(id, { name: 'late' })).toBeUndefined();
    expect(written.at(-1)?.status).toBe('success');
    expect(tracer.openSpanIds).toEqual([]);
  });

  it('nests by parent', async () => {
    await tracer.trace({ ...start, name: 'outer' }, async (outer) => {
      await tracer.trace({ ...start, name: 'inner', parentId: outer.id }, () => Promise.resolve());
    });
    const inner = written.find(({ name }) => name === 'inner');
    expect(inner?.parentId).toBe(written.find(({ name }) => name === 'outer')?.id);
  });

  it('records what leaves a traced piece of work, and throws it on', async () => {
    await expect(tracer.trace(start, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(written.at(-1)).toMatchObject({ status: 'error', errorMessage: 'broken', stackTrace: expect.stringContaining('tracer.spec') as string });
    await expect(tracer.trace(start, () => Promise.reject(new OrchestratorError('stopped', 'Stopped.', 'x')))).rejects.toThrow('Stopped');
    expect(written.at(-1)?.status).toBe('cancelled');
  });

  it('gives no span a negative duration, whatever times it is told', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0, max: 2e12 }), fc.double({ noNaN: true, min: 0, max: 2e12 }), (tsStart, tsEnd) => {
        const span = tracer.finishSpan(tracer.startSpan({ ...start, tsStart }).id, { tsEnd });
        expect((span?.tsEnd ?? -1) - (span?.tsStart ?? 0)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('span ids', () => {
  it('are 16 hex characters that rise strictly, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 600 }), (steps) => {
        const own = new SimulatedClock(1_790_000_000_000);
        const next = spanIds(own, '7f0');
        let before = '';
        for (const step of steps) {
          own.advance(step);
          for (let n = 0; n < 3; n++) {
            const id = next();
            expect(id).toMatch(/^[0-9a-f]{11}7f0[0-9a-f]{2}$/);
            expect(id > before).toBe(true);
            before = id;
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('stay apart for two processes in the same millisecond', () => {
    const ids = ['111', '222'].flatMap((nonce) => {
      const next = spanIds(clock, nonce);
      return Array.from({ length: 600 }, () => next());
    });
    expect(new Set(ids).size).toBe(1200);
  });
});
