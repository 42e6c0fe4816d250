import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { formatTotalCost } from '../../../src/base/format';
import { spanIds } from '../../../src/base/ids';
import { loadPriceList } from '../../../src/llm/prices/priceList';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { explainCost } from '../../../src/model/explainCost';
import { noUsage } from '../../../src/model/usage';
import { AgentSpans } from '../../../src/sessions/agentSpans';
import { BudgetKeeper } from '../../../src/sessions/budgetKeeper';
import { openStore } from '../../../src/storage/openStore';
import type { Store } from '../../../src/storage/store';
import { AmpTracer } from '../../../src/telemetry/tracer';
import { testAssetsDirectory } from '../../support/buildAssets';
import { oracleCost } from '../../support/costOracle';
import { parseStream } from '../../support/fakeAgents/streams';
import { makeRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';
import { openOrchestrator } from '../../support/testOrchestrator';

const opus = 'claude-opus-5-5';
const hour = 3_600_000;
const today = new Date(2026, 10, 23).getTime();
const yesterday = new Date(2026, 10, 22).getTime();
const prices = await loadPriceList();
let clock: SimulatedClock;
let store: Store;
let tracer: AmpTracer;
let spans: AgentSpans;

beforeEach(async () => {
  clock = new SimulatedClock(today - 3 * hour);
  store = await openStore({ directory: temporaryDirectory(), assetsDirectory: testAssetsDirectory, kind: 'test' });
  onTestFinished(() => store.close());
  tracer = new AmpTracer(store.spans, spanIds(clock, store.processNonce), clock);
  spans = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent' }), worktree: '/trees', agent: 'claudeCode', prices });
});
afterEach(() => { vi.unstubAllEnvs(); });

const input = (text: number): typeof noUsage => ({ ...noUsage, input: { ...noUsage.input, text } });
/** A thousand tokens cost $0.004. */
function call(callId: string, ts: number, tokens: number): void {
  const of = { ts, callId, model: opus, provider: 'anthropic' } as const;
  spans.handle({ kind: 'callStarted', ...of });
  spans.handle({ kind: 'usage', ...of, scope: 'call', usage: input(tokens), costBasis: 'unknown' });
  spans.handle({ kind: 'callFinished', ts, callId, usageIsFinal: true });
}

function total(ts: number, tokens: number, costNano: number): void {
  spans.handle({ kind: 'usage', ts, scope: 'run', model: opus, provider: 'anthropic', usage: input(tokens), costNano, costBasis: 'reported' });
}

async function costOf(fromMs: number, toMs?: number): Promise<number> {
  return (await store.rollups.totals({ fromMs, ...(toMs === undefined ? {} : { toMs }) })).costNano;
}

describe('a run over midnight', () => {
  it('that reports less than its calls were priced at gives it back to their day, and refunds nothing to the new one', async () => {
    const budgets = new BudgetKeeper({ store, tracer, clock, log: { info: () => undefined, warn: () => undefined, error: () => undefined } });
    onTestFinished(() => { budgets.dispose(); });
    await budgets.setLimits({ dayNano: 10_000_000_000 });
    call('a', today - 2 * hour, 1_000_000);
    call('b', today - hour, 1_062_500);
    expect(await costOf(yesterday, today)).toBe(8_250_000_000);
    clock.advance(4 * hour);
    total(today + hour, 2_062_500, 500_000_000);
    spans.close('succeeded');
    expect([await costOf(yesterday, today), await costOf(today)]).toEqual([500_000_000, 0]);
    expect(await budgets.states()).toMatchObject([{ scope: 'day', spentNano: 0 }]);
    expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0 });
  });

  it('is settled day by day, exact to the nano-dollar, and each part says what it is part of', async () => {
    call('a', today - hour, 1_000);
    call('b', today + hour, 2_000);
    total(today + 2 * hour, 3_005, 10_000_001);
    spans.close('succeeded');
    expect([await costOf(yesterday, today), await costOf(today)]).toEqual([3_333_334, 6_666_667]);
    expect((await store.rollups.totals({})).usage).toEqual(input(3_005));
    const parts = (await store.spans.bySession('s')).filter(({ name }) => name === 'anthropic:adjustment:run total');
    expect(parts.map(({ tsStart, tsEnd, costNano }) => [tsStart, tsEnd, costNano])).toEqual([[today - hour, today - hour, -666_666], [today + hour, today + hour, -1_333_333]]);
    expect(parts.map(explainCost)[0]).toEqual([
      'Reported for the whole run: $0.010000001',
      'Its calls were counted at: $0.012',
      'The difference: −$0.001999999, an adjustment: the calls had been priced too high',
      'The part of this day, as its calls were counted: −$0.000666666',
    ]);
  });

  it('that reports more is charged for it when it says so', async () => {
    call('a', today - hour, 1_000);
    total(today + hour, 1_000, 4_000_777);
    spans.close('succeeded');
    expect([await costOf(yesterday, today), await costOf(today)]).toEqual([4_000_000, 777]);
  });
});

describe('a run that is cut in a turn after its last total', () => {
  it('costs what the total says and what the calls since then were counted at', async () => {
    call('a', clock.now(), 1_000);
    total(clock.now(), 1_000, 3_000_000);
    call('b', clock.now(), 2_000);
    spans.close('stopped');
    expect(await store.rollups.totals({})).toMatchObject({ costNano: 11_000_000, usage: input(3_000), unknownCosts: 0, approximateCosts: 0 });
  });
});

describe('counts that cannot be right', () => {
  const line = (value: object): string => JSON.stringify(value);
  const init = line({ type: 'system', subtype: 'init', session_id: 'c', cwd: '/trees', model: opus });
  const delta = (usage: object): string[] => [{ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }, { type: 'message_stop' }].map((event) => line({ type: 'stream_event', parent_tool_use_id: null, event }));
  const message = (id: string, usage: object): string => line({ type: 'assistant', parent_tool_use_id: null, message: { id, model: opus, role: 'assistant', content: [{ type: 'text', text: 'x' }], usage } });
  const sound = [message('sound', { input_tokens: 1_000, output_tokens: 1 }), ...delta({ output_tokens: 9 })];
  const known = oracleCost(opus, { ...input(1_000), output: { text: 9, reasoning: 0 } });
  const nineOut = oracleCost(opus, { ...noUsage, output: { text: 9, reasoning: 0 } });
  const success = { type: 'result', subtype: 'success', is_error: false, result: 'done', session_id: 'c' };
  const handle = (events: readonly AgentEvent[]): void => { for (const event of events) spans.handle(event); };

  it('are seen in what a real run cost when no result follows them', async () => {
    const folder = temporaryDirectory();
    const lines = [init, message('bad', { input_tokens: -5, output_tokens: 1 }), ...delta({ output_tokens: 9 }), ...sound];
    for (const [file, text] of [['stdout', lines.join('\n')], ['stderr', ''], ['exit', '0']] as const) writeFileSync(path.join(folder, file), text);
    vi.stubEnv('SCRIPTED_AGENT', folder);
    const orchestrator = await openOrchestrator(makeRepository().root, { programs: { claudeCode: path.resolve(import.meta.dirname, '../../support/fakeAgents/scripted.mjs') } });
    const session = await orchestrator.sessions.create({ prompt: 'x', agent: 'claudeCode' });
    await orchestrator.sessions.run(session.id);
    expect(await orchestrator.store.rollups.totals({ sessionId: session.id })).toMatchObject({ calls: 2, costNano: known + nineOut, unknownCosts: 1, approximateCosts: 1 });
    expect(formatTotalCost(await orchestrator.store.spans.totals({ sessionId: session.id }))).toMatch(/^≥ /);
    const settlement = (await orchestrator.store.spans.bySession(session.id)).find(({ costBasis }) => costBasis === 'unknown');
    expect(settlement && explainCost(settlement)).toEqual(['Unknown: not all of what the run used was told']);
  });

  it('leave the call in doubt although the rest of it is sound, which it says itself', async () => {
    handle(parseStream([init, message('half', { input_tokens: -5, output_tokens: 1 }), ...delta({ output_tokens: 9 })]).events);
    spans.close('succeeded');
    expect(await store.rollups.totals({})).toMatchObject({ costNano: nineOut, unknownCosts: 1, approximateCosts: 1 });
    const half = (await store.spans.bySession('s')).find(({ name }) => name === 'anthropic:chat');
    expect(half && explainCost(half)).toContain('Approximate: some of what was told of the call was no count');
  });

  it.each([
    ['a result without usage', [message('bad', { input_tokens: -5 }), ...sound, line(success)], { costNano: known, unknownCosts: 1 }],
    ['a result that tells the cost', [message('bad', { input_tokens: -5 }), ...sound, line({ ...success, modelUsage: { [opus]: { inputTokens: 1_200, outputTokens: 9, costUSD: 0.5 } } })], { costNano: 500_000_000, unknownCosts: 0 }],
    ['a result before them, and none after', [...sound, line({ ...success, modelUsage: { [opus]: { inputTokens: 1_000, outputTokens: 9, costUSD: 0.5 } } }), init, message('bad', { input_tokens: -5 })], { costNano: 500_000_000, unknownCosts: 1 }],
  ])('with %s', async (_name, lines, expected) => {
    handle(parseStream([init, ...lines]).events);
    spans.close('succeeded');
    expect(await store.rollups.totals({})).toMatchObject(expected);
  });
});
