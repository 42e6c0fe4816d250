import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noUsage } from '../../../src/model/usage';
import { callUsages, eventLines, fixtureLines, ofKind, parseStream, runUsages } from '../../support/fakeAgents/streams';

const golden = (name: string): string => path.resolve(import.meta.dirname, '../../golden/agents', `${name}.txt`);

describe('recorded streams', () => {
  it.each(['claude-edit', 'claude-badtool', 'claude-e429', 'claude-sleepbash-SIGINT', 'amp-SYNTHETIC-success', 'amp-SYNTHETIC-errors'])('%s becomes the golden event stream', async (name) => {
    await expect(eventLines(parseStream(fixtureLines(name)).events)).toMatchFileSnapshot(golden(name));
  });

  it('a run with partial messages becomes the golden event stream', async () => {
    const lines = fixtureLines('recording-failed').slice(1).map((line) => JSON.stringify((JSON.parse(line) as { line: unknown }).line));
    await expect(eventLines(parseStream(lines).events)).toMatchFileSnapshot(golden('partial-messages'));
  });

  it('gives the true totals of the edit run, each call once', () => {
    const { events, summary } = parseStream(fixtureLines('claude-edit'));
    expect(runUsages(events)).toMatchObject([
      {
        model: 'claude-opus-5-5',
        provider: 'anthropic',
        usage: { input: { text: 200, cacheRead: 8230, cacheWrite5m: 920, cacheWrite1h: 0 }, output: { text: 140, reasoning: 0 } },
        costNano: 9_846_000,
        costBasis: 'reported',
      },
    ]);
    const inputs = callUsages(events).map((event) => event.usage.input);
    expect(inputs.map((input) => [input.text, input.cacheRead, input.cacheWrite5m])).toEqual([[120, 1500, 600], [45, 2100, 170], [20, 2270, 90], [15, 2360, 60]]);
    expect(ofKind(events, 'callStarted')).toHaveLength(4);
    expect(ofKind(events, 'callFinished')).toHaveLength(4);
    expect(summary.verdict).toMatchObject({ ok: true, text: 'Fixed the add function in app.js: it now adds.' });
  });

  it('counts a resumed run alone, with and without the field that says so', () => {
    const first = parseStream(fixtureLines('claude-resume1'));
    const mark = first.summary.conversationTotals;
    const told = parseStream(fixtureLines('claude-resume2'), { resumed: true });
    const older = fixtureLines('claude-resume2').map(withoutDelta);
    const derived = parseStream(older, { resumed: true, ...(mark && { mark }) });
    for (const run of [told, derived]) {
      expect(runUsages(run.events)).toMatchObject([{ costNano: 9_846_000, usage: { input: { text: 200, cacheRead: 8230, cacheWrite5m: 920 }, output: { text: 140 } } }]);
      expect(run.summary.conversationTotals).toMatchObject({ 'claude-opus-5-5': { costNano: 15_506_000, usage: { input: { text: 330 } } } });
    }
    const unmarked = parseStream(older, { resumed: true });
    expect(runUsages(unmarked.events)).toMatchObject([{ costBasis: 'unknown', usage: { input: { text: 200, cacheRead: 8230 } } }]);
    expect(runUsages(unmarked.events)[0]).not.toHaveProperty('costNano');
  });

  it.each([
    ['claude-text', true, undefined],
    ['claude-write', true, undefined],
    ['claude-bash', true, undefined],
    ['claude-badtool', true, undefined],
    ['claude-pm-permissionmodemanual', true, undefined],
    ['claude-e400', false, /^Prompt is too long/],
    ['claude-e429', false, /rate limit/],
    ['claude-sleepbash-SIGINT', false, /^It was interrupted\.$/],
    ['amp-SYNTHETIC-success', true, undefined],
    ['amp-SYNTHETIC-errors', false, /require user approval/],
  ])('%s: ok is %s', (name, ok, message) => {
    const { events, summary } = parseStream(fixtureLines(name));
    expect(summary.verdict?.ok).toBe(ok);
    if (message) expect(summary.verdict?.errorMessage).toMatch(message);
    expect(summary.agentSessionId).toMatch(/^(T-)?[0-9a-f-]{36}$/);
    expect(summary.garbage).toBeUndefined();
    expect(ofKind(events, 'raw')).toEqual([]);
    expect(ofKind(events, 'toolFinished')).toHaveLength(ofKind(events, 'toolStarted').length);
  });

  it('tells denied tools from failed ones', () => {
    const outcome = (name: string): unknown => ofKind(parseStream(fixtureLines(name)).events, 'toolFinished').map(({ isError, denied }) => [isError, denied ?? false]);
    expect(outcome('claude-pm-permissionmodemanual')).toEqual([[false, false], [true, true], [true, true]]);
    expect(outcome('claude-badtool')).toEqual([[true, false]]);
    expect(outcome('claude-sleepbash-SIGINT')).toEqual([[true, false]]);
    expect(outcome('amp-SYNTHETIC-errors')).toEqual([[true, true]]);
  });

  it('never takes an error of the API for a model call', () => {
    const { events } = parseStream(fixtureLines('claude-e400'));
    expect(ofKind(events, 'callStarted')).toEqual([]);
    expect(ofKind(events, 'usage')).toEqual([]);
    expect(ofKind(events, 'notice')).toMatchObject([{ severity: 'error', message: expect.stringMatching(/^Prompt is too long/) as string }]);
  });

  it('sums the calls of Amp, which gives no total', () => {
    const { events } = parseStream(fixtureLines('amp-SYNTHETIC-success'));
    expect(runUsages(events)).toMatchObject([{ provider: 'amp', costBasis: 'unknown', usage: { input: { text: 130, cacheRead: 4500, cacheWrite5m: 640 }, output: { text: 52 } } }]);
    expect(callUsages(events)).toHaveLength(2);
    expect(ofKind(events, 'usage').every((event) => event.usage !== noUsage && event.model === undefined)).toBe(true);
  });
});

function withoutDelta(line: string): string {
  const members = Object.entries(JSON.parse(line) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(members.filter(([name]) => name !== 'model_usage_since_last_result')));
}
