import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/model/session';
import { cli, startCli, type CliRun } from '../../support/cli';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { processesNaming } from '../../support/leftovers';
import { waitFor } from '../../support/waitFor';

const grandchild = 'process.on("SIGTERM", () => {}); require("fs").writeFileSync("grandchild.txt", ""); setTimeout(() => {}, 60000)';
/** Writes a file, starts one that leaves its group, and goes on for long. */
const working = `require('fs').writeFileSync('half.txt', 'half');
  require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'ignore', detached: true }).unref();
  setTimeout(() => {}, 60000)`;
const stubborn = `for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {}); require('fs').writeFileSync('half.txt', 'half'); setTimeout(() => {}, 60000)`;

async function listed(folder: string): Promise<Session | undefined> {
  const { code, stdout } = await cli(folder, 'sessions', '--json');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as Session[])[0];
}

/** Runs a command agent and waits until it has made a file in its worktree. */
async function startAgent(project: TestRepository, script: string, file: string): Promise<{ run: CliRun; worktree: string; branch: string }> {
  const run = startCli(project.root, 'run', '--agent', 'command', '--prompt', 'Work', '--', process.execPath, '-e', script);
  const [, branch = '', worktree = ''] = await waitFor('the branch', () => /Branch (\S+), worktree (.+)/.exec(run.stdout) ?? undefined);
  await waitFor(file, () => existsSync(path.join(worktree, file)));
  return { run, worktree, branch };
}

describe.runIf(process.platform === 'linux')('the end of a run', () => {
  it.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)('by %s stops the agent and commits its work', async (signal) => {
    const project = makeRepository();
    const { run, branch } = await startAgent(project, working, 'grandchild.txt');
    run.child.kill(signal);
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^Agent +command, stopped$/m);
    expect(project.git('show', `${branch}:half.txt`)).toBe('half');
    expect(processesNaming(project.root)).toEqual([]);
    expect(await listed(project.root)).toMatchObject({ status: 'stopped' });
  });

  it('by a second Ctrl-C comes at once and leaves no agent that ignores signals', async () => {
    const project = makeRepository();
    const { run } = await startAgent(project, stubborn, 'half.txt');
    run.child.kill('SIGINT');
    await waitFor('the first to be heard', () => run.stderr.includes('Stopping'));
    expect(processesNaming(project.root).length).toBeGreaterThan(1);
    const asked = performance.now();
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(performance.now() - asked).toBeLessThan(2_000);
    await waitFor('the end of the agent', () => processesNaming(project.root).length === 0, 2_000);
    expect(await listed(project.root)).toMatchObject({ status: 'interrupted' });
  });

  it('by stop from another terminal', async () => {
    const project = makeRepository();
    const { run } = await startAgent(project, working, 'grandchild.txt');
    expect(await cli(project.root, 'stop')).toMatchObject({ code: 0, stdout: '"Work" was asked to stop.\n' });
    expect((await run.ended).code).toBe(130);
    expect(processesNaming(project.root)).toEqual([]);
    expect(await cli(project.root, 'stop')).toMatchObject({ code: 0, stdout: '"Work" is not running.\n' });
  });

  it('by kill -9 is noticed by the next call: the agent is ended, and merge takes its work without more ado', async () => {
    const project = makeRepository();
    const { run, worktree } = await startAgent(project, working, 'grandchild.txt');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(processesNaming(worktree).length + processesNaming(project.root).length).toBeGreaterThan(0);
    expect(await listed(project.root)).toMatchObject({ status: 'interrupted' });
    expect(processesNaming(project.root)).toEqual([]);
    const merge = await cli(project.root, 'merge');
    expect(merge).toMatchObject({ code: 0, stdout: expect.stringMatching(/^"Work" is on main as [0-9a-f]{12}: 2 files changed\.$/m) as string });
    expect(project.read('half.txt')).toBe('half');
    expect(await listed(project.root)).toMatchObject({ status: 'merged' });
  });
});
