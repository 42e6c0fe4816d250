import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { budgetReason } from '../../../src/agents/agentDriver';
import { SimulatedClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import type { BudgetWarning, Spender } from '../../../src/model/budget';
import { loadPriceList } from '../../../src/llm/prices/priceList';
import { noUsage } from '../../../src/model/usage';
import { AgentSpans } from '../../../src/sessions/agentSpans';
import { BudgetKeeper } from '../../../src/sessions/budgetKeeper';
import type { RunGuard } from '../../../src/sessions/runGuard';
import { openStore } from '../../../src/storage/openStore';
import type { Store } from '../../../src/storage/store';
import { AmpTracer } from '../../../src/telemetry/tracer';
import { testAssetsDirectory } from '../../support/buildAssets';
import { expectCode } from '../../support/expectCode';
import { temporaryDirectory } from '../../support/temporary';
import { waitFor } from '../../support/waitFor';

const noon = new Date(2026, 10, 22, 12).getTime();
const hour = 3_600_000;
let clock: SimulatedClock;
let store: Store;
let tracer: AmpTracer;
let budgets: BudgetKeeper;
beforeEach(async () => {
  clock = new SimulatedClock(noon);
  store = await openStore({ directory: temporaryDirectory(), assetsDirectory: testAssetsDirectory, kind: 'test' });
  tracer = new AmpTracer(store.spans, spanIds(clock, store.processNonce), clock);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  budgets = new BudgetKeeper({ store, tracer, clock, log, executionLimit: (id) => (id === 'limited' ? 100 : undefined) });
  onTestFinished(async () => {
    budgets.dispose();
    await store.close();
  });
});

function spend(sessionId: string, costNano: number): void {
  const span = tracer.startSpan({ sessionId, type: 'agent', name: 'anthropic:chat', provider: 'anthropic' });
  tracer.updateSpan(span.id, { costNano: Math.floor(costNano / 2), costBasis: 'computed' });
  tracer.finishSpan(span.id, { costNano, costBasis: 'computed' });
}

function guardOf(spender: Spender): Promise<RunGuard> {
  return budgets.guard({ spender, name: spender.sessionId, span: tracer.startSpan({ sessionId: spender.sessionId, type: 'agent', name: 'Iteration' }) });
}

describe('a run that reports less than its calls were priced at', () => {
  it('is stored as the sum that it reported', async () => {
    const spans = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent' }), worktree: '/trees', agent: 'claudeCode', prices: await loadPriceList() });
    const usage = { ...noUsage, input: { ...noUsage.input, text: 1_000 } };
    const of = { ts: noon, model: 'claude-opus-5-5', provider: 'anthropic', usage } as const;
    spans.handle({ kind: 'callStarted', ...of, callId: 'a' });
    spans.handle({ kind: 'usage', ...of, scope: 'call', callId: 'a', costBasis: 'unknown' });
    expect((await store.rollups.totals({ sessionId: 's' })).costNano).toBe(4_000_000);
    spans.handle({ kind: 'usage', ...of, scope: 'run', costNano: 1_000_000, costBasis: 'reported' });
    spans.close('succeeded');
    expect(await store.rollups.totals({ sessionId: 's' })).toMatchObject({ calls: 1, costNano: 1_000_000, unknownCosts: 0, usage });
    expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0 });
  });
});

describe('the guard of a run', () => {
  it('ends it in the very event that uses the limit up', async () => {
    await budgets.setLimits({ dayNano: 100 });
    spend('before', 40);
    const guard = await guardOf({ sessionId: 's' });
    spend('s', 59);
    expect(guard.signal.aborted).toBe(false);
    spend('another', 1);
    expect([guard.signal.aborted, guard.signal.reason]).toEqual([true, budgetReason]);
    expect(guard.problem).toMatchObject({ code: 'budget-exceeded' });
    guard.dispose();
  });

  it('ends at once where nothing is left', async () => {
    await budgets.setLimits({ dayNano: 100 });
    spend('before', 100);
    expect((await guardOf({ sessionId: 's' })).signal.aborted).toBe(true);
    await expectCode(budgets.refuse({ sessionId: 's' }), 'budget-exceeded');
  });

  it('does not take back a stop, and shows what the run’s total made of it', async () => {
    await budgets.setLimits({ dayNano: 2_000_000_000 });
    const guard = await guardOf({ sessionId: 's' });
    spend('s', 2_500_000_000);
    tracer.finishSpan(tracer.startSpan({ sessionId: 's', type: 'agent', name: 'anthropic:run total' }).id, { costNano: -400_000_000, costBasis: 'reported' });
    expect(guard.problem?.message).toBe('All sessions together have spent $2.10 of today’s $2.00.');
  });

  it('begins the day anew at midnight, with the calls that started after it', async () => {
    await budgets.setLimits({ dayNano: 100 });
    const guard = await guardOf({ sessionId: 's' });
    const late = tracer.startSpan({ sessionId: 's', type: 'agent', name: 'anthropic:chat', provider: 'anthropic' });
    spend('s', 90);
    clock.advance(13 * hour);
    tracer.finishSpan(late.id, { costNano: 5, costBasis: 'computed' });
    await waitFor('today', async () => (await budgets.states())[0]?.spentNano === 0);
    // Read again for the new day: yesterday's 95 do not count any more.
    (await guardOf({ sessionId: 'other' })).dispose();
    spend('s', 60);
    expect(guard.signal.aborted).toBe(false);
    spend('s', 40);
    expect(guard.signal.aborted).toBe(true);
  });

  it('is not stopped after midnight by what was spent yesterday, and by today’s in its very event', async () => {
    await budgets.setLimits({ dayNano: 100 });
    const guard = await guardOf({ sessionId: 's' });
    spend('s', 90);
    clock.advance(13 * hour);
    spend('s', 20);
    expect(guard.signal.aborted).toBe(false);
    spend('s', 79);
    expect(guard.signal.aborted).toBe(false);
    spend('s', 1);
    expect(guard.signal.aborted).toBe(true);
    expect(await budgets.states()).toMatchObject([{ scope: 'day', spentNano: 100 }]);
  });

  it('keeps the limit of a workflow over all its sessions', async () => {
    for (const id of ['one', 'two']) {
      await store.sessions.save({ id, name: id, prompt: 'p', agent: 'command', agentOptions: {}, baseBranch: 'main', baseSha: 'x', branch: id, worktree: id, status: 'ready', executionId: 'limited', createdAt: noon, updatedAt: noon });
    }
    spend('one', 60);
    const guard = await guardOf({ sessionId: 'two', executionId: 'limited' });
    spend('two', 30);
    expect(guard.signal.aborted).toBe(false);
    spend('two', 10);
    expect(guard.problem?.message).toContain('The workflow has spent');
    await expectCode(budgets.admit({ sessionId: 'one', executionId: 'limited' }, 1), 'budget-exceeded');
  });

  it('warns of a session’s limit and of the day’s, of the day’s only once for all runs', async () => {
    await store.sessions.save({ id: 'one', name: 'one', prompt: 'p', agent: 'command', agentOptions: {}, baseBranch: 'main', baseSha: 'x', branch: 'one', worktree: 'one', status: 'ready', budgetNano: 50, createdAt: noon, updatedAt: noon });
    await budgets.setLimits({ dayNano: 100 });
    const warnings: BudgetWarning[] = [];
    budgets.onDidWarn((warning) => warnings.push(warning));
    await Promise.all(['one', 'two', 'three'].map((sessionId) => guardOf({ sessionId })));
    spend('one', 40);
    spend('one', 2);
    expect(warnings).toEqual([{ scope: 'session', session: { id: 'one', name: 'one' }, spentNano: 40, limitNano: 50, message: 'The session has spent <$0.0001 of its <$0.0001.' }]);
    spend('two', 39);
    spend('two', 2);
    expect(warnings.slice(1)).toMatchObject([{ scope: 'day', spentNano: 81, limitNano: 100 }]);
    expect(warnings[1]).not.toHaveProperty('session');
    // Another limit is worth another word.
    await budgets.setLimits({ dayNano: 102 });
    await waitFor('the new limit', () => warnings.length === 3);
    expect(warnings[2]).toMatchObject({ scope: 'day', spentNano: 83, limitNano: 102 });
  });

  it('has its limit when several runs begin at once', async () => {
    await budgets.setLimits({ dayNano: 10 });
    const guards = await Promise.all(['a', 'b', 'c'].map((sessionId) => guardOf({ sessionId })));
    spend('a', 10);
    expect(guards.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });
});
