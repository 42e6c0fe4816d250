import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Iteration, Session } from '../../../src/model/session';
import { cli, stabilised, startCli } from '../../support/cli';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { installAgent } from '../../support/spender';
import { temporaryDirectory } from '../../support/temporary';
import { waitFor } from '../../support/waitFor';

const append = 'require("fs").appendFileSync("log.txt", process.argv[1] + "\\n")';
const command = (prompt: string, ...rest: readonly string[]): readonly string[] => ['run', '--agent', 'command', '--prompt', prompt, ...rest, '--', process.execPath, '-e', append, '{prompt}'];

afterEach(() => { vi.unstubAllEnvs(); });

type Listed = Session & { readonly iterations: readonly Iteration[] };

async function listed(folder: string): Promise<Listed> {
  const [session] = JSON.parse((await cli(folder, 'sessions', '--json')).stdout) as readonly Listed[];
  if (!session) throw new Error('no session');
  return session;
}

interface FakeClaude {
  /** What FAKE_AGENT has to be for a run that succeeds. */
  readonly succeeding: string;
  readonly given: () => { readonly args: readonly string[]; readonly input: string } | undefined;
}

/** A `claude` on the path that does what FAKE_AGENT says. */
function fakeClaude(): FakeClaude {
  const folder = temporaryDirectory();
  const report = path.join(folder, 'report.json');
  installAgent('claude', 'fakeAgent.mjs');
  vi.stubEnv('FAKE_AGENT_REPORT', report);
  const stream = path.join(folder, 'stream.jsonl');
  writeFileSync(stream, '{"type":"system","subtype":"init","session_id":"fake-session","model":"fake"}\n{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"fake-session"}\n');
  return { succeeding: `fixture ${stream}`, given: () => (existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as { readonly args: readonly string[]; readonly input: string }) : undefined) };
}

/** A run of Claude Code that is killed as soon as the store knows its conversation. */
async function killedRun(project: TestRepository): Promise<void> {
  vi.stubEnv('FAKE_AGENT', 'silent');
  const run = startCli(project.root, 'run', '--agent', 'claudeCode', '--prompt', 'Work');
  await waitFor('the conversation on record', async () => {
    const [session] = JSON.parse((await cli(project.root, 'sessions', '--json')).stdout) as readonly Listed[];
    return session?.iterations[0]?.agentSessionId === 'fake-session';
  });
  run.child.kill('SIGKILL');
  await run.ended;
}

describe('run --session', () => {
  it('goes on with a session by its id or name, with a prompt of its own or the session’s, and merges all of it', async () => {
    const project = makeRepository();
    expect(await cli(project.root, ...command('First things', '--name', 'Long work'))).toMatchObject({ code: 0 });
    const { id, worktree } = await listed(project.root);
    const second = await cli(project.root, 'run', '--session', id.slice(0, 6), 'And then this');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    await expect(stabilised(second.stdout, project.root)).toMatchFileSnapshot('../../golden/cli/runSession.txt');
    expect(await cli(project.root, 'run', '--session', 'Long work', '--prompt', 'Last')).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(worktree, 'log.txt'), 'utf8')).toBe('First things\nAnd then this\nLast\n');
    expect(await cli(project.root, 'run', '--session', id, '--merge')).toMatchObject({ code: 0 });
    expect(project.read('log.txt')).toBe('First things\nAnd then this\nLast\nFirst things\n');
    expect((await listed(project.root)).iterations.map(({ prompt }) => prompt)).toEqual(['First things', 'And then this', 'Last', 'First things']);
    const finished = await cli(project.root, 'run', '--session', id, 'More');
    expect(finished).toMatchObject({ code: 1, stdout: '', stderr: 'amp-orchestrator: "Long work" is merged. Start a new session to go on.\n' });
  });

  it('merges what earlier runs did when it changes nothing itself', async () => {
    const project = makeRepository();
    await cli(project.root, 'run', '--agent', 'command', '--prompt', 'Once', '--', process.execPath, '-e', 'require("fs").writeFileSync("once.txt", "")');
    expect(await cli(project.root, 'run', '--session', 'Once', '--merge')).toMatchObject({ code: 0 });
    expect(project.read('once.txt')).toBe('');
  });

  it('refuses a session that is running', async () => {
    const project = makeRepository();
    const run = startCli(project.root, 'run', '--agent', 'command', '--prompt', 'Wait', '--', process.execPath, '-e', 'require("fs").writeFileSync("begun.txt", ""); setTimeout(() => {}, 60000)');
    const [, worktree = ''] = await waitFor('the worktree', () => /, worktree (.+)/.exec(run.stdout) ?? undefined);
    await waitFor('the agent', () => existsSync(path.join(worktree, 'begun.txt')));
    expect(await cli(project.root, 'run', '--session', 'Wait', 'More')).toEqual({ code: 1, stdout: '', stderr: 'amp-orchestrator: "Wait" is running. Wait for it to end, or stop it.\n' });
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
  });

  it.each([
    [['nobody'], 1, 'No session is called "nobody".'],
    [[''], 1, 'No session is called "".'],
    [['Known', '--agent', 'codex'], 2, '--agent is for a new session.'],
    [['Known', '--budget', '5'], 2, '--budget is for a new session.'],
    [['Known', '--', 'true'], 2, 'A program is for a new session.'],
    [['Known', 'one', '--prompt', 'two'], 2, 'There are two prompts.'],
    [['Known', ' '], 2, 'The prompt is empty.'],
    [['Known', 'one', 'two'], 2, 'Nobody knows what "two" is for.'],
  ])('refuses %j', async (args, code, message) => {
    const project = makeRepository();
    await cli(project.root, ...command('Known'));
    expect(await cli(project.root, 'run', '--session', ...args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(`amp-orchestrator: ${message}`) as string });
    expect((await listed(project.root)).iterations).toHaveLength(1);
  });
});

describe.runIf(process.platform === 'linux')('a conversation whose run is killed', () => {
  it('goes on with the next run', async () => {
    const project = makeRepository();
    const claude = fakeClaude();
    await killedRun(project);
    expect(await listed(project.root)).toMatchObject({ status: 'interrupted', iterations: [{ status: 'interrupted', agentSessionId: 'fake-session' }] });
    vi.stubEnv('FAKE_AGENT', claude.succeeding);
    expect(await cli(project.root, 'run', '--session', 'Work', 'Go on')).toMatchObject({ code: 0 });
    expect(claude.given()).toMatchObject({ input: 'Go on', args: expect.arrayContaining(['--resume=fake-session']) as string[] });
  });

  it('is left out when the agent does not know it', async () => {
    const project = makeRepository();
    const claude = fakeClaude();
    await killedRun(project);
    vi.stubEnv('FAKE_AGENT', 'exit 1');
    expect(await cli(project.root, 'run', '--session', 'Work')).toMatchObject({ code: 1 });
    expect(claude.given()?.args).toContain('--resume=fake-session');
    vi.stubEnv('FAKE_AGENT', claude.succeeding);
    expect(await cli(project.root, 'run', '--session', 'Work')).toMatchObject({ code: 0 });
    expect(claude.given()?.args.filter((arg) => arg.startsWith('--resume'))).toEqual([]);
  });
});
