import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOutcome, AgentRequest } from '../../../src/agents/agentDriver';
import { shutdownReason } from '../../../src/agents/agentDriver';
import type { AgentDriverOptions } from '../../../src/agents/agents';
import { createAgentDrivers } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import type { ProcessIdentity } from '../../../src/base/processStat';
import { identifyChild, isAlive, processesWithEnvironment } from '../../../src/base/processIdentity';
import { waitUntil } from '../../../src/base/processWait';
import type { AgentEvent } from '../../../src/model/agentEvent';
import type { AgentName } from '../../../src/model/session';
import { endLeftovers, processesNaming } from '../../support/leftovers';
import { agentFixture, fixtureLines, ofKind } from '../../support/fakeAgents/streams';

const fakeAgent = path.resolve(import.meta.dirname, '../../support/fakeAgents/fakeAgent.mjs');
const familySize = 10;
let folder: string;
let marker: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'drivers-')));
  marker = path.basename(folder);
});
afterEach(async () => {
  await endLeftovers(folder);
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly outcome: AgentOutcome;
  readonly events: readonly AgentEvent[];
  readonly lines: number;
  readonly report: { readonly args: readonly string[]; readonly input: string; readonly environment: NodeJS.ProcessEnv; readonly folder: string };
}

type Change = Partial<AgentRequest> & { readonly driver?: Partial<AgentDriverOptions> };

async function runAgent(name: AgentName, mode: string, { driver, ...change }: Change = {}): Promise<Ran> {
  const reportFile = path.join(folder, 'report.json');
  const own = { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`, FAKE_AGENT: mode, FAKE_AGENT_REPORT: reportFile };
  const agent = createAgentDrivers({ clock: systemClock, programs: { claudeCode: fakeAgent, amp: fakeAgent }, gracefulMs: 300, ...driver, env: { ...own, ...driver?.env } }).get(name);
  const events: AgentEvent[] = [];
  let lines = 0;
  const outcome = await agent?.run({
    prompt: 'do it',
    cwd: folder,
    options: name === 'command' ? { argv: [fakeAgent] } : {},
    runMarker: marker,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onLine: () => lines++,
    ...change,
  });
  if (!outcome) throw new Error(`no driver ${name}`);
  const report = (): Ran['report'] => JSON.parse(readFileSync(reportFile, 'utf8')) as Ran['report'];
  return { outcome, events, lines, get report() { return report(); } };
}

describe('claudeCode and amp', () => {
  it('run their program in the worktree, headless, with the prompt on stdin', async () => {
    const prompt = `--help ${'ü'.repeat(600_000)}`;
    const claude = await runAgent('claudeCode', `fixture ${agentFixture('claude-edit')}`, { prompt, resume: '-id', options: { model: '--danger' } });
    expect(claude.outcome).toMatchObject({ status: 'succeeded', agentSessionId: expect.any(String) as string, conversationTotals: { 'claude-opus-5-5': {} } });
    expect(claude.lines).toBe(fixtureLines('claude-edit').length);
    expect(claude.report).toMatchObject({ input: prompt, folder });
    expect(claude.report.args).toEqual(['-p', '--output-format=stream-json', '--verbose', '--include-partial-messages', '--permission-mode=acceptEdits', '--model=--danger', '--resume=-id']);
    const amp = await runAgent('amp', `fixture ${agentFixture('amp-SYNTHETIC-success')}`, { prompt, resume: 'T-1', options: { model: 'high' } });
    expect(amp.outcome).toMatchObject({ status: 'succeeded', summary: 'Done: I created hello.txt.' });
    expect(amp.report).toMatchObject({ input: prompt, args: ['threads', 'continue', 'T-1', '-x', '--stream-json', '-m', 'high'] });
  });

  it('give the program a clean environment', async () => {
    const env = { HOME: '/home/me', ANTHROPIC_API_KEY: 'k', AMP_API_KEY: 'a', HTTPS_PROXY: 'p', JAVA_HOME: '/j', GIT_DIR: '/x', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-warnings', CLAUDECODE: '1', npm_config_registry: 'r' };
    const { report } = await runAgent('claudeCode', `fixture ${agentFixture('claude-text')}`, { driver: { env } });
    expect(report.environment).toMatchObject({ HOME: '/home/me', ANTHROPIC_API_KEY: 'k', AMP_API_KEY: 'a', HTTPS_PROXY: 'p', JAVA_HOME: '/j', DISABLE_AUTOUPDATER: '1', AMP_ORCHESTRATOR_RUN: marker });
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
    const { outcome } = await runAgent(name, mode);
    expect(outcome).toMatchObject({ status: 'failed', error: { code, message: expect.stringMatching(message) as string } });
    expect(outcome.error?.advice).not.toBe('');
  });

  it('say how to install a missing program, and notice a missing worktree', async () => {
    const programs = { claudeCode: 'no-such-claude', amp: 'no-such-amp' };
    for (const name of ['claudeCode', 'amp'] as const) {
      const missing = { code: 'agent-missing', advice: expect.stringContaining('npm install') as string };
      expect((await runAgent(name, '', { driver: { programs } })).outcome.error).toMatchObject(missing);
      await expect(createAgentDrivers({ clock: systemClock, env: {}, programs }).get(name)?.check({})).rejects.toMatchObject(missing);
    }
    expect((await runAgent('claudeCode', '', { cwd: path.join(folder, 'gone') })).outcome.error?.code).toBe('worktree-missing');
    await createAgentDrivers({ clock: systemClock, env: {}, programs: { amp: fakeAgent } }).get('amp')?.check({});
  });

  it('end a program that says nothing any more, but not fail it after its success', async () => {
    const driver = { stallTimeoutMs: 700 };
    expect((await runAgent('claudeCode', 'silent', { driver })).outcome).toMatchObject({ status: 'failed', agentSessionId: 'fake-session', error: { code: 'agent-stalled', message: 'Claude Code wrote nothing for 700 ms and was ended.', advice: expect.not.stringContaining('settings') as string } });
    expect((await runAgent('claudeCode', 'silentAfterSuccess', { driver })).outcome).toMatchObject({ status: 'succeeded', summary: 'done' });
  });

  it('let a stopped program say its last word', async () => {
    const stop = new AbortController();
    const onEvent = (event: AgentEvent): void => {
      if (event.kind === 'sessionStarted') stop.abort();
      heard.push(event);
    };
    const heard: AgentEvent[] = [];
    const { outcome } = await runAgent('claudeCode', 'graceful', { signal: stop.signal, onEvent, driver: { gracefulMs: 10_000 } });
    expect(outcome).toEqual({ status: 'stopped', agentSessionId: 'fake-session' });
    expect(ofKind(heard, 'turnFinished')).toMatchObject([{ ok: false, errorMessage: 'It was interrupted.' }]);
  });

  it('do not start when already stopped', async () => {
    expect((await runAgent('claudeCode', 'garbage', { signal: AbortSignal.abort() })).outcome).toEqual({ status: 'stopped' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leave nobody of a family that ignores signals', async () => {
    const stop = new AbortController();
    const running = runAgent('claudeCode', `family ${folder}`, { signal: stop.signal });
    const members = (): readonly string[] => readdirSync(folder).filter((name) => /^\d+$/.test(name));
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
    const running = runAgent('claudeCode', `family ${folder}`, { signal: closing.signal, driver: { gracefulMs: 5_000 } });
    expect(await waitUntil(() => readdirSync(folder).filter((name) => /^\d+$/.test(name)).length === familySize, 15_000)).toBe(true);
    const stopped = performance.now();
    closing.abort(shutdownReason);
    expect((await running).outcome.status).toBe('stopped');
    expect(performance.now() - stopped).toBeLessThan(4_000);
    expect(processesNaming(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leave nothing behind after a success either', async () => {
    const pidFile = path.join(folder, 'stray');
    const { outcome } = await runAgent('claudeCode', `stray ${pidFile}`);
    expect(outcome.status).toBe('succeeded');
    expect(processesWithEnvironment('AMP_ORCHESTRATOR_RUN', marker)).toEqual([]);
  });
});

describe('command', () => {
  const node = process.execPath;
  const argv = (...args: readonly string[]): AgentRequest['options'] => ({ argv: [node, ...args] });

  it('gives the prompt in the arguments, else on stdin', async () => {
    const inArguments = await runAgent('command', '', { prompt: '$& "x"', options: argv('-e', 'console.log(process.argv[1])', '--', '<{prompt}|{prompt}>') });
    expect(inArguments.outcome).toEqual({ status: 'succeeded', summary: '<$& "x"|$& "x">' });
    const onStdin = await runAgent('command', '', { options: argv('-e', 'process.stdin.pipe(process.stdout)') });
    expect(ofKind(onStdin.events, 'text').map((event) => event.text)).toEqual(['do it']);
    expect(ofKind(onStdin.events, 'turnFinished')).toMatchObject([{ ok: true }]);
  });

  it('takes the exit code for the verdict', async () => {
    const { outcome, events } = await runAgent('command', 'failing');
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'agent-failed', message: expect.stringMatching(/exit code 7.*something is wrong/s) as string } });
    expect(ofKind(events, 'turnFinished')).toMatchObject([{ ok: false }]);
  });

  it('shows a bounded part of endless output', async () => {
    const { outcome, events, lines } = await runAgent('command', 'hugeOutput 5');
    expect(outcome.status).toBe('succeeded');
    expect(lines).toBeGreaterThan(500);
    const shown = ofKind(events, 'text').map((event) => event.text).join('\n');
    expect(shown.length).toBeLessThan(1_100_000);
    expect(shown).toMatch(/more output is not shown/);
  });

  it('can be stopped, is refused without a program, and missing with a wrong one', async () => {
    const stop = new AbortController();
    const onLine = (): void => { stop.abort(); };
    expect((await runAgent('command', '', { options: argv('-e', 'console.log(1); setTimeout(() => {}, 60000)'), signal: stop.signal, onLine })).outcome).toEqual({ status: 'stopped' });
    const driver = createAgentDrivers({ clock: systemClock, env: {} }).get('command');
    await expect(driver?.check({})).rejects.toMatchObject({ code: 'agent-not-configured' });
    await expect(driver?.check({ argv: ['no-such-program'] })).rejects.toMatchObject({ code: 'agent-missing' });
  });
});

describe('memory', () => {
  const limit = 64 * 1024 * 1024;

  it.each([['hugeOutput 500', 50_000], ['hugeLine 100', 1]])('does not grow with %s', async (mode, leastLines) => {
    await runAgent('claudeCode', `fixture ${agentFixture('claude-text')}`);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let highest = before;
    let events = 0;
    const measure = (): void => { if (events++ % 200 === 0) highest = Math.max(highest, process.memoryUsage.rss()); };
    const timer = setInterval(() => { highest = Math.max(highest, process.memoryUsage.rss()); }, 5);
    const { outcome, lines } = await runAgent('claudeCode', mode, { onEvent: measure });
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
