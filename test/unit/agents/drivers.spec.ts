import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AgentRequest } from '../../../src/agents/agentDriver';
import { shutdownReason } from '../../../src/agents/agentDriver';
import { createAgentDrivers } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import type { ProcessIdentity } from '../../../src/base/processStat';
import { identifyChild, isAlive, processesWithEnvironment } from '../../../src/base/processIdentity';
import { waitUntil } from '../../../src/base/processWait';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { fakeAgent, useFakeAgents } from '../../support/fakeAgents/runFakeAgent';
import { processesNaming } from '../../support/leftovers';
import { agentFixture, fixtureLines, ofKind } from '../../support/fakeAgents/streams';

const familySize = 10;
const agents = useFakeAgents();

describe('claudeCode and amp', () => {
  it('run their program in the worktree, headless, with the prompt on stdin', async () => {
    const prompt = `--help ${'ü'.repeat(600_000)}`;
    const claude = await agents.run('claudeCode', `fixture ${agentFixture('claude-edit')}`, { prompt, resume: '-id', options: { model: '--danger' } });
    expect(claude.outcome).toMatchObject({ status: 'succeeded', agentSessionId: expect.any(String) as string, conversationTotals: { 'claude-opus-5-5': {} } });
    expect(claude.lines).toBe(fixtureLines('claude-edit').length);
    expect(claude.report).toMatchObject({ input: prompt, folder: agents.folder });
    expect(claude.report.args).toEqual(['-p', '--output-format=stream-json', '--verbose', '--include-partial-messages', '--permission-mode=acceptEdits', '--model=--danger', '--resume=-id']);
    const amp = await agents.run('amp', `fixture ${agentFixture('amp-SYNTHETIC-success')}`, { prompt, resume: 'T-1', options: { model: 'high' } });
    expect(amp.outcome).toMatchObject({ status: 'succeeded', summary: 'Done: I created hello.txt.' });
    expect(amp.report).toMatchObject({ input: prompt, args: ['threads', 'continue', 'T-1', '-x', '--stream-json', '-m', 'high'] });
  });

  it('give the program a clean environment', async () => {
    const env = { HOME: '/home/me', ANTHROPIC_API_KEY: 'k', AMP_API_KEY: 'a', HTTPS_PROXY: 'p', JAVA_HOME: '/j', GIT_DIR: '/x', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-warnings', CLAUDECODE: '1', npm_config_registry: 'r' };
    const { report } = await agents.run('claudeCode', `fixture ${agentFixture('claude-text')}`, { driver: { env } });
    expect(report.environment).toMatchObject({ HOME: '/home/me', ANTHROPIC_API_KEY: 'k', AMP_API_KEY: 'a', HTTPS_PROXY: 'p', JAVA_HOME: '/j', DISABLE_AUTOUPDATER: '1', AMP_ORCHESTRATOR_RUN: agents.marker });
    for (const name of ['GIT_DIR', 'VSCODE_PID', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'CLAUDECODE', 'npm_config_registry']) expect(report.environment).not.toHaveProperty(name);
  });

  it.each([
    ['claudeCode', `fixture ${agentFixture('claude-e400')}`, 'agent-failed', /Prompt is too long/],
    ['amp', `fixture ${agentFixture('amp-SYNTHETIC-errors')}`, 'agent-failed', /require user approval/],
    ['claudeCode', 'garbage', 'agent-garbage', /"Welcome!"/],
    ['claudeCode', 'failing', 'agent-failed', /exit code 7.*something is wrong/s],
    ['claudeCode', 'crashing', 'agent-failed', /ended by SIGKILL/],
    ['amp', 'login', 'agent-not-configured', /asks for a login/],
  ] as const)('%s, %s: %s', async (name, mode, code, message) => {
    const { outcome } = await agents.run(name, mode);
    expect(outcome).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(message) as string } });
    expect(outcome.error?.advice).not.toBe('');
  });

  it('say how to install a missing program, and notice a missing worktree', async () => {
    const programs = { claudeCode: 'no-such-claude', amp: 'no-such-amp' };
    for (const name of ['claudeCode', 'amp'] as const) {
      const missing = { code: 'agent-missing', advice: expect.stringContaining('npm install') as string };
      expect((await agents.run(name, '', { driver: { programs } })).outcome.error).toMatchObject(missing);
      await expect(createAgentDrivers({ clock: systemClock, env: {}, programs }).get(name)?.check({})).rejects.toMatchObject(missing);
    }
    expect((await agents.run('claudeCode', '', { cwd: path.join(agents.folder, 'gone') })).outcome.error?.code).toBe('worktree-missing');
    await createAgentDrivers({ clock: systemClock, env: {}, programs: { amp: fakeAgent } }).get('amp')?.check({});
  });

  it('end a program that says nothing any more, but not fail it after its success', async () => {
    const driver = { stallTimeoutMs: 700 };
    expect((await agents.run('claudeCode', 'silent', { driver })).outcome).toMatchObject({ status: 'failed', agentSessionId: 'fake-session', error: { code: 'agent-stalled', message: 'Claude Code wrote nothing for 700 ms and was ended.', advice: expect.not.stringContaining('settings') as string } });
    expect((await agents.run('claudeCode', 'silentAfterSuccess', { driver })).outcome).toMatchObject({ status: 'succeeded', summary: 'done' });
  });

  it('let a stopped program say its last word', async () => {
    const stop = new AbortController();
    const onEvent = (event: AgentEvent): void => {
      if (event.kind === 'sessionStarted') stop.abort();
      heard.push(event);
    };
    const heard: AgentEvent[] = [];
    const { outcome } = await agents.run('claudeCode', 'graceful', { signal: stop.signal, onEvent, driver: { gracefulMs: 10_000 } });
    expect(outcome).toEqual({ status: 'stopped', agentSessionId: 'fake-session' });
    expect(ofKind(heard, 'turnFinished')).toMatchObject([{ ok: false, errorMessage: 'It was interrupted.' }]);
  });

  it('do not start when already stopped', async () => {
    expect((await agents.run('claudeCode', 'garbage', { signal: AbortSignal.abort() })).outcome).toEqual({ status: 'stopped' });
    expect(readdirSync(agents.folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leave nobody of a family that ignores signals', async () => {
    const stop = new AbortController();
    const running = agents.run('claudeCode', `family ${agents.folder}`, { signal: stop.signal });
    const members = (): readonly string[] => readdirSync(agents.folder).filter((name) => /^\d+$/.test(name));
    expect(await waitUntil(() => members().length === familySize, 15_000)).toBe(true);
    const family = await Promise.all(members().map((name) => identifyChild(Number(name))));
    const stopped = systemClock.now();
    stop.abort();
    expect((await running).outcome.status).toBe('stopped');
    expect(systemClock.now() - stopped).toBeLessThan(10_000);
    expect(await survivors(family)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('end a family that ignores signals within 4 s when the editor closes', async () => {
    const closing = new AbortController();
    const running = agents.run('claudeCode', `family ${agents.folder}`, { signal: closing.signal, driver: { gracefulMs: 5_000 } });
    expect(await waitUntil(() => readdirSync(agents.folder).filter((name) => /^\d+$/.test(name)).length === familySize, 15_000)).toBe(true);
    const stopped = performance.now();
    closing.abort(shutdownReason);
    expect((await running).outcome.status).toBe('stopped');
    expect(performance.now() - stopped).toBeLessThan(4_000);
    expect(processesNaming(agents.folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leave nothing behind after a success either', async () => {
    const pidFile = path.join(agents.folder, 'stray');
    const { outcome } = await agents.run('claudeCode', `stray ${pidFile}`);
    expect(outcome.status).toBe('succeeded');
    expect(processesWithEnvironment('AMP_ORCHESTRATOR_RUN', agents.marker)).toEqual([]);
  });
});

describe('command', () => {
  const node = process.execPath;
  const argv = (...args: readonly string[]): AgentRequest['options'] => ({ argv: [node, ...args] });

  it('gives the prompt in the arguments, else on stdin', async () => {
    const inArguments = await agents.run('command', '', { prompt: '$& "x"', options: argv('-e', 'console.log(process.argv[1])', '--', '<{prompt}|{prompt}>') });
    expect(inArguments.outcome).toEqual({ status: 'succeeded', summary: '<$& "x"|$& "x">' });
    const onStdin = await agents.run('command', '', { options: argv('-e', 'process.stdin.pipe(process.stdout)') });
    expect(ofKind(onStdin.events, 'text').map((event) => event.text)).toEqual(['do it']);
    expect(ofKind(onStdin.events, 'turnFinished')).toMatchObject([{ ok: true }]);
  });

  it('takes the exit code for the verdict', async () => {
    const { outcome, events } = await agents.run('command', 'failing');
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'agent-failed', message: expect.stringMatching(/exit code 7.*something is wrong/s) as string } });
    expect(ofKind(events, 'turnFinished')).toMatchObject([{ ok: false }]);
  });

  it('shows a bounded part of endless output', async () => {
    const { outcome, events, lines } = await agents.run('command', 'hugeOutput 5');
    expect(outcome.status).toBe('succeeded');
    expect(lines).toBeGreaterThan(500);
    const shown = ofKind(events, 'text').map((event) => event.text).join('\n');
    expect(shown.length).toBeLessThan(1_100_000);
    expect(shown).toMatch(/more output is not shown/);
  });

  it('can be stopped, is refused without a program, and missing with a wrong one', async () => {
    const stop = new AbortController();
    const onLine = (): void => { stop.abort(); };
    expect((await agents.run('command', '', { options: argv('-e', 'console.log(1); setTimeout(() => {}, 60000)'), signal: stop.signal, onLine })).outcome).toEqual({ status: 'stopped' });
    const driver = createAgentDrivers({ clock: systemClock, env: {} }).get('command');
    await expect(driver?.check({})).rejects.toMatchObject({ code: 'agent-not-configured' });
    await expect(driver?.check({ argv: ['no-such-program'] })).rejects.toMatchObject({ code: 'agent-missing' });
  });
});

describe('memory', () => {
  const limit = 64 * 1024 * 1024;

  it.each([['hugeOutput 500', 50_000], ['hugeLine 100', 1]])('does not grow with %s', async (mode, leastLines) => {
    await agents.run('claudeCode', `fixture ${agentFixture('claude-text')}`);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let highest = before;
    let events = 0;
    const measure = (): void => { if (events++ % 200 === 0) highest = Math.max(highest, process.memoryUsage.rss()); };
    const timer = setInterval(() => { highest = Math.max(highest, process.memoryUsage.rss()); }, 5);
    const { outcome, lines } = await agents.run('claudeCode', mode, { onEvent: measure });
    clearInterval(timer);
    expect(outcome.status).toBe('succeeded');
    expect(lines).toBeGreaterThanOrEqual(leastLines);
    console.info(`${mode}: ${Math.round((highest - before) / 1024 / 1024)} MB`);
    expect(highest - before).toBeLessThan(limit);
  }, 60_000);
});

async function survivors(family: readonly (ProcessIdentity | undefined)[]): Promise<readonly ProcessIdentity[]> {
  const states = await Promise.all(family.map(async (one) => (one && (await isAlive(one)) ? [one] : [])));
  return states.flat();
}
