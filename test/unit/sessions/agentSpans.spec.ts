import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import type { UsageEvent } from '../../../src/model/agentEvent';
import type { AmpTraceEvent } from '../../../src/model/span';
import { tokensIn, tokensOut, type Usage } from '../../../src/model/usage';
import { loadPriceList } from '../../../src/llm/prices/priceList';
import { AgentSpans } from '../../../src/sessions/agentSpans';
import { AmpTracer } from '../../../src/telemetry/tracer';

let last: Map<string, AmpTraceEvent>;
let spans: AgentSpans;
let stop: AbortController;
const prices = await loadPriceList();
beforeEach(() => {
  last = new Map();
  stop = new AbortController();
  const clock = new SimulatedClock(1_790_000_000_000);
  const tracer = new AmpTracer({ write: (span) => last.set(span.id, span) }, spanIds(clock, 'abc'), clock);
  spans = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent' }), worktree: '/trees', agent: 'claudeCode', prices, signal: stop.signal });
});

const usageOf = (input: number, output: number): Usage => ({ input: { text: input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: output, reasoning: 0 } });
const ts = 1_790_000_000_000;

function call(callId: string, model: string, usage: Usage): void {
  spans.handle({ kind: 'callStarted', ts, callId, model, provider: 'anthropic' });
  spans.handle({ kind: 'usage', ts, scope: 'call', callId, model, provider: 'anthropic', usage, costBasis: 'unknown' });
  spans.handle({ kind: 'callFinished', ts, callId });
}

function total(model: string | undefined, usage: Usage, costNano?: number): void {
  const event: UsageEvent = { kind: 'usage', ts, scope: 'run', provider: 'anthropic', usage, costBasis: costNano === undefined ? 'unknown' : 'reported', ...(model === undefined ? {} : { model }), ...(costNano === undefined ? {} : { costNano }) };
  spans.handle(event);
}

/** What all spans add up to, as the store sums them. */
function sums(): { in: number; out: number; cost: number; unknown: number } {
  const all = [...last.values()];
  return {
    in: all.reduce((sum, { usage }) => sum + (usage ? tokensIn(usage) : 0), 0),
    out: all.reduce((sum, { usage }) => sum + (usage ? tokensOut(usage) : 0), 0),
    cost: all.reduce((sum, { costNano }) => sum + (costNano ?? 0), 0),
    unknown: all.filter(({ costBasis }) => costBasis === 'unknown').length,
  };
}

describe('a call that breaks off', () => {
  it.each([
    ['has failed', false, 'error'],
    ['was cancelled, once the run was stopped', true, 'cancelled'],
  ] as const)('%s', (_name, stopped, status) => {
    spans.handle({ kind: 'callStarted', ts, callId: 'a', model: 'm', provider: 'anthropic' });
    if (stopped) stop.abort();
    spans.handle({ kind: 'callFinished', ts, callId: 'a', errorMessage: 'The run ended before the call did.' });
    expect([...last.values()].find(({ provider }) => provider === 'anthropic')).toMatchObject({ status, errorMessage: 'The run ended before the call did.' });
  });
});

describe('the usage of a run', () => {
  it('is counted once when the program reports its total twice', () => {
    call('a', 'm', usageOf(100, 1));
    total('m', usageOf(100, 50), 10_000_000);
    call('b', 'm', usageOf(200, 1));
    total('m', usageOf(300, 110), 30_000_000);
    spans.close('succeeded');
    expect(sums()).toEqual({ in: 300, out: 110, cost: 30_000_000, unknown: 0 });
  });

  it.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5[1m]'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20260101'],
    ['sonnet', 'claude-sonnet-4-5'],
  ])('is counted once when calls say %s and the total says %s', (calls, totals) => {
    call('a', calls, usageOf(100, 1));
    total(totals, usageOf(100, 50), 10_000_000);
    spans.close('succeeded');
    expect(sums()).toEqual({ in: 100, out: 50, cost: 10_000_000, unknown: 0 });
  });

  it('keeps models apart', () => {
    call('a', 'big', usageOf(100, 10));
    call('b', 'small', usageOf(7, 3));
    total('big', usageOf(100, 20), 5);
    total('small', usageOf(7, 3), 2);
    spans.close('succeeded');
    expect(sums()).toEqual({ in: 107, out: 23, cost: 7, unknown: 0 });
  });

  it('is seen to be of unknown cost when the run was cut, or nobody says', () => {
    call('a', 'm', usageOf(100, 1));
    spans.close('stopped');
    expect(sums()).toEqual({ in: 100, out: 1, cost: 0, unknown: 1 });
  });

  it('adds up to what was reported last, whatever calls and totals came before', () => {
    const model = fc.constantFrom('m', 'm[1m]', 'n', 'other');
    const amount = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(model, amount, amount), { maxLength: 6 }), fc.array(amount, { minLength: 1, maxLength: 4 }), (calls, more) => {
        last = new Map();
        const clock = new SimulatedClock(ts);
        const tracer = new AmpTracer({ write: (span) => last.set(span.id, span) }, spanIds(clock, 'abc'), clock);
        spans = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent' }), worktree: '/trees', agent: 'claudeCode', prices });
        for (const [index, [name, input, output]] of calls.entries()) call(String(index), name, usageOf(input, output));
        const input = calls.reduce((sum, [, value]) => sum + value, 0);
        const output = calls.reduce((sum, [, , value]) => sum + value, 0);
        let extra = 0;
        for (const value of more) total('m', usageOf(input + (extra += value), output + extra), extra);
        spans.close('succeeded');
        expect(sums()).toEqual({ in: input + extra, out: output + extra, cost: extra, unknown: 0 });
      }),
    );
  });
});

describe('steps that the stream leaves open', () => {
  it('are closed: successfully after a success, else as cancelled', () => {
    spans.handle({ kind: 'toolStarted', ts, toolId: 't', name: 'Bash', input: { command: 'x' } });
    spans.close('stopped');
    expect([...last.values()].filter(({ name }) => name === 'Bash x').map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('hang below the tool of the sub-agent that made them', () => {
    spans.handle({ kind: 'toolStarted', ts, toolId: 'task', name: 'Task', input: {} });
    spans.handle({ kind: 'toolStarted', ts, toolId: 'inner', name: 'Read', input: { file_path: '/trees/a' }, parentToolId: 'task' });
    const byName = (name: string): AmpTraceEvent | undefined => [...last.values()].find((span) => span.name === name);
    expect(byName('Read a')?.parentId).toBe(byName('Task')?.id);
  });
});
