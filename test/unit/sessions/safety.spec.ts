import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../src/base/errors';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { openOrchestrator, type TestOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';

const node = (script: string): readonly string[] => ['node', '-e', `const fs = require("fs"); ${script}`];

async function sessionOf(argv: readonly string[], project: TestRepository = makeRepository()) {
  const orchestrator = await openOrchestrator(project.root);
  const session = await orchestrator.sessions.create({ prompt: 'Do it', agent: 'command', agentOptions: { argv } });
  return { project, orchestrator, sessions: orchestrator.sessions, store: orchestrator.store, session };
}

describe('what an agent has done stays on record', () => {
  it('when a person stops the tests after it', async () => {
    const project = makeRepository();
    project.write('package.json', '{"scripts":{"test":"node wait.js"}}');
    project.write('wait.js', 'require("fs").writeFileSync(".env", "testing"); setInterval(() => {}, 1000)');
    project.commit('Slow tests');
    const { sessions, session } = await sessionOf(node('fs.writeFileSync("made.txt", "x")'), project);
    const run = sessions.run(session.id, { tests: true });
    await waitFor('the tests', () => existsSync(path.join(session.worktree, '.env')));
    await sessions.stop(session.id);
    const { iteration, tests } = await run;
    expect(tests).toBe('not-run');
    expect(iteration).toMatchObject({ status: 'succeeded', changedFiles: [{ path: 'made.txt' }] });
    expect((await sessions.overview())[0]).toMatchObject({ session: { status: 'ready' }, iterations: [{ commitSha: iteration.commitSha }] });
  });

  it('when the store cannot take it at once', async () => {
    const { orchestrator, sessions, store, session } = await sessionOf(node('fs.writeFileSync("made.txt", "x")'));
    const { transition } = store.sessions;
    let refusals = 2;
    store.sessions.transition = (id, from, patch) => {
      if (patch.status !== 'running' && refusals-- > 0) return Promise.reject(new OrchestratorError('disk-full', 'The disk is full.', 'Free some space.'));
      return transition.call(store.sessions, id, from, patch);
    };
    await sessions.run(session.id);
    expect((await sessions.overview())[0]).toMatchObject({ session: { status: 'ready' }, iterations: [{ status: 'succeeded' }] });
    expect(orchestrator.logged.join()).toContain('could not be stored yet');
  });

  it('when the program closes on an agent that will not go, in less than the five seconds that an editor gives', async () => {
    const { project, orchestrator, sessions, session } = await sessionOf(node('process.on("SIGINT", () => {}); process.on("SIGTERM", () => {}); fs.writeFileSync("half.txt", "half"); setInterval(() => {}, 1000)'));
    const run = sessions.run(session.id);
    await waitFor('the agent', () => existsSync(path.join(session.worktree, 'half.txt')));
    const started = performance.now();
    await orchestrator.close();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await run).iteration.status).toBe('stopped');
    expect(project.git('ls-tree', '--name-only', session.branch)).toContain('half.txt');
  });
});

describe('an agent that changes how git behaves', () => {
  it.each([
    ['a hook', 'fs.writeFileSync(process.env.GIT_PLACE + "/hooks/pre-commit", "#!/bin/sh\\n")'],
    ['the configuration', 'fs.appendFileSync(process.env.GIT_PLACE + "/config", "[filter \\"x\\"]\\n\\tclean = touch /tmp/never\\n")'],
    ['the attributes', 'fs.mkdirSync(process.env.GIT_PLACE + "/info", {recursive: true}); fs.writeFileSync(process.env.GIT_PLACE + "/info/attributes", "* filter=x\\n")'],
  ])('by %s is not committed for, and a person is told', async (_what, script) => {
    const project = makeRepository();
    const { sessions, session } = await sessionOf(node(`fs.writeFileSync("made.txt", "x"); ${script.replaceAll('process.env.GIT_PLACE', JSON.stringify(path.join(project.root, '.git')))}`), project);
    const { iteration } = await sessions.run(session.id);
    expect(iteration.status).toBe('failed');
    expect((await sessions.get(session.id)).attention).toContain('changed how git behaves');
    expect(readFileSync(path.join(session.worktree, 'made.txt'), 'utf8')).toBe('x');
    expect(project.git('rev-parse', session.branch)).toBe(project.git('rev-parse', 'main'));
  });

  it('by a repository of its own inside the worktree is told, and the session can still be deleted with all of it kept', async () => {
    const { project, sessions, session } = await sessionOf(['sh', '-c', 'echo x > made.txt; mkdir nested; cd nested; git init -q; echo y > inner.txt; git add .; git -c user.name=A -c user.email=a@b commit -qm inner']);
    await sessions.run(session.id);
    expect((await sessions.get(session.id)).attention).toContain('nested');
    const { trashRef } = await sessions.delete(session.id);
    expect(project.git('ls-tree', '-r', '--name-only', trashRef ?? '')).toContain('nested/inner.txt');
  });
});

describe('deleting and merging', () => {
  it('cannot take the worktree from under a run in another window', async () => {
    const { project, sessions, session } = await sessionOf(node('setInterval(() => {}, 1000)'));
    const other: TestOrchestrator = await openOrchestrator(project.root);
    const [deletion, run] = await Promise.allSettled([sessions.delete(session.id), other.sessions.run(session.id, { onStarted: () => void other.sessions.stop(session.id) })]);
    expect([deletion.status, run.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect(existsSync(session.worktree)).toBe(deletion.status === 'rejected');
  });

  it('keeps a worktree whose ignored folder is not in the merge, and says so', async () => {
    const project = makeRepository();
    project.write('.gitignore', 'data/\nnode_modules/\n');
    project.commit('Ignore');
    const { sessions, session } = await sessionOf(node('fs.mkdirSync("data"); fs.writeFileSync("data/r.csv", "precious"); fs.mkdirSync("node_modules"); fs.writeFileSync("node_modules/x", ""); fs.writeFileSync("made.txt", "x")'), project);
    await sessions.run(session.id);
    const { worktreeKept } = await sessions.merge(session.id);
    expect(worktreeKept).toContain('data/');
    expect(worktreeKept).not.toContain('node_modules');
    expect(readFileSync(path.join(session.worktree, 'data/r.csv'), 'utf8')).toBe('precious');
    expect(await sessions.get(session.id)).toMatchObject({ status: 'merged', attention: worktreeKept });
    await sessions.delete(session.id);
    expect(existsSync(session.worktree)).toBe(false);
  });

  it('says that there is nothing to merge when a person has made the same change and gone on', async () => {
    const { project, sessions, session } = await sessionOf(node('fs.writeFileSync("made.txt", "x")'));
    await sessions.run(session.id);
    project.write('made.txt', 'x');
    project.commit('The same, by hand');
    project.write('other.txt', 'y');
    const head = project.commit('Unrelated');
    await expectCode(sessions.merge(session.id), 'nothing-to-merge');
    expect(project.git('rev-parse', 'main')).toBe(head);
    expect((await sessions.get(session.id)).status).toBe('ready');
  });

  it('leaves out of the merge what only the tests wrote, when asked to', async () => {
    const { project, sessions, session } = await sessionOf(node('fs.writeFileSync("made.txt", "x")'));
    await sessions.run(session.id);
    writeFileSync(path.join(session.worktree, 'coverage.txt'), '100');
    const { session: merged } = await sessions.merge(session.id, { commitsOnly: true });
    expect(project.git('ls-files')).not.toContain('coverage.txt');
    expect(project.git('show', `${merged.trashRef ?? ''}:coverage.txt`)).toBe('100');
  });

  it('does not overwrite ignored files of the checkout', async () => {
    const project = makeRepository();
    project.write('.env', 'MY SECRET');
    const { sessions, session } = await sessionOf(['sh', '-c', 'echo agent > .env; git add -f .env'], project);
    await sessions.run(session.id);
    await expectCode(sessions.merge(session.id), 'dirty-checkout');
    expect(project.read('.env')).toBe('MY SECRET');
    expect((await sessions.get(session.id)).status).toBe('ready');
  });

  it('does not stash what a person is working on, whatever git is told to do by default', async () => {
    const project = makeRepository();
    project.git('config', 'merge.autoStash', 'true');
    const { sessions, session } = await sessionOf(node('fs.writeFileSync("app.js", "theirs\\n")'), project);
    await sessions.run(session.id);
    project.write('app.js', 'mine\n');
    await expectCode(sessions.merge(session.id), 'dirty-checkout');
    expect(project.read('app.js')).toBe('mine\n');
  });

  it('keeps the commits of an agent that left its branch', async () => {
    const { project, sessions, session } = await sessionOf(['sh', '-c', 'echo x > made.txt; git add .; git commit -qm mine; git checkout -q --detach HEAD~1']);
    await sessions.run(session.id);
    const commit = project.git('rev-parse', session.branch);
    await sessions.delete(session.id);
    expect(project.git('for-each-ref', '--format=%(refname)', '--contains', commit)).toContain(`refs/amp/trash/${session.id}/`);
  });

  it.each([
    ['removed its .git file', 'rm .git'],
    ['made a repository of its own over it', 'rm .git; git init -q .'],
  ])('can remove a worktree of an agent that %s, and keeps what it wrote', async (_what, script) => {
    const { project, sessions, session } = await sessionOf(['sh', '-c', `echo x > made.txt; ${script}`]);
    await sessions.run(session.id);
    expect((await sessions.get(session.id)).status).toBe('failed');
    const { trashRef } = await sessions.delete(session.id);
    expect(project.git('ls-tree', '--name-only', trashRef ?? '')).toContain('made.txt');
    expect(existsSync(session.worktree)).toBe(false);
    expect(project.git('branch', '--list', 'amp/*')).toBe('');
  });

  it('restores a deleted session as it was, its secrets uncommitted', async () => {
    const { project, sessions, session } = await sessionOf(node('fs.writeFileSync("made.txt", "x")'));
    await sessions.run(session.id);
    writeFileSync(path.join(session.worktree, '.env'), 'SECRET');
    mkdirSync(path.join(session.worktree, 'sub'));
    writeFileSync(path.join(session.worktree, 'sub', 'untracked.txt'), 'u');
    const { restoreCommand } = await sessions.delete(session.id);
    execFileSync('sh', ['-c', restoreCommand ?? 'false'], { cwd: project.root, stdio: 'pipe' });
    expect(readFileSync(path.join(session.worktree, '.env'), 'utf8')).toBe('SECRET');
    expect(readFileSync(path.join(session.worktree, 'sub', 'untracked.txt'), 'utf8')).toBe('u');
    expect(project.git('-C', session.worktree, 'status', '--porcelain')).toBe('?? sub/');
  });
});
