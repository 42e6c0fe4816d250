import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedFiles } from '../../../src/git/changes';
import { commitAll, keepWorkTree } from '../../../src/git/checkpoints';
import { fastForward, rebase, squash } from '../../../src/git/integrate';
import { findRepository } from '../../../src/git/repository';
import { addWorktree, gitOfWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';

async function session() {
  const project = makeRepository();
  const repository = await findRepository(project.root);
  const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch: 'amp/one/x', sha: project.git('rev-parse', 'HEAD') });
  const git = await gitOfWorktree(repository, worktree);
  const write = (file: string, content: string): void => { writeFileSync(path.join(worktree, file), content); };
  return { project, repository, worktree, git, write };
}

describe('commits', () => {
  it('commits new, changed and deleted files, and nothing when nothing changed', async () => {
    const { git, write, project } = await session();
    expect(await commitAll(git, 'amp: nothing')).toBeUndefined();
    write('app.js', 'changed\n');
    write('naïve "name"\n.txt', 'new\n');
    write('bin', '\0\u0001');
    const sha = (await commitAll(git, 'amp: work')) ?? '';
    expect(await changedFiles(git, project.git('rev-parse', 'main'), sha)).toEqual([
      { path: 'app.js', change: 'modified', linesAdded: 1, linesDeleted: 4 },
      { path: 'bin', change: 'added' },
      { path: 'naïve "name"\n.txt', change: 'added', linesAdded: 1, linesDeleted: 0 },
    ]);
    expect(await git.output(['log', '-1', '--format=%s'])).toBe('amp: work');
  });

  it('shows a rename with its former name', async () => {
    const { git, project } = await session();
    await git.run(['mv', 'app.js', 'main.js']);
    const sha = (await commitAll(git, 'amp: rename')) ?? '';
    expect(await changedFiles(git, project.git('rev-parse', 'main'), sha)).toEqual([{ path: 'main.js', change: 'renamed', previousPath: 'app.js', linesAdded: 0, linesDeleted: 0 }]);
  });
});

describe('keeping a work tree', () => {
  it('keeps uncommitted, untracked and ignored files without touching anything', async () => {
    const { git, write, worktree } = await session();
    write('app.js', 'uncommitted\n');
    write('new.txt', 'untracked\n');
    write('.env', 'SECRET=1\n');
    await (await import('node:fs/promises')).mkdir(path.join(worktree, 'node_modules/x'), { recursive: true });
    write('node_modules/x/index.js', 'x');
    const before = await git.output(['status', '--porcelain']);
    const kept = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect(await git.output(['status', '--porcelain'])).toBe(before);
    expect(kept.leftOut).toEqual(['node_modules/']);
    expect((await git.output(['ls-tree', '-r', '--name-only', kept.sha])).split('\n')).toEqual(['.env', '.gitignore', 'app.js', 'new.txt']);
    expect(await git.output(['show', `${kept.sha}:app.js`])).toBe('uncommitted');
  });
});

describe('integrating', () => {
  it('squashes, rebases over a base that moved, and fast-forwards the checkout', async () => {
    const { project, repository, git, write } = await session();
    write('a.txt', '1\n');
    await commitAll(git, 'amp: one');
    write('a.txt', '2\n');
    const head = (await commitAll(git, 'amp: two')) ?? '';
    project.write('b.txt', 'mine\n');
    const base = project.commit('Mine');
    project.write('untouched.txt', 'uncommitted, unrelated');
    const squashed = await squash(git, { head, baseBranch: 'main', message: 'Both\n' });
    const commit = await rebase(git, squashed, base);
    await fastForward(repository, { branch: 'main', from: base, to: commit });
    expect(project.git('log', '--format=%s', '-3').split('\n')).toEqual(['Both', 'Mine', 'Start']);
    expect(project.read('a.txt')).toBe('2\n');
    expect(project.read('untouched.txt')).toBe('uncommitted, unrelated');
  });

  it('names the files of a conflict and changes nothing', async () => {
    const { project, git, write } = await session();
    write('app.js', 'theirs\n');
    const head = (await commitAll(git, 'amp: one')) ?? '';
    project.write('app.js', 'mine\n');
    const base = project.commit('Mine');
    const refs = project.git('for-each-ref');
    const squashed = await squash(git, { head, baseBranch: 'main', message: 'x\n' });
    const error = await expectCode(rebase(git, squashed, base), 'merge-conflict');
    expect(error.message).toContain('app.js');
    expect(project.git('for-each-ref')).toBe(refs);
    expect(project.git('status', '--porcelain')).toBe('');
  });

  it('refuses to overwrite uncommitted work in the checkout', async () => {
    const { project, repository, git, write } = await session();
    write('app.js', 'theirs\n');
    const head = (await commitAll(git, 'amp: one')) ?? '';
    project.write('app.js', 'not committed\n');
    const from = project.git('rev-parse', 'main');
    const to = await squash(git, { head, baseBranch: 'main', message: 'x\n' });
    const error = await expectCode(fastForward(repository, { branch: 'main', from, to }), 'dirty-checkout');
    expect(error.message).toContain('app.js');
    expect(project.read('app.js')).toBe('not committed\n');
    expect(project.git('rev-parse', 'main')).toBe(from);
  });

  it('moves a base branch that is not checked out, and notices when it has moved', async () => {
    const { project, repository, git, write } = await session();
    write('app.js', 'theirs\n');
    const head = (await commitAll(git, 'amp: one')) ?? '';
    const from = project.git('rev-parse', 'main');
    const to = await squash(git, { head, baseBranch: 'main', message: 'x\n' });
    project.git('checkout', '--quiet', '-b', 'elsewhere');
    await fastForward(repository, { branch: 'main', from, to });
    expect(project.git('rev-parse', 'main')).toBe(to);
    await expectCode(fastForward(repository, { branch: 'main', from, to }), 'base-moved');
    expect(project.read('app.js')).toContain('function add');
  });

  it('waits for a rebase that a person has under way', async () => {
    const { project, repository, git, write } = await session();
    write('new.txt', 'x\n');
    const head = (await commitAll(git, 'amp: one')) ?? '';
    const from = project.git('rev-parse', 'main');
    const to = await squash(git, { head, baseBranch: 'main', message: 'x\n' });
    writeFileSync(path.join(project.root, '.git/MERGE_HEAD'), `${from}\n`);
    await expectCode(fastForward(repository, { branch: 'main', from, to }), 'dirty-checkout');
    expect(existsSync(path.join(project.root, 'new.txt'))).toBe(false);
  });

  it('has nothing to merge when the session changed nothing', async () => {
    const { git, project } = await session();
    await expectCode(squash(git, { head: project.git('rev-parse', 'main'), baseBranch: 'main', message: 'x\n' }), 'nothing-to-merge');
  });
});
