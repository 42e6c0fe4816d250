import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/model/session';
import { cli, stabilised } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';

const recording = path.resolve(import.meta.dirname, '../../fixtures/agents/claude-edit.jsonl');
const replay = ['run', '--agent', 'replay', '--recording', recording, '--speed', '0', '--prompt', 'Make add() add'];

interface ListedSession extends Session {
  readonly iterations: readonly { readonly status: string }[];
  readonly costUSD: number | null;
  readonly knownCostUSD: number;
  readonly tokensIn: number;
}

async function listed(folder: string): Promise<readonly ListedSession[]> {
  return JSON.parse((await cli(folder, 'sessions', '--json')).stdout) as ListedSession[];
}

describe('a session on the command line', () => {
  it('runs, is merged, listed and shown', async () => {
    const project = makeRepository();
    // One evaluator after the other, so that their order is always the same.
    project.write('.amp/evals.json', '{ "version": 1, "preset": "recommended", "concurrency": 1 }');
    project.commit('Evaluations');
    const run = await cli(project.root, ...replay, '--merge');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(project.read('app.js')).toContain('a + b');
    await expect(stabilised(run.stdout, project.root)).toMatchFileSnapshot('../../golden/cli/run.txt');
    await expect(stabilised((await cli(project.root, 'sessions')).stdout, project.root)).toMatchFileSnapshot('../../golden/cli/sessions.txt');
    await expect(stabilised((await cli(project.root, 'timeline')).stdout, project.root)).toMatchFileSnapshot('../../golden/cli/timeline.txt');
    const spans = JSON.parse((await cli(project.root, 'timeline', '--json')).stdout) as readonly { readonly name: string; readonly tsEnd?: number }[];
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['Iteration 1', 'Replay', 'git merge']));
    expect(spans.every(({ tsEnd }) => tsEnd !== undefined)).toBe(true);
  });

  it('says what the run came to when the gate blocks its merge, and ends with 1', async () => {
    const project = makeRepository();
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'never', script: 'async () => ({ score: 0 })', required: true }] }));
    const before = project.commit('Evaluations');
    const { code, stdout } = await cli(project.root, ...replay, '--merge');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Cost +\$0\.0098$/m);
    expect(stdout).toMatch(/^Look at +The merge is blocked: never failed with a score of 0\./m);
    expect(stdout).toMatch(/^Commit +[0-9a-f]{12} on amp\/make-add-add\//m);
    expect(project.git('rev-parse', 'main')).toBe(before);
  });

  it('tells a known cost as a number, and an unknown one as null instead of zero', async () => {
    const project = makeRepository();
    await cli(project.root, ...replay);
    await cli(project.root, 'run', '--agent', 'command', '--prompt', 'Nothing', '--', process.execPath, '-e', '');
    expect(await listed(project.root)).toMatchObject([
      { name: 'Nothing', status: 'ready', tokensIn: 0, costUSD: null, knownCostUSD: 0 },
      { name: 'Make add() add', status: 'ready', tokensIn: 9350, costUSD: 0.009846, knownCostUSD: 0.009846, iterations: [{ status: 'succeeded' }] },
    ]);
  });

  it('fails with the agent, and says why', async () => {
    const { code, stdout } = await cli(makeRepository().root, 'run', '--agent', 'command', '--prompt', 'Fail', '--merge', '--', process.execPath, '-e', 'console.error("no luck"); process.exit(3)');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Agent +command, failed: .*exit code 3.*no luck/m);
  });

  it('comes back after delete with the command that delete prints', async () => {
    const project = makeRepository();
    await cli(project.root, 'run', '--agent', 'command', '--prompt', 'Write a file', '--', process.execPath, '-e', 'require("fs").writeFileSync("made.txt", "made")');
    const [session] = await listed(project.root);
    if (!session) throw new Error('no session');
    writeFileSync(path.join(session.worktree, 'by-hand.txt'), 'not committed');
    const { code, stdout } = await cli(project.root, 'delete', session.id.slice(0, 6));
    expect(code).toBe(0);
    expect(existsSync(session.worktree)).toBe(false);
    expect(project.git('branch', '--list', 'amp/*')).toBe('');
    expect(await listed(project.root)).toEqual([]);
    const command = /^Bring it back with: (git .*)$/m.exec(stdout)?.[1];
    execFileSync('/bin/sh', ['-c', command ?? 'exit 9'], { cwd: project.root, stdio: 'pipe' });
    expect(readFileSync(path.join(session.worktree, 'made.txt'), 'utf8')).toBe('made');
    expect(readFileSync(path.join(session.worktree, 'by-hand.txt'), 'utf8')).toBe('not committed');
    expect(project.git('branch', '--list', 'amp/*')).toContain(session.branch);
  });
});
