import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReadyForSessions, currentBranch, findRepository, localBranches, parseWorktrees, resolveBase } from '../../../src/git/repository';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

describe('finding a repository', () => {
  it('finds it from a folder inside and from another worktree', async () => {
    const { root, git } = makeRepository();
    mkdirSync(path.join(root, 'src/deep'), { recursive: true });
    const other = path.join(temporaryDirectory(), 'other');
    git('worktree', 'add', '--quiet', '-b', 'side', other);
    for (const folder of [root, path.join(root, 'src/deep'), other]) {
      const repository = await findRepository(folder);
      expect(repository.root).toBe(root);
      expect(repository.commonDirectory).toBe(path.join(root, '.git'));
    }
  });

  it('says so of a folder that is none, of a missing one, and of a bare repository', async () => {
    const folder = temporaryDirectory();
    await expectCode(findRepository(folder), 'not-a-repository');
    await expectCode(findRepository(path.join(folder, 'missing')), 'not-a-repository');
    const { root, git } = makeRepository();
    const bare = path.join(folder, 'bare.git');
    git('clone', '--quiet', '--bare', root, bare);
    await expectCode(findRepository(bare), 'bare-repository');
  });

  it('says that git is missing', async () => {
    await expectCode(findRepository(makeRepository().root, 'no-such-git'), 'git-missing');
  });

  it('ignores GIT_DIR of the caller', async () => {
    const { root } = makeRepository();
    const before = process.env['GIT_DIR'];
    process.env['GIT_DIR'] = path.join(makeRepository().root, '.git');
    try {
      expect((await findRepository(root)).root).toBe(root);
    } finally {
      if (before === undefined) delete process.env['GIT_DIR'];
      else process.env['GIT_DIR'] = before;
    }
  });
});

describe('what a session needs', () => {
  it('needs a commit', async () => {
    await expectCode(checkReadyForSessions(await findRepository(makeRepository({ empty: true }).root)), 'no-commits');
  });

  it('needs to know who commits', async () => {
    const { root, git } = makeRepository();
    git('config', 'user.name', '');
    git('config', 'user.email', '');
    git('config', 'user.useConfigOnly', 'true');
    await expectCode(checkReadyForSessions(await findRepository(root)), 'git-identity-missing');
  });

  it('takes the branch that is checked out as base, or the named one', async () => {
    const { root, git } = makeRepository();
    git('branch', 'develop');
    git('branch', 'amp/old/20260101-000000');
    const repository = await findRepository(root);
    const sha = git('rev-parse', 'HEAD');
    expect(await resolveBase(repository)).toEqual({ branch: 'main', sha });
    expect(await resolveBase(repository, 'develop')).toEqual({ branch: 'develop', sha });
    expect((await localBranches(repository)).sort()).toEqual(['develop', 'main']);
  });

  it('asks for a base when HEAD is detached, and names the branches when the base is missing', async () => {
    const { root, git } = makeRepository();
    const repository = await findRepository(root);
    expect((await expectCode(resolveBase(repository, 'nope'), 'base-branch-missing')).advice).toContain('main');
    git('checkout', '--quiet', '--detach');
    expect(await currentBranch(repository)).toBeUndefined();
    await expectCode(resolveBase(repository), 'detached-head');
  });
});

it('parses a worktree list with a detached entry', () => {
  const listed = 'worktree /a b\0HEAD 1111\0branch refs/heads/main\0\0worktree /c\0HEAD 2222\0detached\0\0';
  expect(parseWorktrees(listed)).toEqual([
    { path: '/a b', head: '1111', branch: 'main' },
    { path: '/c', head: '2222' },
  ]);
});

it('gives real paths', async () => {
  const { root } = makeRepository();
  expect((await findRepository(root)).root).toBe(realpathSync(root));
});
