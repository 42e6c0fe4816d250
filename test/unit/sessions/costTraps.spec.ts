import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import { loadPriceList } from '../../../src/llm/prices/priceList';
import type { AgentEvent, UsageEvent } from '../../../src/model/agentEvent';
import { appliedPrice, explainCost } from '../../../src/model/explainCost';
import type { AmpTraceEvent } from '../../../src/model/span';
import { addUsage, noUsage, tokensIn, tokensOut, type Usage } from '../../../src/model/usage';
import { AgentSpans } from '../../../src/sessions/agentSpans';
import { AmpTracer } from '../../../src/telemetry/tracer';
import { oracleCost } from '../../support/costOracle';
import { fixtureLines, parseStream } from '../../support/fakeAgents/streams';

const ts = Date.UTC(2026, 10, 22, 12);
const opus = 'claude-opus-5-5';
const prices = await loadPriceList();

interface Sums {
  readonly usage: Usage;
  readonly costNano: number;
  /** Spans with an unknown and with an approximate cost. */
  readonly unknown: number;
  readonly approximate: number;
}

interface Run {
  readonly spans: readonly AmpTraceEvent[];
  readonly sums: Sums;
}

/** What the events of a run become, as the store sums it up. */
function runOf(events: readonly AgentEvent[], outcome: 'succeeded' | 'failed' | 'stopped' = 'succeeded'): Run {
  const last = new Map<string, AmpTraceEvent>();
  const clock = new SimulatedClock(ts);
  const tracer = new AmpTracer({ write: (span) => last.set(span.id, span) }, spanIds(clock, 'abc'), clock);
  const agent = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent', tsStart: 0 }), worktree: '/trees', agent: 'claudeCode', prices });
  for (const event of events) agent.handle(event);
  agent.close(outcome);
  const spans = [...last.values()];
  return {
    spans,
    sums: {
      usage: spans.reduce((sum, { usage = noUsage }) => addUsage(sum, usage), noUsage),
      costNano: spans.reduce((sum, { costNano = 0 }) => sum + costNano, 0),
      unknown: spans.filter(({ costBasis }) => costBasis === 'unknown').length,
      approximate: spans.filter(({ costBasis }) => costBasis === 'approximate').length,
    },
  };
}

function usage(text: number, { cacheRead = 0, write5m = 0, write1h = 0, output = 0, reasoning = 0 } = {}): Usage {
  return { input: { text, cacheRead, cacheWrite5m: write5m, cacheWrite1h: write1h }, output: { text: output, reasoning } };
}

const started = (callId: string, model: string = opus): AgentEvent => ({ kind: 'callStarted', ts, callId, model, provider: 'anthropic' });
const told = (callId: string, of: Usage, rest: Partial<UsageEvent> = {}): UsageEvent => ({ kind: 'usage', ts, scope: 'call', callId, model: opus, provider: 'anthropic', usage: of, costBasis: 'unknown', ...rest });
const finished = (callId: string): AgentEvent => ({ kind: 'callFinished', ts, callId });
const total = (of: Usage, costNano?: number, rest: Partial<UsageEvent> = {}): UsageEvent => ({ kind: 'usage', ts, scope: 'run', model: opus, provider: 'anthropic', usage: of, costBasis: costNano === undefined ? 'unknown' : 'reported', ...(costNano === undefined ? {} : { costNano }), ...rest });
const call = (callId: string, of: Usage, model: string = opus): AgentEvent[] => [started(callId, model), told(callId, of, { model }), finished(callId)];

/** Lines of Claude Code's stream: one assistant message, told by its beginning and its end. */
function message(id: string, { input, output = 1, parent = null, model = opus }: { input: object; output?: number; parent?: string | null; model?: string }): string[] {
  const begin = { type: 'message_start', message: { id, model, role: 'assistant', content: [], usage: { ...input, output_tokens: 1 } } };
  const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { ...input, output_tokens: output } };
  const whole = { type: 'assistant', parent_tool_use_id: parent, message: { id, model, role: 'assistant', content: [{ type: 'text', text: 'x' }], usage: { ...input, output_tokens: 1 } } };
  const streamed = parent === null ? [begin, end, { type: 'message_stop' }].map((event) => ({ type: 'stream_event', parent_tool_use_id: null, event })) : [];
  return [streamed[0], whole, ...streamed.slice(1)].flatMap((line) => (line === undefined ? [] : [JSON.stringify(line)]));
}

const init = JSON.stringify({ type: 'system', subtype: 'init', session_id: 'c', cwd: '/trees', model: opus });
const stream = (...lines: readonly string[][]): Run => runOf(parseStream([init, ...lines.flat()]).events);

describe('the traps of counting (field by field, against an independent oracle)', () => {
  it('1: Anthropic’s input leaves cached tokens out, so they come on top', () => {
    const { sums } = stream(message('a', { input: { input_tokens: 10, cache_read_input_tokens: 5_000, cache_creation_input_tokens: 300 }, output: 7 }));
    const of = usage(10, { cacheRead: 5_000, write5m: 300, output: 7 });
    expect(sums).toEqual({ usage: of, costNano: oracleCost(opus, of), unknown: 0, approximate: 0 });
  });

  it('2: cache writes are billed by their parts, not together with them', () => {
    const { sums } = stream(message('a', { input: { input_tokens: 1, cache_creation_input_tokens: 700, cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 400 } }, output: 2 }));
    const of = usage(1, { write5m: 300, write1h: 400, output: 2 });
    expect(sums).toMatchObject({ usage: of, costNano: oracleCost(opus, of) });
  });

  it('3: later words of one message replace the earlier ones', () => {
    const { sums } = runOf([started('a'), told('a', usage(100, { output: 1 })), told('a', usage(100, { output: 40 })), told('a', usage(100, { output: 90 })), finished('a')]);
    expect(sums).toMatchObject({ usage: usage(100, { output: 90 }), costNano: oracleCost(opus, usage(100, { output: 90 })) });
  });

  it('4: a call that was cut off costs at least what was told, which is an estimate and says so', () => {
    // A recorded answer, cut behind each of its lines: before its last word its tokens are an estimate, after it they are not.
    const whole = fixtureLines('recording-failed').slice(1).map((line) => JSON.stringify((JSON.parse(line) as { line: unknown }).line));
    const estimates = whole.map((_line, index) => {
      const { spans } = runOf(parseStream(whole.slice(0, index + 1)).events, 'stopped');
      return spans.filter(({ attrs, costBasis }) => attrs['amp.usage.estimated'] === true && costBasis === 'approximate').length;
    });
    const kinds = whole.map((line) => { const { type, event } = JSON.parse(line) as { type: string; event?: { type: string } }; return event?.type ?? type; });
    expect([estimates[kinds.indexOf('message_start')], estimates[kinds.indexOf('content_block_delta')]]).toEqual([1, 1]);
    expect([estimates[kinds.indexOf('message_delta')], estimates[kinds.indexOf('message_stop')]]).toEqual([0, 0]);
    const cut = [...message('a', { input: { input_tokens: 100 }, output: 9 }).slice(0, 2)];
    const { sums, spans } = runOf(parseStream([init, ...cut]).events, 'stopped');
    expect(sums).toMatchObject({ costNano: oracleCost(opus, usage(100, { output: 1 })), approximate: 1, unknown: 0 });
    const estimated = spans.find(({ name }) => name === 'anthropic:chat');
    expect(estimated && explainCost(estimated).join('\n')).toContain('Approximate: the call was cut off, and more may have been used than was told\nThe tokens are an estimate');
    // Nothing told at all: nobody knows.
    expect(runOf([started('a')], 'stopped').sums).toMatchObject({ costNano: 0, unknown: 1 });
    expect(runOf([started('a'), { kind: 'callFinished', ts, callId: 'a', errorMessage: 'cut' }], 'stopped').sums).toMatchObject({ costNano: 0, unknown: 1 });
  });

  it('4: the calls of a cut run whose last word never came are estimates too, and exact once the run tells its total', () => {
    // As an older program tells them: closed by the result of a tool, never by their own end.
    const older = [init, message('a', { input: { input_tokens: 100 }, parent: 'tool' })[0] ?? '', message('b', { input: { input_tokens: 50 }, parent: 'tool' })[0] ?? ''];
    const { events } = parseStream(older);
    expect(runOf(events, 'stopped').sums).toMatchObject({ approximate: 2, unknown: 0 });
    const of = usage(150, { output: 70 });
    expect(runOf([...events, total(of)], 'stopped').sums).toEqual({ usage: of, costNano: oracleCost(opus, of), approximate: 0, unknown: 0 });
    expect(runOf([...events, total(of, 9_999_999)], 'stopped').sums).toEqual({ usage: of, costNano: 9_999_999, approximate: 0, unknown: 0 });
  });

  it('5: a reported total makes the sum of calls exact whose single prices are not, and their explanation says so', () => {
    const dated = `${opus}-20991231`;
    const of = usage(1_000, { output: 100 });
    for (const reported of [oracleCost(opus, of), oracleCost(opus, of) + 77]) {
      const { sums, spans } = runOf([...call('a', of, dated), total(of, reported, { model: dated })]);
      expect(sums).toEqual({ usage: of, costNano: reported, unknown: 0, approximate: 0 });
      const one = spans.find(({ name }) => name === 'anthropic:chat');
      expect(one).toMatchObject({ costBasis: 'computed', costNano: oracleCost(opus, of), status: 'success' });
      expect(one && explainCost(one).join('\n')).toMatch(/Approximate: [^]*\nWhat the run reported as a whole settles the difference/);
    }
    expect(runOf([...call('a', of, dated), total(of, undefined, { model: dated })]).sums).toMatchObject({ approximate: 1 });
    expect(runOf([...call('a', of, dated), total(of, 5_000_000, { model: dated, incomplete: true })]).sums).toMatchObject({ costNano: 5_000_000, approximate: 1, unknown: 1 });
  });

  it('5: what is reported wins over what was computed, above and below it', () => {
    const of = usage(1_000, { output: 100 });
    const computed = oracleCost(opus, of);
    for (const reported of [computed + 1_234, computed, computed - 999, 0]) {
      const { sums, spans } = runOf([...call('a', of), total(of, reported)]);
      expect(sums).toEqual({ usage: of, costNano: reported, unknown: 0, approximate: 0 });
      const adjustment = spans.find(({ costNano }) => costNano !== undefined && costNano < 0);
      expect(adjustment === undefined).toBe(reported >= computed);
      if (adjustment) expect(explainCost(adjustment).join('\n')).toContain('an adjustment: the calls had been priced too high');
    }
  });

  it('6: repeated lines of a message count once, sub-agents are in the run’s total', () => {
    const lines = message('a', { input: { input_tokens: 100 }, output: 50 });
    const { sums } = stream(lines, lines, message('b', { input: { input_tokens: 7 }, parent: 'tool' }), lines);
    expect(sums).toMatchObject({ usage: usage(107, { output: 51 }), costNano: oracleCost(opus, usage(100, { output: 50 })) + oracleCost(opus, usage(7, { output: 1 })) });
  });

  it('7: calls are priced one by one', () => {
    const sonnet = 'claude-sonnet-4-5';
    const of = usage(100_000, { output: 2_000 });
    const { sums } = runOf(Array.from({ length: 10 }, (_, index) => call(String(index), of, sonnet)).flat());
    expect(sums.costNano).toBe(10 * oracleCost(sonnet, of));
    expect(sums.costNano).toBe(3_300_000_000);
  });

  it('7: what only the whole run tells is not priced as one request', () => {
    const sonnet = 'claude-sonnet-4-5';
    // Only output is missing: it has the price of the calls' own tier.
    const large = usage(250_000, { output: 1 });
    expect(runOf([...call('a', large, sonnet), total(usage(250_000, { output: 1_000 }), undefined, { model: sonnet })]).sums.costNano).toBe(oracleCost(sonnet, usage(250_000, { output: 1_000 })));
    // Small enough as a whole: every request was small, so it is exact.
    expect(runOf([total(usage(150_000, { output: 10 }), undefined, { model: sonnet })]).sums).toMatchObject({ costNano: oracleCost(sonnet, usage(150_000, { output: 10 })), approximate: 0 });
    // Nobody knows how large the requests were.
    expect(runOf([total(usage(1_000_000, { output: 20_000 }), undefined, { model: sonnet })]).sums).toMatchObject({ costNano: 3_300_000_000, approximate: 1 });
  });

  it('8: an unknown price is unknown from the first token on, until a total of the run holds it', () => {
    const last: (string | undefined)[] = [];
    const clock = new SimulatedClock(ts);
    const tracer = new AmpTracer({ write: ({ name, costBasis, usage: used }) => { if (name === 'anthropic:chat' && used) last.push(costBasis); } }, spanIds(clock, 'abc'), clock);
    const agent = new AgentSpans({ tracer, run: tracer.startSpan({ sessionId: 's', type: 'agent', name: 'Agent', tsStart: 0 }), worktree: '/trees', agent: 'claudeCode', prices });
    for (const event of call('a', usage(10), 'nobody-1')) agent.handle(event);
    expect(last).toEqual(['unknown', 'unknown']);
    agent.handle(total(usage(10), 1_234, { model: 'nobody-1' }));
    agent.close('succeeded');
    expect(last).toEqual(['unknown', 'unknown', undefined]);
    expect(runOf([...call('a', usage(10), 'nobody-1'), total(usage(10), 1_234, { model: 'nobody-1' })]).sums).toEqual({ usage: usage(10), costNano: 1_234, unknown: 0, approximate: 0 });
  });

  it('8: an unknown price is unknown and never zero; a variant is approximate', () => {
    const { sums, spans } = runOf([...call('a', usage(10), 'nobody-1'), ...call('b', usage(20), 'nobody-1'), ...call('c', usage(30), 'nobody-2')]);
    expect(sums).toMatchObject({ costNano: 0, unknown: 3 });
    expect(spans.filter(({ usage: used }) => used !== undefined).every(({ costNano }) => costNano === undefined)).toBe(true);
    expect(runOf(call('a', usage(10), 'claude-opus-5-5-20991231')).sums).toMatchObject({ costNano: oracleCost(opus, usage(10)), approximate: 1 });
  });

  it('8: one known and one unknown model: the sum is a lower bound that says so', () => {
    expect(runOf([...call('a', usage(10)), ...call('b', usage(20), 'nobody')]).sums).toMatchObject({ costNano: oracleCost(opus, usage(10)), unknown: 1 });
  });

  it('9: only calls and settlements carry usage', () => {
    const { spans } = runOf([...call('a', usage(10)), { kind: 'toolStarted', ts, toolId: 't', name: 'Bash', input: {} }, total(usage(10, { output: 5 }), 500_000)]);
    expect(spans.filter(({ usage: used, costNano }) => used !== undefined || costNano !== undefined).map(({ name, agent }) => [name, agent])).toEqual([['anthropic:chat', 'claudeCode'], ['anthropic:run total', 'claudeCode']]);
  });

  it('10: more cached than other input does not throw, and the price is kept with the span', () => {
    const of = usage(1, { cacheRead: 1_000_000 });
    const { spans, sums } = runOf(call('a', of));
    expect(sums.costNano).toBe(oracleCost(opus, of));
    const priced = spans.find(({ costNano }) => costNano !== undefined);
    expect(priced && appliedPrice(priced.attrs)).toMatchObject({ model: opus, source: 'genai-prices', units: { input: { cacheRead: 200_000_000 } } });
    expect(priced && explainCost(priced)).toEqual([
      '1 input × $4.00 per million = $0.000004',
      '1,000,000 cache read × $0.20 per million = $0.20',
      'Sum: $0.200004, rounded once to a nano-dollar',
      expect.stringMatching(/^Price of claude-opus-5-5 \(anthropic\) in genai-prices /),
    ]);
  });

  it('11: reasoning is apart, and the shown totals are derived', () => {
    const of = usage(10, { output: 5, reasoning: 95 });
    const { sums } = runOf(call('a', of));
    expect([tokensIn(sums.usage), tokensOut(sums.usage), sums.costNano]).toEqual([10, 100, oracleCost(opus, of)]);
  });
});

describe('recorded runs', () => {
  it.each([
    ['claude-edit', usage(200, { cacheRead: 8_230, write5m: 920, output: 140 }), 9_846_000],
    ['claude-resume1', usage(130, { cacheRead: 4_500, write5m: 640, output: 52 }), 5_660_000],
    ['claude-resume2', usage(200, { cacheRead: 8_230, write5m: 920, output: 140 }), 9_846_000],
  ])('%s has its true totals', (name, of, costNano) => {
    const first = parseStream(fixtureLines('claude-resume1')).summary.conversationTotals;
    const { events } = parseStream(fixtureLines(name), name === 'claude-resume2' && first ? { resumed: true, mark: first } : {});
    const { sums } = runOf(events);
    expect(sums).toEqual({ usage: of, costNano, unknown: 0, approximate: 0 });
    // What the program reported is what the list price says of it.
    expect(costNano).toBe(oracleCost(opus, of));
  });
});

describe('a stream in disorder', () => {
  it('counts what comes before its call, twice, and after its end', () => {
    const of = usage(100, { output: 60 });
    expect(runOf([told('a', of), started('a'), started('a'), finished('a')]).sums).toMatchObject({ usage: of, costNano: oracleCost(opus, of) });
    expect(runOf([...call('a', usage(100, { output: 1 })), told('a', of), told('a', of)]).sums).toMatchObject({ usage: of, costNano: oracleCost(opus, of) });
    expect(runOf([told('a', of)]).sums).toMatchObject({ usage: of, costNano: oracleCost(opus, of) });
  });

  it('does not count a late word twice when the run tells its total', () => {
    const of = usage(100, { output: 60 });
    expect(runOf([...call('a', usage(100, { output: 1 })), told('a', of), total(of, 4_242)]).sums).toMatchObject({ usage: of, costNano: 4_242 });
  });

  it.each([Number.NaN, -5, 2 ** 53, 0.5, Infinity])('never counts %s tokens, and says that the cost is unknown', (bad) => {
    const { sums, spans } = runOf([...call('good', usage(10)), started('a'), told('a', usage(bad)), finished('a')]);
    expect(sums).toMatchObject({ usage: usage(10), costNano: oracleCost(opus, usage(10)), unknown: 1 });
    expect(spans.some(({ name }) => name.includes('are no counts'))).toBe(true);
    expect(runOf([...call('good', usage(10)), total(usage(bad))]).sums).toMatchObject({ usage: usage(10), unknown: 1 });
    expect(runOf([...call('good', usage(10)), total(usage(10), bad)]).sums).toMatchObject({ usage: usage(10), costNano: oracleCost(opus, usage(10)), unknown: 1 });
    // A cost that is sound outlives tokens that are not.
    expect(runOf([...call('good', usage(10)), total(usage(bad), 777_777)]).sums).toMatchObject({ usage: usage(10), costNano: 777_777, unknown: 0 });
  });

  it('takes back what was no count when a sound word follows', () => {
    expect(runOf([started('a'), told('a', usage(-1)), told('a', usage(10)), finished('a')]).sums).toMatchObject({ usage: usage(10), costNano: oracleCost(opus, usage(10)), unknown: 0 });
  });

  it('says that a run is of unknown cost when its program could not tell all', () => {
    expect(runOf([...call('a', usage(10)), total(noUsage, undefined, { incomplete: true })]).sums).toMatchObject({ costNano: oracleCost(opus, usage(10)), unknown: 1 });
  });

  it('adds up to the last word of every call, in whatever order the events come', () => {
    const event = fc.record({ callId: fc.constantFrom('a', 'b', 'c'), kind: fc.constantFrom('start', 'tell', 'end'), text: fc.integer({ min: 0, max: 300_000 }), output: fc.integer({ min: 0, max: 9_999 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (list) => {
        // Usage of one call only grows.
        const grown = new Map<string, Usage>();
        const events = list.map(({ callId, kind, text, output }): AgentEvent => {
          if (kind !== 'tell') return kind === 'start' ? started(callId) : finished(callId);
          const of = addUsage(grown.get(callId) ?? noUsage, usage(text, { output }));
          grown.set(callId, of);
          return told(callId, of);
        });
        const { sums } = runOf(events);
        expect(sums.usage).toEqual([...grown.values()].reduce(addUsage, noUsage));
        expect(sums.costNano).toBe([...grown.values()].reduce((sum, of) => sum + oracleCost(opus, of), 0));
      }),
    );
  });
});
