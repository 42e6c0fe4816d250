import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOutcome, AgentRequest } from '../../../src/agents/agentDriver';
import type { AgentDriverOptions } from '../../../src/agents/agents';
import { createAgentDrivers } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import { processesWithEnvironment } from '../../../src/base/processIdentity';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { agentFixture, fixtureLines, ofKind, runUsages } from '../../support/fakeAgents/streams';
import { endLeftovers } from '../../support/leftovers';

const fakeAgent = path.resolve(import.meta.dirname, '../../support/fakeAgents/fakeAgent.mjs');
type Other = 'codex' | 'gemini' | 'opencode';
const others: readonly Other[] = ['codex', 'gemini', 'opencode'];
let folder: string;
let marker: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'other-drivers-')));
  marker = path.basename(folder);
});
afterEach(async () => {
  await endLeftovers(folder);
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly outcome: AgentOutcome;
  readonly events: readonly AgentEvent[];
  readonly report: { readonly args: readonly string[]; readonly input: string; readonly environment: NodeJS.ProcessEnv; readonly folder: string };
}

type Change = Partial<AgentRequest> & { readonly driver?: Partial<AgentDriverOptions> };

async function runAgent(name: Other, mode: string, { driver, ...change }: Change = {}): Promise<Ran> {
  const reportFile = path.join(folder, 'report.json');
  const own = { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`, FAKE_AGENT: mode, FAKE_AGENT_REPORT: reportFile };
  const programs = { codex: fakeAgent, gemini: fakeAgent, opencode: fakeAgent };
  const agent = createAgentDrivers({ clock: systemClock, programs, gracefulMs: 300, ...driver, env: { ...own, ...driver?.env } }).get(name);
  const events: AgentEvent[] = [];
  const request: AgentRequest = { prompt: 'do it', cwd: folder, options: {}, runMarker: marker, signal: new AbortController().signal, onEvent: (event) => events.push(event), onLine: () => undefined, ...change };
  const outcome = await agent?.run(request);
  if (!outcome) throw new Error(`no driver ${name}`);
  const report = (): Ran['report'] => JSON.parse(readFileSync(reportFile, 'utf8')) as Ran['report'];
  return { outcome, events, get report() { return report(); } };
}

/** The first lines of a recorded stream, as a file of their own. */
function beginning(name: string, lines: number): string {
  const file = path.join(folder, 'beginning.jsonl');
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
    const { outcome, report } = await runAgent(name, `fixture ${agentFixture(`${name}-edit`)}`, { prompt, ...change });
    expect(report).toMatchObject({ input: prompt, folder, args });
    expect(outcome).toMatchObject({ status: 'succeeded', summary: 'Fixed the add function in app.js: it now adds.' });
  });

  it('get a clean environment of their own', async () => {
    const env = { HOME: '/home/me', OPENAI_API_KEY: 'k', CODEX_HOME: '/c', GIT_DIR: '/x', GEMINI_CLI: '1', OPENCODE: '1', OPENCODE_PID: '1', CODEX_THREAD_ID: 't', TRACEPARENT: 'older', TRACESTATE: 's' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const name of others) {
      const { report } = await runAgent(name, `fixture ${agentFixture(`${name}-text`)}`, { driver: { env }, traceparent });
      expect(report.environment).toMatchObject({ HOME: '/home/me', OPENAI_API_KEY: 'k', CODEX_HOME: '/c', NO_COLOR: '1', TRACEPARENT: traceparent, AMP_ORCHESTRATOR_RUN: marker });
      for (const foreign of ['GIT_DIR', 'GEMINI_CLI', 'OPENCODE', 'OPENCODE_PID', 'CODEX_THREAD_ID', 'TRACESTATE']) expect(report.environment).not.toHaveProperty(foreign);
      expect(report.environment['GEMINI_CLI_NO_RELAUNCH']).toBe(name === 'gemini' ? 'true' : undefined);
      expect(report.environment['GEMINI_CLI_TRUST_WORKSPACE']).toBe(name === 'gemini' ? 'true' : undefined);
      expect(report.environment['OPENCODE_DISABLE_AUTOUPDATE']).toBe(name === 'opencode' ? '1' : undefined);
    }
    const distrusting = await runAgent('gemini', `fixture ${agentFixture('gemini-text')}`, { driver: { env: { GEMINI_CLI_TRUST_WORKSPACE: 'false' } } });
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
    const { outcome } = await runAgent(name, mode);
    expect(outcome).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(message) as string } });
    expect(outcome.error?.advice).not.toBe('');
  });

  it('believe the stream and not the exit code', async () => {
    expect((await runAgent('opencode', `fixtureThenExit ${agentFixture('opencode-e400')}`)).outcome.status).toBe('succeeded');
    expect((await runAgent('codex', `fixtureThenExit ${agentFixture('codex-text')}`)).outcome.status).toBe('succeeded');
    expect((await runAgent('gemini', `fixture ${agentFixture('gemini-e400')}`)).outcome.status).toBe('failed');
  });

  it('say how to install a missing program', async () => {
    const programs = { codex: 'no-such-codex', gemini: 'no-such-gemini', opencode: 'no-such-opencode' };
    for (const name of others) {
      const missing = { code: 'agent-missing', advice: expect.stringContaining('npm install') as string };
      expect((await runAgent(name, '', { driver: { programs } })).outcome.error).toMatchObject(missing);
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
    const { outcome } = await runAgent(name, `fixtureThenSilent ${beginning(`${name}-edit`, name === 'opencode' ? 3 : 8)}`, { signal: stop.signal, onEvent });
    expect(outcome).toMatchObject({ status: 'stopped', agentSessionId: expect.any(String) as string });
    expect(runUsages(heard)).toMatchObject([{ costBasis: 'unknown', incomplete: true }]);
    expect(ofKind(heard, 'toolFinished')).toHaveLength(ofKind(heard, 'toolStarted').length);
    if (name === 'codex') expect(outcome.conversationTotals).toEqual({});
  });

  it.runIf(process.platform === 'linux')('leave no shell of a tool behind that got away from its program', async () => {
    const stop = new AbortController();
    const onEvent = (event: AgentEvent): void => { if (event.kind === 'toolStarted') stop.abort(); };
    const { outcome } = await runAgent('gemini', `leavesToolShell ${beginning('gemini-edit', 8)}`, { signal: stop.signal, onEvent });
    expect(outcome.status).toBe('stopped');
    expect(processesWithEnvironment('AMP_ORCHESTRATOR_RUN', marker)).toEqual([]);
  });

  it('a resumed Codex is measured from its mark', async () => {
    const first = await runAgent('codex', `fixture ${agentFixture('codex-resume1')}`);
    const mark = first.outcome.conversationTotals ?? {};
    const second = await runAgent('codex', `fixture ${agentFixture('codex-resume2')}`, { resume: first.outcome.agentSessionId ?? '', mark });
    expect(runUsages(second.events)).toMatchObject([{ usage: { input: { text: 1120, cacheRead: 8230 }, output: { text: 121, reasoning: 19 } } }]);
  });
});
