import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCode } from '../../support/expectCode';
import { makeRepository, testRepositoryAt } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';

async function sessionThatWrote(file: string, content: string) {
  const project = makeRepository();
  const { sessions, store } = await openOrchestrator(project.root);
  const session = await sessions.create({ prompt: 'Write', agent: 'command', agentOptions: { argv: ['node', '-e', `require("fs").writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(content)})`] } });
  await sessions.run(session.id);
  return { project, sessions, store, session };
}

describe('merging', () => {
  it('meets a conflict without changing anything, and merges once it is gone', async () => {
    const { project, sessions, session } = await sessionThatWrote('app.js', 'theirs\n');
    project.write('app.js', 'mine\n');
    project.commit('Mine');
    const before = project.git('for-each-ref', 'refs/heads');
    const error = await expectCode(sessions.merge(session.id), 'merge-conflict');
    expect(error.message).toContain('app.js');
    expect(project.git('for-each-ref', 'refs/heads')).toBe(before);
    expect(await sessions.get(session.id)).toMatchObject({ status: 'conflict', attention: expect.stringContaining('app.js') as string });
    project.git('revert', '--no-edit', 'HEAD');
    await sessions.merge(session.id);
    expect(project.read('app.js')).toBe('theirs\n');
  });

  it('takes along what was left uncommitted in the worktree', async () => {
    const { project, sessions, session } = await sessionThatWrote('made.txt', 'x');
    writeFileSync(path.join(session.worktree, 'by-hand.txt'), 'y');
    await sessions.merge(session.id);
    expect(project.git('ls-files').split('\n')).toEqual(['.gitignore', 'app.js', 'by-hand.txt', 'made.txt']);
  });

  it('leaves uncommitted work in the checkout alone', async () => {
    const { project, sessions, session } = await sessionThatWrote('app.js', 'theirs\n');
    project.write('app.js', 'not committed\n');
    await expectCode(sessions.merge(session.id), 'dirty-checkout');
    expect(project.read('app.js')).toBe('not committed\n');
    expect((await sessions.get(session.id)).status).toBe('ready');
  });

  it('has nothing to merge after a run that changed nothing', async () => {
    const { sessions, session } = await sessionThatWrote('app.js', 'function add(a, b) {\n  return a - b;\n}\nconsole.log(add(2, 3));\n');
    await expectCode(sessions.merge(session.id), 'nothing-to-merge');
  });

  it('is done once when two windows ask for it', async () => {
    const { project, sessions, session } = await sessionThatWrote('made.txt', 'x');
    const other = await openOrchestrator(project.root);
    const outcomes = await Promise.allSettled([sessions.merge(session.id), other.sessions.merge(session.id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(project.git('log', '--format=%s', 'main').split('\n')).toEqual(['Write', 'Start']);
  });

  it('that was cut after its last step is finished by merging again', async () => {
    const { project, sessions, store, session } = await sessionThatWrote('made.txt', 'x');
    const { commit } = await sessions.merge(session.id, { keepWorktree: true });
    await store.sessions.transition(session.id, ['merged'], { status: 'interrupted', mergedSha: undefined });
    testRepositoryAt(session.worktree).git('reset', '--quiet', '--hard', `refs/amp/backup/${session.id}`);
    const again = await sessions.merge(session.id);
    expect(again.commit).toBe(commit);
    expect(project.git('log', '--format=%s', 'main').split('\n')).toEqual(['Write', 'Start']);
  });

  it('uses the given message and can keep the worktree', async () => {
    const { project, sessions, session } = await sessionThatWrote('made.txt', 'x');
    await sessions.merge(session.id, { message: 'Make it\n\nBecause.', keepWorktree: true });
    expect(project.git('log', '-1', '--format=%B', 'main')).toBe('Make it\n\nBecause.');
    expect(existsSync(path.join(session.worktree, 'made.txt'))).toBe(true);
    expect(project.git('rev-parse', session.branch)).toBe(project.git('rev-parse', 'main'));
  });
});

describe('deleting', () => {
  it('keeps commits, uncommitted, untracked and ignored files under a ref that can be checked out', async () => {
    const { project, sessions, session } = await sessionThatWrote('made.txt', 'x');
    writeFileSync(path.join(session.worktree, '.env'), 'SECRET');
    writeFileSync(path.join(session.worktree, 'untracked.txt'), 'u');
    const { trashRef } = await sessions.delete(session.id);
    expect(existsSync(session.worktree)).toBe(false);
    expect(await sessions.overview()).toEqual([]);
    expect(trashRef).toBe(`refs/amp/trash/${session.id}/1`);
    project.git('worktree', 'add', '--quiet', '-b', session.branch, session.worktree, trashRef ?? '');
    expect(readFileSync(path.join(session.worktree, '.env'), 'utf8')).toBe('SECRET');
    expect(readFileSync(path.join(session.worktree, 'untracked.txt'), 'utf8')).toBe('u');
    expect(readFileSync(path.join(session.worktree, 'made.txt'), 'utf8')).toBe('x');
  });

  it('works when the folder is gone already', async () => {
    const { project, sessions, session } = await sessionThatWrote('made.txt', 'x');
    const head = project.git('rev-parse', session.branch);
    rmSync(session.worktree, { recursive: true });
    const { trashRef } = await sessions.delete(session.id);
    expect(project.git('rev-parse', `${trashRef ?? ''}^`)).toBe(head);
    expect(project.git('branch', '--list', 'amp/*')).toBe('');
  });

  it('refuses while it runs', async () => {
    const project = makeRepository();
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['node', '-e', 'setInterval(() => {}, 1000)'] } });
    await new Promise<void>((resolve) => {
      void sessions.run(session.id, { onStarted: () => { resolve(); } });
    });
    await expectCode(sessions.delete(session.id), 'session-busy');
    await expectCode(sessions.merge(session.id), 'session-busy');
    await expectCode(sessions.run(session.id), 'session-busy');
    expect(await sessions.stop(session.id)).toBe(true);
  });
});

describe('stopping', () => {
  const forever = ['node', '-e', 'require("fs").writeFileSync("half.txt", "half"); setInterval(() => {}, 1000)'];

  it('ends the agent and keeps its work', async () => {
    const project = makeRepository();
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: forever } });
    const run = sessions.run(session.id);
    await waitForFile(path.join(session.worktree, 'half.txt'));
    await sessions.stop(session.id);
    const { iteration } = await run;
    expect(iteration).toMatchObject({ status: 'stopped', changedFiles: [{ path: 'half.txt' }] });
    expect((await sessions.get(session.id)).status).toBe('stopped');
  });

  it('reaches a run in another window', async () => {
    const project = makeRepository();
    const [one, other] = [await openOrchestrator(project.root), await openOrchestrator(project.root)];
    const session = await one.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: forever } });
    const run = one.sessions.run(session.id);
    await waitForFile(path.join(session.worktree, 'half.txt'));
    expect(await other.sessions.stop(session.id)).toBe(true);
    expect((await run).iteration.status).toBe('stopped');
    expect(await other.sessions.stop(session.id)).toBe(false);
  });

  it('happens when the program closes', async () => {
    const project = makeRepository();
    const orchestrator = await openOrchestrator(project.root);
    const session = await orchestrator.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: forever } });
    const run = orchestrator.sessions.run(session.id);
    await waitForFile(path.join(session.worktree, 'half.txt'));
    await orchestrator.close();
    expect((await run).iteration.status).toBe('stopped');
    expect(project.git('ls-tree', '--name-only', session.branch)).toContain('half.txt');
  });
});

function waitForFile(file: string): Promise<true> {
  return waitFor(file, () => existsSync(file));
}
