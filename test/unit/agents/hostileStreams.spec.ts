import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/model/agentEvent';
import type { AgentName } from '../../../src/model/session';
import { isNoUsage, type Usage } from '../../../src/model/usage';
import { callUsages, fixtureLines, ofKind, parseStream, runUsages } from '../../support/fakeAgents/streams';

const others = ['codex', 'gemini', 'opencode'] as const;
const nonsense = [-1, 1.5, '12', 1e15, Number.MAX_SAFE_INTEGER + 1, 1e300, true, {}, []];

function countsOf({ input, output }: Usage): readonly number[] {
  return [...Object.values(input), ...Object.values(output)] as number[];
}

function usages(events: readonly AgentEvent[]): readonly Usage[] {
  return ofKind(events, 'usage').map(({ usage }) => usage);
}

/** The same stream with one field of every object of that name replaced. */
function withField(lines: readonly string[], name: string, value: unknown): readonly string[] {
  return lines.map((line) => JSON.stringify(JSON.parse(line, (key, old: unknown) => (key === name ? value : old))));
}

describe.each([
  ['codex', ['input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens']],
  ['gemini', ['total_tokens', 'input_tokens', 'output_tokens', 'cached']],
] as const)('counts of %s that cannot be right', (agent, fields) => {
  it.each(fields.flatMap((field) => nonsense.map((value) => [field, value] as const)))('%s = %j makes the usage unknown', (field, value) => {
    expectUnknown(agent, field, value);
  });
});

describe('counts of opencode that cannot be right', () => {
  it.each(['input', 'output', 'reasoning', 'read', 'write'].flatMap((field) => nonsense.map((value) => [field, value] as const)))('%s = %j makes the usage unknown', (field, value) => {
    // The inputs of tools have a field of that name as well: only the line that counts is changed.
    const lines = fixtureLines('opencode-text').map((line) => (line.includes('step_finish') ? (withField([line], field, value)[0] ?? '') : line));
    const { events, summary } = parseStream(lines, {}, 'opencode');
    expect(callUsages(events)).toEqual([]);
    expect(runUsages(events)).toMatchObject([{ costBasis: 'unknown', incomplete: true }]);
    expect(summary.verdict?.ok).toBe(true);
  });

  it.each([-1, '1', 1e300, null])('a cost of %j is unknown', (cost) => {
    const [known] = callUsages(parseStream(withField(fixtureLines('opencode-text'), 'cost', cost), {}, 'opencode').events);
    expect(known).toMatchObject({ costBasis: 'unknown', usage: { output: { text: 9 } } });
  });
});

function expectUnknown(agent: 'codex' | 'gemini', field: string, value: unknown): void {
  const { events, summary } = parseStream(withField(fixtureLines(`${agent}-write`), field, value), {}, agent);
  expect(runUsages(events)).toMatchObject([{ costBasis: 'unknown', incomplete: true }]);
  expect(usages(events).every(isNoUsage)).toBe(true);
  expect(ofKind(events, 'notice').some(({ message }) => message.startsWith('These counts of tokens cannot be right'))).toBe(true);
  expect(summary.verdict?.ok).toBe(true);
}

describe('parts that are larger than their whole', () => {
  it.each([
    ['codex', 'cached_input_tokens', 5271],
    ['codex', 'cache_write_input_tokens', 771],
    ['codex', 'reasoning_output_tokens', 53],
    ['gemini', 'cached', 5271],
    ['gemini', 'total_tokens', 5321],
  ] as const)('%s: %s = %i makes the usage unknown', (agent, field, value) => {
    expectUnknown(agent, field, value);
  });
});

describe('lines that are cut, doubled, out of order, or none', () => {
  it.each(others)('%s: a stream cut anywhere gives no verdict before its end, and no wrong count', (agent) => {
    const text = fixtureLines(`${agent}-edit`).join('\n');
    const whole = Math.max(...usages(parseStream(text.split('\n'), {}, agent).events).map(total));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
        const { events, summary } = parseStream(text.slice(0, length).split('\n'), {}, agent);
        expect(ofKind(events, 'toolFinished')).toHaveLength(ofKind(events, 'toolStarted').length);
        expect(ofKind(events, 'callFinished')).toHaveLength(ofKind(events, 'callStarted').length);
        for (const usage of usages(events)) expect(total(usage)).toBeLessThanOrEqual(whole);
        expect(summary.verdict?.ok ?? false).toBe(false);
        if (ofKind(events, 'callStarted').length > 0 && agent !== 'opencode') expect(runUsages(events)).toMatchObject([{ incomplete: true }]);
      }),
    );
  });

  it.each(others)('%s: every line twice is every line once', (agent) => {
    const lines = fixtureLines(`${agent}-edit`);
    const once = parseStream(lines, {}, agent);
    const twice = parseStream(lines.flatMap((line) => (agent === 'gemini' && line.includes('"delta"') ? [line] : [line, line])), {}, agent);
    const telling = (events: readonly AgentEvent[]): unknown => events.filter(({ kind }) => kind === 'text' || kind === 'toolFinished').map((event) => ({ ...event, ts: 0 }));
    expect(telling(twice.events)).toEqual(telling(once.events));
    expect([...runUsages(twice.events), ...callUsages(twice.events)].map(({ usage }) => usage)).toEqual([...runUsages(once.events), ...callUsages(once.events)].map(({ usage }) => usage));
    expect(twice.summary.verdict).toEqual(once.summary.verdict);
  });

  it('an older total of Codex that comes late takes nothing away', () => {
    const [first, last] = [fixtureLines('codex-text').at(-1) ?? '', fixtureLines('codex-edit').at(-1) ?? ''];
    const { events, summary } = parseStream([...fixtureLines('codex-edit').slice(0, -1), last, first], {}, 'codex');
    expect(runUsages(events)).toMatchObject([{ usage: { input: { text: 1120, cacheRead: 8230 } } }]);
    expect(summary.conversationTotals).toMatchObject({ thread: { usage: { input: { text: 1120 } } } });
  });

  it.each(others)('%s: lines in any order, with garbage between, never throw nor count below zero', (agent) => {
    const lines = [...fixtureLines(`${agent}-edit`), ...fixtureLines(`${agent}-e400`), 'Loading…', '[1]', '{"type":"hologram"}', '{"type":', ''];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines), fc.boolean(), (some, resumed) => {
        const { events } = parseStream(some, { resumed }, agent);
        for (const usage of usages(events)) expect(countsOf(usage).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
        expect(ofKind(events, 'toolFinished')).toHaveLength(ofKind(events, 'toolStarted').length);
        expect(ofKind(events, 'callFinished')).toHaveLength(ofKind(events, 'callStarted').length);
      }),
    );
  });

  it.each(others)('%s: never throws, whatever JSON of the right types holds', (agent) => {
    fc.assert(
      fc.property(fc.array(lineOf(agent)), (lines) => {
        const { events } = parseStream(lines.map((line) => JSON.stringify(line)), {}, agent);
        for (const usage of usages(events)) expect(countsOf(usage).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(others)('%s: what speaks no protocol is quoted', (agent) => {
    const { summary, events } = parseStream(['Welcome!', 'Please log in.'], {}, agent);
    expect(summary).toEqual({ garbage: 'Welcome!', ...(agent === 'codex' && { conversationTotals: {} }) });
    expect(ofKind(events, 'notice')).toHaveLength(2);
  });
});

function total(usage: Usage): number {
  return countsOf(usage).reduce((sum, count) => sum + count, 0);
}

function lineOf(agent: AgentName): fc.Arbitrary<object> {
  const any = fc.jsonValue();
  const count = fc.oneof(fc.integer(), any);
  const text = fc.oneof(fc.string(), any);
  if (agent === 'codex') {
    const item = fc.record({ id: text, type: fc.constantFrom('agent_message', 'reasoning', 'command_execution', 'file_change', 'mcp_tool_call', 'web_search', 'todo_list', 'collab_tool_call', 'error', 'new'), text, command: text, changes: any, result: any, error: any, status: text });
    const usage = fc.oneof(any, fc.record({ input_tokens: count, cached_input_tokens: count, output_tokens: count, reasoning_output_tokens: count }));
    return fc.record({ type: fc.constantFrom('thread.started', 'turn.started', 'item.started', 'item.updated', 'item.completed', 'turn.completed', 'turn.failed', 'error'), thread_id: text, item: fc.oneof(any, item), usage, error: any, message: text });
  }
  if (agent === 'gemini') {
    const counts = fc.oneof(any, fc.record({ total_tokens: count, input_tokens: count, output_tokens: count, cached: count }));
    const stats = fc.oneof(counts, fc.record({ models: fc.oneof(any, fc.dictionary(fc.string(), counts)) }));
    return fc.record({ type: fc.constantFrom('init', 'message', 'tool_use', 'tool_result', 'error', 'result'), timestamp: text, session_id: text, role: fc.constantFrom('user', 'assistant'), content: text, delta: any, tool_id: text, tool_name: text, parameters: any, output: text, status: fc.constantFrom('success', 'error'), stats, error: any });
  }
  const time = fc.oneof(any, fc.record({ start: count, end: count }));
  const state = fc.oneof(any, fc.record({ status: text, input: any, output: text, metadata: any, time, error: any }));
  const tokens = fc.oneof(any, fc.record({ input: count, output: count, reasoning: count, cache: any }));
  const part = fc.oneof(any, fc.record({ id: text, messageID: text, text: text, time, tool: text, callID: text, state, reason: text, tokens, cost: any, synthetic: any }));
  return fc.record({ type: fc.constantFrom('step_start', 'text', 'reasoning', 'tool_use', 'step_finish', 'error'), timestamp: count, sessionID: fc.string(), part, error: any });
}
