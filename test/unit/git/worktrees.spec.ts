import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findRepository, listWorktrees } from '../../../src/git/repository';
import { addWorktree, checkWorktree, removeWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

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
    await expectCode(addWorktree(second, { directory: path.join(worktreeRoot(second), 'a'), branch: 'amp/a/x', sha: blocked.git('rev-parse', 'HEAD') }), 'branch-in-the-way');
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

describe('submodules of a new worktree', () => {
  async function add(allowed: boolean) {
    const project = makeRepository();
    project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', makeRepository().root, 'lib');
    project.commit('Library');
    const home = temporaryDirectory();
    writeFileSync(path.join(home, '.gitconfig'), allowed ? '[protocol "file"]\n\tallow = always\n' : '');
    vi.stubEnv('HOME', home);
    onTestFinished(() => { vi.unstubAllEnvs(); });
    const repository = await findRepository(project.root);
    const warnings: string[] = [];
    const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch: 'amp/one/x', sha: project.git('rev-parse', 'HEAD'), onWarning: (message) => { warnings.push(message); } });
    return { repository, worktree, warnings };
  }

  it('are filled, and removed with it', async () => {
    const { repository, worktree, warnings } = await add(true);
    expect(warnings).toEqual([]);
    expect(existsSync(path.join(worktree, 'lib/app.js'))).toBe(true);
    await removeWorktree(repository, worktree, 'amp/one/x');
    expect(existsSync(worktree)).toBe(false);
  });

  it('are a warning where the person does not allow them', async () => {
    const { worktree, warnings } = await add(false);
    expect(warnings.join()).toContain("transport 'file' not allowed");
    expect(readdirSync(path.join(worktree, 'lib'))).toEqual([]);
    expect(existsSync(path.join(worktree, 'app.js'))).toBe(true);
  });
});

describe('what is not ours', () => {
  it('stays when a worktree cannot be added: a folder with files, a branch that exists, a place that git remembers', async () => {
    const project = makeRepository();
    const repository = await findRepository(project.root);
    const sha = project.git('rev-parse', 'HEAD');
    const at = (name: string) => path.join(worktreeRoot(repository), name);
    mkdirSync(at('mine'), { recursive: true });
    writeFileSync(path.join(at('mine'), 'file'), 'x');
    await expectCode(addWorktree(repository, { directory: at('mine'), branch: 'amp/mine/x', sha }), 'branch-taken');
    expect(readdirSync(at('mine'))).toEqual(['file']);
    project.git('branch', 'amp/child/x/y');
    await expectCode(addWorktree(repository, { directory: at('child'), branch: 'amp/child/x', sha }), 'branch-taken');
    expect(existsSync(at('child'))).toBe(false);
    project.git('worktree', 'add', '--quiet', '-b', 'unplugged', at('disk'));
    renameSync(at('disk'), at('away'));
    await expectCode(addWorktree(repository, { directory: at('disk'), branch: 'amp/disk/x', sha }), 'branch-taken');
    renameSync(at('away'), at('disk'));
    expect(project.git('-C', at('disk'), 'status', '--porcelain', '--branch')).toBe('## unplugged');
  });

  it('is not forgotten when a session is removed or cannot be made: a worktree on a disk that is not plugged in', async () => {
    const { project, repository, worktree, branch } = await withWorktree();
    const disk = path.join(temporaryDirectory(), 'disk');
    project.git('worktree', 'add', '--quiet', '-b', 'unplugged', disk);
    renameSync(disk, `${disk}-away`);
    await expectCode(addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'a'), branch: 'amp/a/x', sha: '0123456789012345678901234567890123456789' }), 'git-failed');
    await removeWorktree(repository, worktree, branch);
    renameSync(`${disk}-away`, disk);
    expect(project.git('-C', disk, 'status', '--porcelain', '--branch')).toBe('## unplugged');
  });
});

describe('checking a worktree', () => {
  it('accepts the one that was made', async () => {
    const { repository, worktree, branch } = await withWorktree();
    const git = await checkWorktree(repository, worktree, branch);
    expect(git.location.workTree).toBe(worktree);
  });

  it('accepts pointers relative to where they are, as worktree.useRelativePaths makes them', async () => {
    const { repository, worktree, branch } = await withWorktree();
    const { gitDirectory } = (await checkWorktree(repository, worktree, branch)).location;
    writeFileSync(path.join(gitDirectory, 'gitdir'), `${path.relative(gitDirectory, path.join(worktree, '.git'))}\n`);
    writeFileSync(path.join(worktree, '.git'), `gitdir: ${path.relative(worktree, gitDirectory)}\n`);
    const git = await checkWorktree(repository, worktree, branch);
    expect(git.location.gitDirectory).toBe(gitDirectory);
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

  it('makes git forget the worktree whose folder is gone, also with the folder around it', async () => {
    const { repository, worktree, branch, project } = await withWorktree();
    rmSync(worktreeRoot(repository), { recursive: true });
    await removeWorktree(repository, worktree, branch);
    expect(await listWorktrees(repository)).toHaveLength(1);
    expect(project.git('branch', '--list', branch)).toBe('');
    await removeWorktree(repository, worktree, branch);
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
