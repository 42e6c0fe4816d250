import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll } from '../../../src/git/checkpoints';
import { fastForward } from '../../../src/git/integrate';
import { checkReadyForSessions, currentBranch, findRepository, localBranches, parseWorktrees, resolveBase } from '../../../src/git/repository';
import { addWorktree, gitOfWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { expectCode } from '../../support/expectCode';
import { makeRepository, testRepositoryAt, type TestRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

function withSubmodule(): { project: TestRepository; library: TestRepository } {
  const project = makeRepository();
  const library = makeRepository();
  project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.root, 'deep/lib');
  project.commit('Library');
  for (const [name, value] of [['user.name', 'Test'], ['user.email', 'test@example.com']] as const) testRepositoryAt(path.join(project.root, 'deep/lib')).git('config', name, value);
  return { project, library };
}

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

  it('works on the own checkout of a submodule', async () => {
    const { project, library } = withSubmodule();
    const checkout = path.join(project.root, 'deep/lib');
    const linked = path.join(temporaryDirectory(), 'linked');
    testRepositoryAt(checkout).git('worktree', 'add', '--quiet', '-b', 'side', linked);
    for (const folder of [checkout, linked]) {
      const repository = await findRepository(folder);
      expect(repository.root).toBe(checkout);
      expect(repository.commonDirectory).toBe(path.join(project.root, '.git/modules/deep/lib'));
      expect(repository.superproject).toBe(project.root);
      expect(await repository.git.output(['rev-parse', 'HEAD'])).toBe(library.git('rev-parse', 'HEAD'));
      expect((await repository.git.run(['status', '--porcelain'])).stdout).toBe('');
      expect(worktreeRoot(repository)).toBe(`${project.root}.deep-lib.worktrees`);
    }
    expect((await findRepository(project.root)).superproject).toBeUndefined();
  });

  it('merges a session of a submodule into the checkout of the submodule', async () => {
    const { project } = withSubmodule();
    const repository = await findRepository(path.join(project.root, 'deep/lib'));
    const base = await resolveBase(repository, 'main');
    const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch: 'amp/one/x', sha: base.sha });
    writeFileSync(path.join(worktree, 'new.txt'), 'new\n');
    const to = (await commitAll(await gitOfWorktree(repository, worktree), 'amp: new')) ?? '';
    testRepositoryAt(repository.root).git('checkout', '--quiet', 'main');
    await fastForward(repository, { branch: 'main', from: base.sha, to });
    expect(project.read('deep/lib/new.txt')).toBe('new\n');
    expect(existsSync(path.join(repository.commonDirectory, 'new.txt'))).toBe(false);
    expect(project.git('status', '--porcelain')).toBe('M deep/lib');
  });

  it('finds a checkout whose git directory is elsewhere, but cannot guess it from a linked worktree', async () => {
    const folder = temporaryDirectory();
    const root = path.join(folder, 'project');
    const project = testRepositoryAt(root);
    project.git('init', '--quiet', '--initial-branch=main', '--separate-git-dir', path.join(folder, 'elsewhere.git'));
    project.write('a', 'a');
    project.commit('Start');
    const repository = await findRepository(root);
    expect(repository.root).toBe(root);
    expect(repository.commonDirectory).toBe(path.join(folder, 'elsewhere.git'));
    project.git('worktree', 'add', '--quiet', '-b', 'side', path.join(folder, 'linked'));
    await expectCode(findRepository(path.join(folder, 'linked')), 'bare-repository');
  });

  it('refuses a worktree of a bare repository, which has no checkout to merge into', async () => {
    const folder = temporaryDirectory();
    const { root, git } = makeRepository();
    git('clone', '--quiet', '--bare', root, path.join(folder, 'bare.git'));
    testRepositoryAt(path.join(folder, 'bare.git')).git('worktree', 'add', '--quiet', path.join(folder, 'linked'), 'main');
    const error = await expectCode(findRepository(path.join(folder, 'linked')), 'bare-repository');
    expect(error.message).toContain('bare.git');
  });

  it('finds the repository from inside its git directory', async () => {
    const { root } = makeRepository();
    expect((await findRepository(path.join(root, '.git'))).root).toBe(root);
  });

  it('says so of a file', async () => {
    await expectCode(findRepository(path.join(makeRepository().root, 'app.js')), 'not-a-repository');
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

  it('takes the branch of the linked worktree that was opened', async () => {
    const { root, git } = makeRepository();
    const linked = path.join(temporaryDirectory(), 'linked');
    git('worktree', 'add', '--quiet', '-b', 'feature', linked);
    expect((await resolveBase(await findRepository(linked))).branch).toBe('feature');
    expect((await resolveBase(await findRepository(root))).branch).toBe('main');
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
