import { describe, expect, it } from 'vitest';
import { claudePath, fixtureText, LogHome } from '../../../support/agentLogs';
import { claudeTotals, codexTotals, geminiTotals } from '../../../support/independentLogReader';

const codexPath = '.codex/sessions/2026/11/22/rollout-2026-11-22T12-57-26-01a20355-3a1f-7673-83a3-b5883503d12d.jsonl';
const codexForkPath = '.codex/sessions/2026/11/22/rollout-2026-11-22T12-57-28-01a20355-405e-7f03-a6e7-3ce19b61c4e9.jsonl';

describe('logs that agents wrote', () => {
  it('of Claude Code: one call a message, and what a sub-agent used', async () => {
    const home = new LogHome();
    home.fixture('claude-session.jsonl', claudePath('63a8e4b4-2244-49c2-988c-2aeadfc83e21'));
    home.fixture('claude-subagent.jsonl', '.claude/projects/-repo/7377ce13-3c1f-47ff-a359-5226d823a8f3/subagents/agent-a6fe5ef92298358e1.jsonl');
    const summary = await home.import();
    expect(home.totals()).toEqual(claudeTotals(fixtureText('claude-session.jsonl'), fixtureText('claude-subagent.jsonl')));
    expect(home.totals()).toMatchObject({ calls: 10, output: 262 });
    expect(summary).toMatchObject({ files: 2, calls: 10, duplicates: 0, skipped: 0, problems: [] });
    expect([...home.sessions.values()].map(({ id, cwd, branch }) => [id, cwd, branch])).toEqual([
      ['import:claudeCode:7377ce13-3c1f-47ff-a359-5226d823a8f3', '/repo', 'main'],
      ['import:claudeCode:63a8e4b4-2244-49c2-988c-2aeadfc83e21', '/repo', 'main'],
    ]);
  });

  it('of a fork of Claude Code: what it copied stays with the session that it came from, whichever file is met first', async () => {
    const home = new LogHome();
    // By name and by age of the file the fork comes first.
    home.fixture('claude-session-fork.jsonl', claudePath('0-fork'));
    home.fixture('claude-session.jsonl', claudePath('9-origin'));
    const summary = await home.import();
    expect(home.totals()).toEqual(claudeTotals(fixtureText('claude-session.jsonl'), fixtureText('claude-session-fork.jsonl')));
    expect(summary).toMatchObject({ calls: 9, duplicates: 7 });
    const bySession = Map.groupBy(home.calls.values(), ({ sessionId }) => sessionId);
    expect([...bySession].map(([id, calls]) => [id, calls.length])).toEqual([
      ['import:claudeCode:63a8e4b4-2244-49c2-988c-2aeadfc83e21', 8],
      ['import:claudeCode:7b361622-7995-4daf-8f9b-3d307674f9bf', 1],
    ]);
  });

  it('of a fork that appears later: nothing is counted twice', async () => {
    const home = new LogHome();
    home.fixture('claude-session.jsonl', claudePath('origin'));
    await home.import();
    home.fixture('claude-session-fork.jsonl', claudePath('fork'));
    expect(await home.import()).toMatchObject({ files: 1, calls: 1, duplicates: 7 });
    expect([...home.calls.values()].filter(({ sessionId }) => sessionId.includes('7b361622'))).toHaveLength(1);
  });

  it('of Codex: each response once, in a resumed thread and in a fork', async () => {
    const home = new LogHome();
    home.fixture('codex-rollout.jsonl', codexPath);
    home.fixture('codex-rollout-fork.jsonl', codexForkPath);
    home.fixture('codex-rollout-edit.jsonl', '.codex/archived_sessions/rollout-2026-11-22T12-56-33-edit.jsonl');
    expect(await home.import()).toMatchObject({ files: 3, duplicates: 0, problems: [] });
    expect(home.totals()).toEqual(codexTotals(...['codex-rollout.jsonl', 'codex-rollout-fork.jsonl', 'codex-rollout-edit.jsonl'].map(fixtureText)));
    expect(home.totals()).toMatchObject({ input: 9350 - 8230 + 17_044 - 14_730, cacheRead: 8230 + 14_730, reasoning: 38 });
    expect(new Set([...home.calls.values()].map(({ model, provider }) => `${model} ${provider}`))).toEqual(new Set(['fake-model unknown']));
  });

  it('of Codex before it kept records: a call is what the total rose by', async () => {
    const home = new LogHome();
    const older = (name: string): string => fixtureText(name).split('\n').filter((line) => !line.includes('"token_usage_record"')).join('\n');
    home.write(codexPath, older('codex-rollout.jsonl'));
    home.write(codexForkPath, older('codex-rollout-fork.jsonl'));
    await home.import();
    expect(home.totals()).toEqual(codexTotals(fixtureText('codex-rollout.jsonl'), fixtureText('codex-rollout-fork.jsonl')));
  });

  it('of an older fork of Codex that begins with copies: they are not counted again', async () => {
    const home = new LogHome();
    const older = fixtureText('codex-rollout.jsonl').split('\n').filter((line) => line !== '' && !line.includes('"token_usage_record"'));
    const [meta = '', ...rest] = older;
    const fork = meta.replaceAll('01a20355-3a1f-7673-83a3-b5883503d12d', 'fork-of-it').replace('"id":"fork-of-it"', '"id":"fork-of-it","forked_from_id":"01a20355-3a1f-7673-83a3-b5883503d12d"');
    home.write(codexPath, `${older.join('\n')}\n`);
    home.write(codexForkPath, `${[fork, meta, ...rest].join('\n')}\n`);
    expect(await home.import()).toMatchObject({ calls: 7, duplicates: 7 });
    expect(home.totals()).toEqual(codexTotals(fixtureText('codex-rollout.jsonl')));
  });

  it('of Gemini: messages that were written again count once, thoughts beside the answer', async () => {
    const home = new LogHome();
    home.write('.gemini/projects.json', JSON.stringify({ projects: { '/repo': 'g-resume' } }));
    home.fixture('gemini-chat.jsonl', '.gemini/tmp/g-resume/chats/session-2026-11-22T13-16-ed826361.jsonl');
    await home.import();
    expect(home.totals()).toEqual(geminiTotals(fixtureText('gemini-chat.jsonl')));
    expect(home.totals()).toMatchObject({ calls: 7, reasoning: 19, cacheRead: 13_730 });
    expect([...home.sessions.values()]).toMatchObject([{ id: 'import:gemini:ed826361-9f02-4cff-9283-0f2556e77eb8', cwd: '/repo', title: 'Fake title' }]);
  });

  it('of Gemini: a message that only a patch holds, and chats of versions that kept them whole', async () => {
    const home = new LogHome();
    const message = (id: string): object => ({ id, type: 'gemini', timestamp: '2026-01-02T03:04:05Z', model: 'gemini-test', tokens: { input: 10, cached: 4, output: 3, thoughts: 2, tool: 1 } });
    home.write('.gemini/tmp/x/chats/session-1.jsonl', `${JSON.stringify({ sessionId: 'one' })}\n${JSON.stringify({ $set: { messages: [{ id: 'u', type: 'user' }, message('a')] } })}\n`);
    home.write('.gemini/tmp/x/chats/session-2.json', JSON.stringify({ sessionId: 'two', messages: [message('b'), message('a')] }));
    home.write('.gemini/tmp/x/.project_root', '/repo\n');
    await home.import();
    expect(home.totals()).toEqual({ calls: 2, input: 14, cacheRead: 8, cacheWrite: 0, output: 6, reasoning: 4 });
    expect([...home.sessions.values()].map(({ cwd }) => cwd)).toEqual(['/repo', '/repo']);
  });

  it('of Amp before its threads moved to the server: ledger and messages, never priced in dollars', async () => {
    const home = new LogHome();
    const message = { role: 'assistant', messageId: 3, usage: { model: 'claude-test', inputTokens: 5, outputTokens: 7, cacheCreationInputTokens: 11, cacheReadInputTokens: 13, credits: 2 } };
    const env = { initial: { trees: [{ uri: 'file:///repo' }] } };
    const event = { id: 'e1', timestamp: '2025-12-01T10:00:00Z', model: 'claude-test', credits: 2, tokens: { input: 5, output: 7 }, toMessageId: 3 };
    home.write('.local/share/amp/threads/T-ledger.json', JSON.stringify({ id: 'T-ledger', title: 'A thread', env, messages: [message], usageLedger: { events: [event] } }));
    home.write('.local/share/amp/threads/T-messages.json', JSON.stringify({ id: 'T-messages', created: 1_764_583_200_000, env, messages: [message] }));
    await home.import();
    expect(home.totals()).toEqual({ calls: 2, input: 10, cacheRead: 26, cacheWrite: 22, output: 14, reasoning: 0 });
    for (const call of home.calls.values()) expect(call).toMatchObject({ agent: 'amp', costBasis: 'unknown', ts: Date.UTC(2025, 11, 1, 10) });
    expect([...home.calls.values()].every((call) => call.costNano === undefined)).toBe(true);
    expect([...home.sessions.values()].map(({ cwd }) => cwd)).toEqual(['/repo', '/repo']);
  });
});
