import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StreamOptions } from '../../../src/agents/streamParser';
import { createStreamParser } from '../../../src/agents/streamParsers';
import type { AgentEvent } from '../../../src/model/agentEvent';
import type { AgentName } from '../../../src/model/session';
import { addUsage, noUsage, tokensOut, type Usage } from '../../../src/model/usage';
import { callUsages, eventLines, fixtureLines, ofKind, parseStream, runUsages, type ParsedStream } from '../../support/fakeAgents/streams';

const golden = (name: string): string => path.resolve(import.meta.dirname, '../../golden/agents', `${name}.txt`);
const agentOf = (name: string): AgentName => name.split('-')[0] as AgentName;
const parse = (name: string, options: Partial<StreamOptions> = {}): ParsedStream => parseStream(fixtureLines(name), options, agentOf(name));
const streams = ['badtool', 'bash', 'e400', 'edit', 'resume1', 'resume2', 'sleepbash-SIGINT', 'text', 'write'].map((name) => `codex-${name}`).concat(
  ['am-default', 'bash', 'e400', 'edit', 'resume1', 'resume2', 'text', 'write'].map((name) => `gemini-${name}`),
  ['bash', 'e400', 'edit', 'perm-ask', 'resume1', 'resume2', 'text', 'write'].map((name) => `opencode-${name}`),
);

function usage(text: number, cacheRead: number, output: number, reasoning: number): Usage {
  return { input: { text, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: output, reasoning } };
}

function sum({ events }: ParsedStream): Usage {
  const parts = agentUsages(events);
  return parts.reduce((total, part) => addUsage(total, part.usage), noUsage);
}

/** Each token once: of the runs, or of the calls of an agent that tells those. */
function agentUsages(events: ParsedStream['events']): ReturnType<typeof runUsages> {
  const runs = runUsages(events);
  return runs.length > 0 ? runs : callUsages(events);
}

describe('recorded streams of Codex, Gemini and opencode', () => {
  it.each(streams)('%s becomes the golden event stream', async (name) => {
    await expect(eventLines(parse(name).events)).toMatchFileSnapshot(golden(name));
  });

  it.each(streams)('%s is understood to the last line, and all it opens is closed', (name) => {
    const { events, summary } = parse(name);
    expect(summary.agentSessionId).toMatch(/^(ses_\w{26}|[0-9a-f-]{36})$/);
    expect(summary.garbage).toBeUndefined();
    expect(ofKind(events, 'raw')).toEqual([]);
    expect(ofKind(events, 'sessionStarted')).toHaveLength(1);
    expect(ofKind(events, 'toolFinished').map(({ toolId }) => toolId)).toEqual(ofKind(events, 'toolStarted').map(({ toolId }) => toolId));
    expect(ofKind(events, 'callFinished').map(({ callId }) => callId)).toEqual(ofKind(events, 'callStarted').map(({ callId }) => callId));
    const calls = new Set(ofKind(events, 'callStarted').map(({ callId }) => callId));
    for (const event of [...ofKind(events, 'text'), ...ofKind(events, 'thought'), ...ofKind(events, 'toolStarted')]) expect(calls).toContain(event.callId);
  });

  it('give the true totals of the edit run, each token once', () => {
    expect(sum(parse('codex-edit'))).toEqual(usage(1120, 8230, 121, 19));
    expect(tokensOut(sum(parse('codex-edit')))).toBe(140);
    expect(sum(parse('opencode-edit'))).toEqual(usage(1120, 8230, 121, 19));
    // This program was told 140 tokens of answer and 19 of thought apart from them.
    expect(sum(parse('gemini-edit'))).toEqual(usage(1120, 8230, 140, 19));
  });

  it.each([
    ['codex-text', true, undefined],
    ['codex-write', true, undefined],
    ['codex-bash', true, undefined],
    ['codex-badtool', true, undefined],
    ['codex-e400', false, /^prompt is too long: 250000 tokens > 200000 maximum$/],
    ['codex-sleepbash-SIGINT', undefined, undefined],
    ['gemini-text', true, undefined],
    ['gemini-bash', true, undefined],
    ['gemini-am-default', true, undefined],
    ['gemini-e400', false, /^prompt is too long: 250000 tokens > 200000 maximum$/],
    ['opencode-text', true, undefined],
    ['opencode-bash', true, undefined],
    ['opencode-perm-ask', false, /not allowed to use bash/],
    // The conversation got too long, was shortened, and went on: the program's exit code of 1 is wrong.
    ['opencode-e400', true, undefined],
  ])('%s: ok is %s', (name, ok, message) => {
    const { events, summary } = parse(name);
    expect(summary.verdict?.ok).toBe(ok);
    expect(ofKind(events, 'turnFinished').map((event) => event.ok)).toEqual(ok === undefined ? [] : [ok]);
    if (message) expect(summary.verdict?.errorMessage).toMatch(message);
    else if (ok) expect(summary.verdict?.text).not.toBe('');
  });

  it('tell failed commands and refused tools from others', () => {
    const outcome = (name: string): unknown => ofKind(parse(name).events, 'toolFinished').map(({ isError, denied }) => [isError, denied ?? false]);
    expect(outcome('codex-bash')).toEqual([[true, false]]);
    expect(outcome('codex-badtool')).toEqual([[true, false]]);
    expect(outcome('opencode-bash')).toEqual([[true, false]]);
    expect(outcome('opencode-perm-ask')).toEqual([[false, false], [false, false], [true, true]]);
    expect(outcome('codex-sleepbash-SIGINT')).toEqual([[true, false]]);
  });
});

describe('Codex', () => {
  it('tells the usage of a resumed run when the mark of the run before is known', () => {
    const first = parse('codex-resume1');
    expect(sum(first)).toEqual(usage(770, 4500, 52, 0));
    const second = parse('codex-resume2', { resumed: true, mark: storedAndRead(first.summary.conversationTotals ?? {}) });
    expect(sum(second)).toEqual(usage(1120, 8230, 121, 19));
    expect(runUsages(second.events)).toMatchObject([{ provider: 'openai', costBasis: 'unknown' }]);
    expect(runUsages(second.events)[0]).not.toHaveProperty('incomplete');
    expect(second.summary.conversationTotals).toEqual({ thread: { usage: usage(1890, 12_730, 173, 19), costBasis: 'unknown' } });
  });

  it('does not show the total of a conversation as that of a resumed run', () => {
    const unmarked = parse('codex-resume2', { resumed: true });
    expect(runUsages(unmarked.events)).toMatchObject([{ usage: noUsage, costBasis: 'unknown', incomplete: true }]);
    expect(ofKind(unmarked.events, 'notice').map(({ message }) => message).join()).toMatch(/only the total of the whole conversation/);
    const strange = parse('codex-resume1', { resumed: true, mark: { thread: { usage: usage(0, 9999, 0, 0), costBasis: 'unknown' } } });
    expect(runUsages(strange.events)).toMatchObject([{ usage: noUsage, incomplete: true }]);
  });

  it('hands the mark on from a run that told nothing, so that nothing is counted twice or lost', () => {
    const first = parse('codex-resume1').summary.conversationTotals;
    const cut = parse('codex-sleepbash-SIGINT', { resumed: true, ...(first && { mark: first }) });
    expect(cut.summary.conversationTotals).toEqual(first);
    expect(runUsages(cut.events)).toMatchObject([{ usage: noUsage, costBasis: 'unknown', incomplete: true }]);
    expect(parse('codex-sleepbash-SIGINT').summary.conversationTotals).toEqual({});
    expect(ofKind(parse('codex-e400').events, 'usage')).toEqual([]);
  });

  it('has no model but the one that was asked for', () => {
    const { events } = parse('codex-text', { model: 'gpt-6-codex' });
    expect(ofKind(events, 'sessionStarted')).toMatchObject([{ model: 'gpt-6-codex' }]);
    expect(runUsages(events)).toMatchObject([{ model: 'gpt-6-codex' }]);
    expect(runUsages(parse('codex-text').events)[0]).not.toHaveProperty('model');
  });

  it('shows what the model asked for, without the shell around it', () => {
    expect(ofKind(parse('codex-edit').events, 'toolStarted').map(({ name, input }) => [name, input])).toEqual([
      ['shell', { command: 'cat /repo/app.js' }],
      ['apply_patch', { path: '/repo/app.js', changes: [{ path: '/repo/app.js', kind: 'update' }] }],
      ['shell', { command: 'node app.js' }],
    ]);
  });
});

describe('Gemini', () => {
  it('tells each run alone, also in a resumed conversation', () => {
    expect(sum(parse('gemini-resume1'))).toEqual(usage(770, 4500, 52, 0));
    expect(sum(parse('gemini-resume2', { resumed: true }))).toEqual(usage(1120, 8230, 140, 19));
  });

  it('counts the small calls of other models, and takes no mode for a model', () => {
    const { events } = parse('gemini-text');
    expect(runUsages(events)).toMatchObject([
      { model: 'gemini-3.5-flash-lite', usage: usage(10, 0, 4, 0) },
      { model: 'gemini-3.8-flash', usage: usage(212, 1000, 9, 0) },
    ]);
    expect(ofKind(events, 'callStarted')[0]).not.toHaveProperty('model');
  });

  it('puts the words of a message together, and knows when the first came', () => {
    const { events } = parse('gemini-edit', { ignoreLineTimes: false });
    expect(ofKind(events, 'text').map(({ text }) => text)).toEqual(['Let me read the file.', 'Now I edit it.', 'Running the test.', 'Fixed the add function in app.js: it now adds.']);
    expect(ofKind(parse('gemini-edit').events, 'callFinished').map(({ firstTokenMs }) => firstTokenMs)).toEqual([100, 100, 100, 100]);
  });
});

describe('opencode', () => {
  it('tells usage and cost of each step', () => {
    const { events } = parse('opencode-edit', { model: 'anthropic/claude-sonnet-5-5' });
    expect(callUsages(events).map(({ usage: { input, output }, costNano }) => [input.text, input.cacheRead, output.text, output.reasoning, costNano])).toEqual([
      [720, 1500, 23, 10, 3_105_000],
      [215, 2100, 55, 5, 2_175_000],
      [110, 2270, 25, 0, 1_386_000],
      [75, 2360, 18, 4, 1_263_000],
    ]);
    expect(callUsages(events)).toMatchObject(Array.from({ length: 4 }, () => ({ provider: 'anthropic', model: 'claude-sonnet-5-5', costBasis: 'reported' })));
    expect(runUsages(events)).toEqual([]);
  });

  it('is not cumulative over a resumed conversation', () => {
    expect(sum(parse('opencode-resume2', { resumed: true }))).toEqual(usage(1120, 8230, 121, 19));
    expect(parse('opencode-resume2').summary).not.toHaveProperty('conversationTotals');
  });

  it('takes a cost of nothing for an unknown one', () => {
    const lines = fixtureLines('opencode-text').map((line) => line.replace('"cost":0.001071', '"cost":0'));
    const [known] = callUsages(parseStream(lines, {}, 'opencode').events);
    expect(known).toMatchObject({ costBasis: 'unknown', usage: usage(212, 1000, 9, 0) });
    expect(known).not.toHaveProperty('costNano');
  });

  it('tells how long tools took, and that a call is over when its tool starts', () => {
    const events: AgentEvent[] = [];
    const parser = createStreamParser('opencode', { onEvent: (event) => events.push(event) });
    for (const line of fixtureLines('opencode-edit')) parser.push(line, (JSON.parse(line) as { timestamp: number }).timestamp);
    parser.finish(1_795_352_400_000);
    const started = ofKind(events, 'toolStarted').map(({ ts }) => ts);
    expect(ofKind(events, 'toolFinished').map(({ ts }, index) => ts - (started[index] ?? 0))).toEqual([97, 327, 1056]);
    expect(ofKind(events, 'callFinished').slice(1, 3).map(({ ts, firstTokenMs }, index) => [ts - (started[index + 1] ?? 0), firstTokenMs])).toEqual([[97, 591], [37, 1257]]);
  });

  it('says that sub-agents are not counted', () => {
    const lines = fixtureLines('opencode-bash').map((line) => line.replace('"tool":"bash"', '"tool":"task"'));
    const { events } = parseStream(lines, {}, 'opencode');
    expect(runUsages(events)).toMatchObject([{ usage: noUsage, costBasis: 'unknown', incomplete: true }]);
    expect(ofKind(events, 'notice')).toMatchObject([{ message: expect.stringContaining('sub-agents') as string }]);
  });

  it('knows that a call which was cut off is not counted', () => {
    const cut = fixtureLines('opencode-edit').slice(0, 5);
    const { events, summary } = parseStream(cut, {}, 'opencode');
    expect(summary.verdict).toBeUndefined();
    expect(runUsages(events)).toMatchObject([{ incomplete: true }]);
    expect(callUsages(events)).toHaveLength(1);
  });
});

function storedAndRead<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
