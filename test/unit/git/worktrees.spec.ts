import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRepository, listWorktrees } from '../../../src/git/repository';
import { addWorktree, checkWorktree, removeWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';

async function withWorktree() {
  const project = makeRepository();
  const repository = await findRepository(project.root);
  const directory = path.join(worktreeRoot(repository), 'one');
  const branch = 'amp/one/20260101-000000';
  const worktree = await addWorktree(repository, { directory, branch, sha: project.git('rev-parse', 'HEAD') });
  return { project, repository, worktree, branch };
}

describe('adding a worktree', () => {
  it('makes branch and folder beside the repository', async () => {
    const { project, worktree, repository } = await withWorktree();
    expect(worktree).toBe(`${project.root}.worktrees/one`);
    expect((await listWorktrees(repository)).map(({ branch }) => branch)).toEqual(['main', 'amp/one/20260101-000000']);
    expect(project.git('status', '--porcelain')).toBe('');
  });

  it('makes twenty at once', async () => {
    const project = makeRepository();
    const repository = await findRepository(project.root);
    const sha = project.git('rev-parse', 'HEAD');
    await Promise.all(Array.from({ length: 20 }, (_, n) => addWorktree(repository, { directory: path.join(worktreeRoot(repository), `w${n}`), branch: `amp/w${n}/x`, sha })));
    expect(await listWorktrees(repository)).toHaveLength(21);
  });

  it('refuses a taken branch, a branch in the way and a taken folder, and leaves nothing behind', async () => {
    const { project, repository, branch } = await withWorktree();
    const sha = project.git('rev-parse', 'HEAD');
    const at = (name: string) => path.join(worktreeRoot(repository), name);
    await expectCode(addWorktree(repository, { directory: at('two'), branch, sha }), 'branch-taken');
    await expectCode(addWorktree(repository, { directory: at('one'), branch: 'amp/other/x', sha }), 'branch-taken');
    expect(readdirSync(worktreeRoot(repository))).toEqual(['one']);
    const blocked = makeRepository();
    blocked.git('branch', 'amp');
    const second = await findRepository(blocked.root);
    await expectCode(addWorktree(second, { directory: path.join(worktreeRoot(second), 'a'), branch: 'amp/a/x', sha: blocked.git('rev-parse', 'HEAD') }), 'branch-taken');
    expect(existsSync(worktreeRoot(second))).toBe(false);
  });

  it('leaves no folder and no branch when git fails half-way', async () => {
    const project = makeRepository();
    const repository = await findRepository(project.root);
    await expectCode(addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'a'), branch: 'amp/a/x', sha: '0123456789012345678901234567890123456789' }), 'git-failed');
    expect(existsSync(worktreeRoot(repository))).toBe(false);
    expect(project.git('branch', '--list', 'amp/*')).toBe('');
  });
});

describe('checking a worktree', () => {
  it('accepts the one that was made', async () => {
    const { repository, worktree, branch } = await withWorktree();
    const git = await checkWorktree(repository, worktree, branch);
    expect(git.location.workTree).toBe(worktree);
  });

  it('notices a swapped .git file, another branch, and a folder that is gone', async () => {
    const { repository, worktree, branch, project } = await withWorktree();
    const git = await checkWorktree(repository, worktree, branch);
    await git.run(['checkout', '--quiet', '-b', 'elsewhere']);
    await expectCode(checkWorktree(repository, worktree, branch), 'worktree-moved');
    await git.run(['checkout', '--quiet', branch]);
    writeFileSync(path.join(worktree, '.git'), `gitdir: ${project.root}/.git\n`);
    await expectCode(checkWorktree(repository, worktree, branch), 'worktree-moved');
    await expectCode(checkWorktree(repository, `${worktree}-gone`, branch), 'worktree-missing');
  });
});

describe('configuration that an agent set', () => {
  it('runs no program of a file system monitor or a hook', async () => {
    const { repository, worktree, branch, project } = await withWorktree();
    const proof = path.join(project.root, '..', 'proof');
    const script = path.join(project.root, '..', 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    project.git('config', 'core.fsmonitor', script);
    mkdirSync(path.join(project.root, '.git/hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'pre-commit', 'post-merge', 'reference-transaction']) writeFileSync(path.join(project.root, '.git/hooks', hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    const git = await checkWorktree(repository, worktree, branch);
    await git.run(['status', '--porcelain']);
    await git.run(['commit', '--allow-empty', '--quiet', '-m', 'x']);
    expect(existsSync(proof)).toBe(false);
  });
});

describe('removing a worktree', () => {
  it('removes folder, branch and the empty root', async () => {
    const { repository, worktree, branch, project } = await withWorktree();
    await removeWorktree(repository, worktree, branch);
    expect(existsSync(worktreeRoot(repository))).toBe(false);
    expect(project.git('branch', '--list', branch)).toBe('');
  });

  it('leaves a folder alone that is not one of ours', async () => {
    const { repository, project } = await withWorktree();
    const mine = path.join(project.root, 'src');
    project.write('src/keep.txt', 'keep');
    await expectCode(removeWorktree(repository, mine, 'main'), 'worktree-moved');
    expect(project.read('src/keep.txt')).toBe('keep');
    expect(project.git('branch', '--list', 'main')).toContain('main');
  });
});
