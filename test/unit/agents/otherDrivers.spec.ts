import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAgentDrivers } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import { processesWithEnvironment } from '../../../src/base/processIdentity';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { agentFixture, fixtureLines, ofKind, runUsages } from '../../support/fakeAgents/streams';
import { fakeAgent, useFakeAgents } from '../../support/fakeAgents/runFakeAgent';

type Other = 'codex' | 'gemini' | 'opencode';
const others: readonly Other[] = ['codex', 'gemini', 'opencode'];
const agents = useFakeAgents();

/** The first lines of a recorded stream, as a file of their own. */
function beginning(name: string, lines: number): string {
  const file = path.join(agents.folder, 'beginning.jsonl');
  writeFileSync(file, fixtureLines(name).slice(0, lines).map((line) => `${line}\n`).join(''));
  return file;
}

describe('codex, gemini and opencode', () => {
  const prompt = `--help ${'ü'.repeat(600_000)}`;

  it.each([
    ['codex', {}, ['exec', '--sandbox=workspace-write', '--json', '-']],
    ['codex', { options: { model: '--danger' }, driver: { codex: { sandbox: 'read-only' } } }, ['exec', '--sandbox=read-only', '--json', '--model=--danger', '-']],
    ['codex', { resume: '--id', options: { model: 'm' } }, ['exec', 'resume', 'id', '--config=sandbox_mode="workspace-write"', '--json', '--model=m', '-']],
    ['gemini', {}, ['--output-format=stream-json', '--approval-mode=auto_edit']],
    ['gemini', { resume: '-id', options: { model: '--danger' }, driver: { gemini: { approvalMode: 'yolo' } } }, ['--output-format=stream-json', '--approval-mode=yolo', '--model=--danger', '--resume=-id']],
    ['opencode', {}, ['run', '--format=json', '--thinking']],
    ['opencode', { resume: '-id', options: { model: '--danger' }, driver: { opencode: { approvesAll: true } } }, ['run', '--format=json', '--thinking', '--auto', '--model=--danger', '--session=-id']],
  ] as const)('%s with %j runs headless in the worktree, with the prompt on stdin', async (name, change, args) => {
    const { outcome, report } = await agents.run(name, `fixture ${agentFixture(`${name}-edit`)}`, { prompt, ...change });
    expect(report).toMatchObject({ input: prompt, folder: agents.folder, args });
    expect(outcome).toMatchObject({ status: 'succeeded', summary: 'Fixed the add function in app.js: it now adds.' });
  });

  it('get a clean environment of their own', async () => {
    const env = { HOME: '/home/me', OPENAI_API_KEY: 'k', CODEX_HOME: '/c', GIT_DIR: '/x', GEMINI_CLI: '1', OPENCODE: '1', OPENCODE_PID: '1', CODEX_THREAD_ID: 't', TRACEPARENT: 'older', TRACESTATE: 's' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const name of others) {
      const { report } = await agents.run(name, `fixture ${agentFixture(`${name}-text`)}`, { driver: { env }, traceparent });
      expect(report.environment).toMatchObject({ HOME: '/home/me', OPENAI_API_KEY: 'k', CODEX_HOME: '/c', NO_COLOR: '1', TRACEPARENT: traceparent, AMP_ORCHESTRATOR_RUN: agents.marker });
      for (const foreign of ['GIT_DIR', 'GEMINI_CLI', 'OPENCODE', 'OPENCODE_PID', 'CODEX_THREAD_ID', 'TRACESTATE']) expect(report.environment).not.toHaveProperty(foreign);
      expect(report.environment['GEMINI_CLI_NO_RELAUNCH']).toBe(name === 'gemini' ? 'true' : undefined);
      expect(report.environment['GEMINI_CLI_TRUST_WORKSPACE']).toBe(name === 'gemini' ? 'true' : undefined);
      expect(report.environment['OPENCODE_DISABLE_AUTOUPDATE']).toBe(name === 'opencode' ? '1' : undefined);
    }
    const distrusting = await agents.run('gemini', `fixture ${agentFixture('gemini-text')}`, { driver: { env: { GEMINI_CLI_TRUST_WORKSPACE: 'false' } } });
    expect(distrusting.report.environment['GEMINI_CLI_TRUST_WORKSPACE']).toBe('false');
    expect(distrusting.report.environment).not.toHaveProperty('TRACEPARENT');
  });

  it.each([
    ['codex', `fixtureThenExit ${agentFixture('codex-e400')}`, 'agent-failed', /^Codex failed: prompt is too long: 250000 tokens > 200000 maximum\.$/],
    ['codex', 'exit 1', 'agent-failed', /exit code 1 before it had finished.*no success/],
    ['gemini', `fixtureThenExit ${agentFixture('gemini-e400')}`, 'agent-failed', /^Gemini CLI failed: prompt is too long/],
    ['gemini', 'exit 41', 'agent-not-configured', /no login/],
    ['gemini', 'exit 42', 'agent-failed', /does not know the conversation/],
    ['gemini', 'exit 0', 'agent-failed', /exit code 0 before it had finished/],
    ['opencode', `fixture ${agentFixture('opencode-perm-ask')}`, 'agent-failed', /not allowed to use bash/],
    ['opencode', 'exit 1', 'agent-failed', /no success/],
    ['opencode', 'garbage', 'agent-garbage', /"Welcome!"/],
  ] as const)('%s, %s: %s', async (name, mode, code, message) => {
    const { outcome } = await agents.run(name, mode);
    expect(outcome).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(message) as string } });
    expect(outcome.error?.advice).not.toBe('');
  });

  it('believe the stream and not the exit code', async () => {
    expect((await agents.run('opencode', `fixtureThenExit ${agentFixture('opencode-e400')}`)).outcome.status).toBe('succeeded');
    expect((await agents.run('codex', `fixtureThenExit ${agentFixture('codex-text')}`)).outcome.status).toBe('succeeded');
    expect((await agents.run('gemini', `fixture ${agentFixture('gemini-e400')}`)).outcome.status).toBe('failed');
  });

  it('say how to install a missing program', async () => {
    const programs = { codex: 'no-such-codex', gemini: 'no-such-gemini', opencode: 'no-such-opencode' };
    for (const name of others) {
      const missing = { code: 'agent-missing', advice: expect.stringContaining('npm install') as string };
      expect((await agents.run(name, '', { driver: { programs } })).outcome.error).toMatchObject(missing);
      await expect(createAgentDrivers({ clock: systemClock, env: {}, programs }).get(name)?.check({})).rejects.toMatchObject(missing);
      await createAgentDrivers({ clock: systemClock, env: {}, programs: { [name]: fakeAgent } }).get(name)?.check({});
    }
  });

  it.each(others)('%s is stopped in the middle: what it used is unknown', async (name) => {
    const stop = new AbortController();
    const heard: AgentEvent[] = [];
    const onEvent = (event: AgentEvent): void => {
      heard.push(event);
      if (event.kind === (name === 'gemini' ? 'toolStarted' : 'text')) stop.abort();
    };
    const { outcome } = await agents.run(name, `fixtureThenSilent ${beginning(`${name}-edit`, name === 'opencode' ? 3 : 8)}`, { signal: stop.signal, onEvent });
    expect(outcome).toMatchObject({ status: 'stopped', agentSessionId: expect.any(String) as string });
    expect(runUsages(heard)).toMatchObject([{ costBasis: 'unknown', incomplete: true }]);
    expect(ofKind(heard, 'toolFinished')).toHaveLength(ofKind(heard, 'toolStarted').length);
    if (name === 'codex') expect(outcome.conversationTotals).toEqual({});
  });

  it.runIf(process.platform === 'linux')('leave no shell of a tool behind that got away from its program', async () => {
    const stop = new AbortController();
    const onEvent = (event: AgentEvent): void => { if (event.kind === 'toolStarted') stop.abort(); };
    const { outcome } = await agents.run('gemini', `leavesToolShell ${beginning('gemini-edit', 8)}`, { signal: stop.signal, onEvent });
    expect(outcome.status).toBe('stopped');
    expect(processesWithEnvironment('AMP_ORCHESTRATOR_RUN', agents.marker)).toEqual([]);
  });

  it('a resumed Codex is measured from its mark', async () => {
    const first = await agents.run('codex', `fixture ${agentFixture('codex-resume1')}`);
    const mark = first.outcome.conversationTotals ?? {};
    const second = await agents.run('codex', `fixture ${agentFixture('codex-resume2')}`, { resume: first.outcome.agentSessionId ?? '', mark });
    expect(runUsages(second.events)).toMatchObject([{ usage: { input: { text: 1120, cacheRead: 8230 }, output: { text: 121, reasoning: 19 } } }]);
  });
});
