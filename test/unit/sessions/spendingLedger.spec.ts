import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import type { AmpTraceEvent } from '../../../src/model/span';
import { noUsage } from '../../../src/model/usage';
import type { CallTotals } from '../../../src/model/usageRow';
import { dayOf, SpendingLedger } from '../../../src/sessions/spendingLedger';
import { AmpTracer } from '../../../src/telemetry/tracer';

const day = Date.UTC(2026, 10, 22);
const today = { scope: 'day', dayStartMs: day, dayEndMs: day + 86_400_000 } as const;

/** A store that answers late: a read sees what was written before it, by this process and by others, and arrives when it is let. */
function slowStore() {
  const rows = new Map<string, AmpTraceEvent>();
  const waiting: (() => void)[] = [];
  let elsewhere = 0;
  const clock = new SimulatedClock(day + 1_000);
  const tracer = new AmpTracer({ write: (span) => rows.set(span.id, span) }, spanIds(clock, 'abc'), clock);
  const own = (): number => [...rows.values()].reduce((sum, { costNano = 0 }) => sum + costNano, 0);
  const totals = (): Promise<CallTotals> => {
    const costNano = own() + elsewhere;
    return new Promise((resolve) => waiting.push(() => { resolve({ calls: 0, errors: 0, usage: noUsage, costNano, unknownCosts: 0, approximateCosts: 0 }); }));
  };
  return { tracer, rollups: { totals }, own, spendElsewhere: (nano: number) => { elsewhere += nano; }, elsewhere: () => elsewhere, answer: () => waiting.shift()?.() };
}

describe('the ledger', () => {
  it('never counts twice and never loses what this process spends, however reads and spending interleave', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('open', 'elsewhere'), nano: fc.integer({ min: 1, max: 1_000 }) }),
      fc.record({ kind: fc.constantFrom('update', 'finish', 'adjust', 'read', 'answer'), nano: fc.integer({ min: 1, max: 1_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = slowStore();
        const ledger = new SpendingLedger(store.tracer, store.rollups, () => undefined);
        ledger.follow({ scope: 'session', id: 's' });
        ledger.follow(today);
        const reads: Promise<void>[] = [];
        const of = { scope: 'session', id: 's' } as const;
        for (const { kind, nano } of steps) {
          const [open] = store.tracer.openSpanIds;
          if (kind === 'open') store.tracer.updateSpan(store.tracer.startSpan({ sessionId: 's', type: 'agent', name: 'x:chat' }).id, { costNano: nano });
          if (kind === 'update' && open) store.tracer.updateSpan(open, { costNano: nano });
          if (kind === 'finish' && open) store.tracer.finishSpan(open, { costNano: nano });
          if (kind === 'adjust') store.tracer.finishSpan(store.tracer.startSpan({ sessionId: 's', type: 'agent', name: 'x:run total' }).id, { costNano: -nano });
          if (kind === 'elsewhere') store.spendElsewhere(nano);
          // One read at a time, as the keeper does it; the second account's answer comes with the first one's.
          if (kind === 'read' && reads.length === 0) reads.push(ledger.read());
          if (kind === 'answer' && reads.length > 0) {
            store.answer();
            store.answer();
            await reads.pop();
          }
          // What was spent elsewhere may not have been read yet, but is never counted twice.
          expect(ledger.spent(of)).toBeGreaterThanOrEqual(store.own());
          expect(ledger.spent(of)).toBeLessThanOrEqual(store.own() + store.elsewhere());
        }
        while (reads.length > 0) {
          store.answer();
          store.answer();
          await reads.pop();
        }
        const last = ledger.read();
        store.answer();
        store.answer();
        await last;
        expect([ledger.spent(of), ledger.spent(today)]).toEqual([store.own() + store.elsewhere(), store.own() + store.elsewhere()]);
        ledger.dispose();
      }),
    );
  });

  it('keeps sessions, executions and days apart, and tells of spending in its very event', () => {
    const store = slowStore();
    const told: number[] = [];
    const ledger = new SpendingLedger(store.tracer, store.rollups, () => { told.push(ledger.spent({ scope: 'session', id: 's' })); });
    ledger.follow({ scope: 'session', id: 's' });
    const execution = ledger.follow({ scope: 'execution', id: 'e' }, { sessionId: 't', executionId: 'e' });
    ledger.follow(today);
    const spend = (sessionId: string, costNano: number, tsStart = day): void => void store.tracer.finishSpan(store.tracer.startSpan({ sessionId, type: 'agent', name: 'x:chat', tsStart }).id, { costNano });
    spend('s', 5);
    spend('t', 7);
    spend('s', 11, day - 1);
    expect([ledger.spent({ scope: 'session', id: 's' }), ledger.spent({ scope: 'execution', id: 'e' }), ledger.spent(today), told]).toEqual([16, 7, 12, [5, 5, 16]]);
    execution.dispose();
    execution.dispose();
    spend('t', 7);
    expect(ledger.spent({ scope: 'execution', id: 'e' })).toBe(0);
  });

  it('forgets a session that leaves an execution which others go on with, whoever leaves first', () => {
    const store = slowStore();
    const ledger = new SpendingLedger(store.tracer, store.rollups, () => undefined);
    const of = { scope: 'execution', id: 'e' } as const;
    const spend = (sessionId: string): void => void store.tracer.finishSpan(store.tracer.startSpan({ sessionId, type: 'agent', name: 'x:chat' }).id, { costNano: 1 });
    const one = ledger.follow(of, { sessionId: 'one', executionId: 'e' });
    const two = ledger.follow(of, { sessionId: 'two', executionId: 'e' });
    one.dispose();
    spend('one');
    spend('two');
    expect(ledger.spent(of)).toBe(1);
    two.dispose();
    // Alone again, and only itself.
    ledger.follow(of, { sessionId: 'three', executionId: 'e' });
    for (const sessionId of ['one', 'two', 'three']) spend(sessionId);
    expect(ledger.spent(of)).toBe(1);
  });

  it('counts a day from its start to just before the next one’s, however long it is', () => {
    const store = slowStore();
    const ledger = new SpendingLedger(store.tracer, store.rollups, () => undefined);
    ledger.follow(today);
    for (const tsStart of [day - 1, day, today.dayEndMs - 1, today.dayEndMs]) store.tracer.finishSpan(store.tracer.startSpan({ sessionId: 's', type: 'agent', name: 'x:chat', tsStart }).id, { costNano: 1 });
    expect(ledger.spent(today)).toBe(2);
    for (const noon of [new Date(2026, 2, 29, 12), new Date(2026, 9, 25, 12), new Date(2026, 11, 31, 12)]) {
      const { dayStartMs, dayEndMs } = dayOf(noon.getTime());
      expect([new Date(dayStartMs).getHours(), new Date(dayEndMs).getHours(), new Date(dayEndMs - 1).getDate(), new Date(dayStartMs).getDate()]).toEqual([0, 0, noon.getDate(), noon.getDate()]);
      expect(dayOf(dayEndMs).dayStartMs).toBe(dayEndMs);
    }
  });
});
