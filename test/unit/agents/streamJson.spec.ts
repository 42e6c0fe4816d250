import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamJsonParser } from '../../../src/agents/streamJson';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { noUsage } from '../../../src/model/usage';
import { callUsages, fixtureLines, ofKind, parseStream, runUsages } from '../../support/fakeAgents/streams';

const init = { type: 'system', subtype: 'init', session_id: 's', cwd: '/repo', model: 'big' };
const success = { type: 'result', subtype: 'success', is_error: false, result: 'done' };

function assistant(id: string, content: unknown, more: object = {}): object {
  return { type: 'assistant', message: { id, model: 'big', content: [content], usage: { input_tokens: 10, output_tokens: 1 } }, parent_tool_use_id: null, ...more };
}

function streamEvent(event: object, parent: string | null = null): object {
  return { type: 'stream_event', event, parent_tool_use_id: parent };
}

/** What is said of a call whose counts cannot be right. */
const untold = { callId: 'm', usage: noUsage, costBasis: 'unknown', incomplete: true };
const text = (words: string): object => ({ type: 'text', text: words });
const parse = (...lines: readonly object[]): ReturnType<typeof parseStream> => parseStream(lines.map((line) => JSON.stringify(line)));

describe('usage of a call', () => {
  it('is merged field by field and never summed, and a repeated line does not undo it', () => {
    const { events } = parse(
      init,
      streamEvent({ type: 'message_start', message: { id: 'm', model: 'big', usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 } } }),
      assistant('m', text('a')),
      streamEvent({ type: 'message_delta', delta: {}, usage: { output_tokens: 40 } }),
      streamEvent({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 90, output_tokens_details: { thinking_tokens: 30 } } }),
      assistant('m', text('b')),
      streamEvent({ type: 'message_stop' }),
      success,
    );
    expect(callUsages(events)).toMatchObject([{ callId: 'm', usage: { input: { text: 10, cacheRead: 5 }, output: { text: 60, reasoning: 30 } } }]);
    expect(ofKind(events, 'callFinished')).toMatchObject([{ callId: 'm', stopReason: 'end_turn' }]);
    expect(ofKind(events, 'text').map((event) => event.text)).toEqual(['a', 'b']);
  });

  it('takes the parts of a cache write in place of their total', () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 700, cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 600 }, output_tokens: 2 };
    const { events } = parse(init, { type: 'assistant', message: { id: 'm', content: [], usage } }, success);
    expect(callUsages(events)[0]?.usage.input).toEqual({ text: 1, cacheRead: 0, cacheWrite5m: 100, cacheWrite1h: 600 });
  });

  it('is not believed when it is nonsense', () => {
    const { events } = parse(init, { type: 'assistant', message: { id: 'm', content: [], usage: { input_tokens: -5, output_tokens: 'many', cache_read_input_tokens: null } } }, success);
    expect(callUsages(events)).toMatchObject([untold]);
  });
});

describe('usage of a run', () => {
  const model = (inputTokens: number, costUSD: number, costBasis?: string): object => ({ inputTokens, outputTokens: 1, costUSD, ...(costBasis && { costBasis }) });

  it('includes sub-agents and is told by model, a guessed price as none', () => {
    const { events } = parse(init, { ...success, usage: { input_tokens: 70 }, modelUsage: { big: model(100, 0.5), other: model(100, 0.25, 'unknown') } });
    expect(runUsages(events)).toMatchObject([{ model: 'big', costNano: 500_000_000, costBasis: 'reported' }, { model: 'other', costBasis: 'unknown' }]);
    expect(runUsages(events)[1]).not.toHaveProperty('costNano');
  });

  it('adds up several results of one process', () => {
    const { events, summary } = parse(init, { ...success, modelUsage: { big: model(100, 1) } }, init, { ...success, modelUsage: { big: model(150, 1.5), small: model(7, 0.1) } });
    expect(runUsages(events)).toMatchObject([{ model: 'big', costNano: 1_500_000_000, usage: { input: { text: 150 } } }, { model: 'small', usage: { input: { text: 7 } } }]);
    expect(summary.conversationTotals).toMatchObject({ big: { usage: { input: { text: 150 } } } });
    expect(ofKind(events, 'sessionStarted')).toHaveLength(1);
  });
});

describe('counts that cannot be right', () => {
  const model = (inputTokens: unknown): object => ({ big: { inputTokens, outputTokens: 1, costUSD: 1 } });
  const notices = (events: readonly AgentEvent[]): number => ofKind(events, 'notice').filter(({ message }) => message.startsWith('These counts')).length;

  it.each([-1, 1.5, 2 ** 53, '7'])('%j makes a call\'s usage and a run\'s unknown', (count) => {
    const usage = { input_tokens: count, output_tokens: 3 };
    const call = parse(init, { type: 'assistant', message: { id: 'm', content: [], usage } }, { ...success, modelUsage: model(9) });
    expect([callUsages(call.events), notices(call.events)]).toMatchObject([[untold], 1]);
    expect(runUsages(call.events)).toMatchObject([{ model: 'big', usage: { input: { text: 9 } }, costNano: 1e9 }]);
    const run = parse(init, { ...success, modelUsage: model(count) });
    expect(runUsages(run.events)).toMatchObject([{ usage: { input: { text: 0 }, output: { text: 0 } }, costBasis: 'unknown', incomplete: true }]);
    expect([runUsages(run.events)[0]?.costNano, notices(run.events)]).toEqual([undefined, 1]);
    const part = parse(init, { ...success, modelUsage: model(count), usage: { input_tokens: 4 } });
    expect(runUsages(part.events)).toMatchObject([{ usage: { input: { text: 4 } }, costBasis: 'unknown', incomplete: true }]);
  });

  it('are told a few times only', () => {
    const lines = Array.from({ length: 50 }, (_, index) => ({ type: 'assistant', message: { id: `m${index}`, content: [], usage: { input_tokens: -1 } } }));
    expect(notices(parse(init, ...lines, success).events)).toBe(5);
  });
});

describe('structure', () => {
  it('puts the work of a sub-agent under its tool call', () => {
    const { events } = parse(
      init,
      assistant('m1', { type: 'tool_use', id: 'task', name: 'Task', input: { prompt: 'look' } }),
      assistant('m2', { type: 'tool_use', id: 'read', name: 'Read', input: {} }, { parent_tool_use_id: 'task' }),
      { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'read', content: [text('one'), { type: 'image' }] }] }, parent_tool_use_id: 'task' },
      { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'task', content: 'found' }] } },
      success,
    );
    expect(ofKind(events, 'callStarted')).toMatchObject([{ callId: 'm1' }, { callId: 'm2', parentToolId: 'task' }]);
    expect(ofKind(events, 'toolStarted')).toMatchObject([{ toolId: 'task', callId: 'm1' }, { toolId: 'read', callId: 'm2', parentToolId: 'task' }]);
    expect(ofKind(events, 'toolFinished').map((event) => [event.toolId, event.output])).toEqual([['read', 'one\n[image]'], ['task', 'found']]);
  });

  it('closes what a killed program left open, and has no verdict', () => {
    const { events, summary } = parse(init, assistant('m', { type: 'tool_use', id: 't', name: 'Bash', input: {} }));
    expect(summary.verdict).toBeUndefined();
    expect(summary.agentSessionId).toBe('s');
    expect(ofKind(events, 'toolFinished')).toMatchObject([{ toolId: 't', isError: true }]);
    expect(ofKind(events, 'callFinished')).toMatchObject([{ callId: 'm', errorMessage: expect.any(String) as string }]);
  });

  it('starts a call when it was asked for', () => {
    const { events } = parse(init, { type: 'system', subtype: 'status', status: 'requesting' }, { type: 'system', subtype: 'thinking_tokens' }, assistant('m', text('a')), success);
    expect(ofKind(events, 'callStarted')).toMatchObject([{ ts: 100 }]);
    expect(ofKind(events, 'text')).toMatchObject([{ ts: 300 }]);
  });

  it('takes the times of the lines, but none from the future and none before the last', () => {
    const events: AgentEvent[] = [];
    const parser = new StreamJsonParser({ onEvent: (event) => events.push(event) });
    const at = (iso: string): object => ({ ...assistant(iso, text(iso)), timestamp: iso });
    parser.push(JSON.stringify(at('2026-01-01T00:00:01.000Z')), Date.parse('2026-01-01T00:00:01.500Z'));
    parser.push(JSON.stringify(at('2026-01-01T00:00:00.000Z')), Date.parse('2026-01-01T00:00:02.000Z'));
    parser.push(JSON.stringify(at('2027-01-01T00:00:00.000Z')), Date.parse('2026-01-01T00:00:03.000Z'));
    const base = Date.parse('2026-01-01T00:00:00.000Z');
    expect(ofKind(events, 'text').map((event) => event.ts - base)).toEqual([1000, 1000, 3000]);
  });
});

describe('verdicts', () => {
  it.each([
    [{ is_error: true, subtype: 'success', result: 'API Error: 500' }, 'API Error: 500'],
    [{ is_error: false, subtype: 'error_max_turns' }, 'It reached its limit of turns.'],
    [{ is_error: true, subtype: 'error_during_execution', errors: ['[ede_diagnostic] x', 'No conversation found'] }, 'No conversation found'],
    [{ is_error: true, subtype: 'error_during_execution', error: 'User cancelled (SIGINT/SIGTERM)' }, 'User cancelled (SIGINT/SIGTERM)'],
    [{ is_error: true, subtype: 'error_of_tomorrow' }, 'error_of_tomorrow'],
  ])('%j is a failure', (result, errorMessage) => {
    expect(parse(init, { type: 'result', ...result }).summary.verdict).toMatchObject({ ok: false, errorMessage });
  });
});

describe('what is no stream', () => {
  it('is quoted, and told in a bounded number of notices', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `${index} please log in ${'x'.repeat(500)}`);
    const { events, summary } = parseStream(lines);
    expect(summary.garbage).toBe(lines[0]?.slice(0, 200));
    expect(ofKind(events, 'notice')).toHaveLength(21);
    expect(ofKind(events, 'notice').at(-1)?.message).toBe('80 more lines were not understood.');
  });

  it('is tolerated between good lines, and unknown types are kept as raw events', () => {
    const raw = '{"type":"hologram","x":1}';
    const { events, summary } = parseStream(['npm warn something', ...fixtureLines('claude-text'), raw]);
    expect(summary).toMatchObject({ verdict: { ok: true } });
    expect(summary.garbage).toBeUndefined();
    expect(ofKind(events, 'raw').map((event) => event.line)).toEqual([raw]);
  });

  it('never throws, whatever JSON of the right types holds', () => {
    const type = fc.constantFrom('system', 'assistant', 'user', 'stream_event', 'result');
    const part = fc.oneof(fc.jsonValue(), fc.record({ type: fc.constantFrom('tool_use', 'tool_result', 'text', 'thinking'), id: fc.jsonValue(), text: fc.jsonValue(), tool_use_id: fc.jsonValue() }));
    const message = fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), content: fc.oneof(fc.jsonValue(), fc.array(part)), usage: fc.jsonValue() }));
    const line = fc.record({ type, subtype: fc.constantFrom('init', 'success', 'api_retry', 'permission_denied'), message, event: fc.jsonValue(), modelUsage: fc.jsonValue(), session_id: fc.jsonValue() });
    fc.assert(fc.property(fc.array(line), (lines) => { parse(...lines); }));
  });
});
