import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRepository } from '../../../src/git/repository';
import { addWorktree, gitOfWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';

describe('running git', () => {
  it('says that the folder is gone, not that git is', async () => {
    const { root } = makeRepository();
    const { git } = await findRepository(root);
    rmSync(root, { recursive: true });
    expect((await expectCode(git.run(['status']), 'worktree-missing')).message).toContain(root);
    writeFileSync(root, 'a file now');
    await expectCode(git.run(['status']), 'worktree-missing');
  });

  it('still says that git is missing', async () => {
    await expectCode(findRepository(makeRepository().root, 'no-such-git'), 'git-missing');
  });

  it('waits for a lock, and gives a ref that exists as an answer at once', async () => {
    const { root, git: plain } = makeRepository();
    const { git } = await findRepository(root);
    const sha = plain('rev-parse', 'HEAD');
    expect((await git.createRef('refs/amp/one', sha, 'x')).created).toBe(true);
    const second = await git.createRef('refs/amp/one', sha, 'x');
    expect(second).toEqual({ created: false, said: expect.stringContaining('already exists') as string });
    mkdirSync(path.join(root, '.git/refs/amp'), { recursive: true });
    const lock = path.join(root, '.git/refs/amp/two.lock');
    writeFileSync(lock, '');
    const third = git.createRef('refs/amp/two', sha, 'x');
    await git.output(['version']);
    rmSync(lock);
    expect((await third).created).toBe(true);
  });

  it('runs nothing in a worktree that points to another repository', async () => {
    const project = makeRepository();
    const other = makeRepository();
    other.git('checkout', '--quiet', '-b', 'amp/one/x');
    const repository = await findRepository(project.root);
    const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch: 'amp/one/x', sha: project.git('rev-parse', 'HEAD') });
    const git = await gitOfWorktree(repository, worktree);
    const commondir = path.join(git.location.gitDirectory, 'commondir');
    writeFileSync(commondir, path.join(other.root, '.git'));
    await expectCode(git.run(['rev-parse', 'HEAD']), 'worktree-moved');
    rmSync(commondir);
    await expectCode(git.run(['rev-parse', 'HEAD']), 'worktree-moved');
    writeFileSync(commondir, repository.commonDirectory);
    expect(await git.output(['rev-parse', '--path-format=absolute', '--git-common-dir'])).toBe(repository.commonDirectory);
    rmSync(git.location.gitDirectory, { recursive: true });
    await expectCode(git.run(['rev-parse', 'HEAD']), 'worktree-missing');
  });
});
