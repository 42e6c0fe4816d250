import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAll, keepCommit, keepWorkTree, nestedRepositories } from '../../../src/git/checkpoints';
import { findRepository } from '../../../src/git/repository';
import { addWorktree, gitOfWorktree, removeWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { makeRepository, testRepositoryAt, type TestRepository } from '../../support/gitRepository';

async function session(project: TestRepository = makeRepository()) {
  const repository = await findRepository(project.root);
  const branch = 'amp/one/x';
  const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch, sha: project.git('rev-parse', 'HEAD') });
  const git = await gitOfWorktree(repository, worktree);
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(worktree, file)), { recursive: true });
    writeFileSync(path.join(worktree, file), content);
  };
  const nest = (folder: string): TestRepository => {
    const nested = testRepositoryAt(path.join(worktree, folder));
    nested.git('init', '--quiet', '--initial-branch=main');
    return nested;
  };
  const filesOf = async (sha: string): Promise<string[]> => (await git.output(['ls-tree', '-r', '--name-only', '-z', sha])).split('\0').filter((name) => name !== '');
  return { project, repository, worktree, branch, git, write, nest, filesOf };
}

describe('repositories that an agent made inside its worktree', () => {
  it.each([['without a commit', false], ['with a commit', true]])('are left out of the commit, and their files are kept (%s)', async (_name, committed) => {
    const { repository, worktree, branch, git, write, nest, filesOf } = await session();
    const nested = nest('pkg/inner');
    for (const file of ['main.js', 'naïve "x"', '.env', 'node_modules/a/index.js', 'deep/deeper/a.txt']) nested.write(file, file);
    if (committed) nested.commit('Inside');
    nest('pkg/inner/deep/more').write('b.txt', 'b');
    write('pkg/beside.txt', 'x');
    write('app.js', 'changed\n');
    expect(await nestedRepositories(git)).toEqual(['pkg/inner']);
    const sha = (await commitAll(git, 'amp: work')) ?? '';
    expect(await filesOf(sha)).toEqual(['.gitignore', 'app.js', 'pkg/beside.txt']);
    expect(await commitAll(git, 'amp: again')).toBeUndefined();
    const kept = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect(await filesOf(kept.sha)).toEqual(['.gitignore', 'app.js', 'pkg/beside.txt', ...['.env', 'deep/deeper/a.txt', 'deep/more/b.txt', 'main.js', 'naïve "x"'].map((file) => `pkg/inner/${file}`)]);
    expect([...kept.leftOut].sort()).toEqual(['pkg/inner/.git', 'pkg/inner/deep/more/.git', 'pkg/inner/node_modules/']);
    expect(await nestedRepositories(git)).toEqual(['pkg/inner']);
    await removeWorktree(repository, worktree, branch);
    expect(existsSync(worktree)).toBe(false);
  });

  it('are taken out again when the agent staged them, and told when it committed them', async () => {
    const { git, nest, filesOf } = await session();
    for (const name of ['staged', 'committed']) {
      const nested = nest(name);
      nested.write('file', 'x');
      nested.commit('Inside');
    }
    await git.run(['add', 'committed']);
    await git.run(['commit', '--quiet', '-m', 'By the agent']);
    await git.run(['add', 'staged']);
    expect(await nestedRepositories(git)).toEqual(['committed', 'staged']);
    await commitAll(git, 'amp: work');
    expect(await filesOf('HEAD')).toEqual(['.gitignore', 'app.js', 'committed']);
    const kept = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect(await filesOf(kept.sha)).toEqual(['.gitignore', 'app.js', 'committed/file', 'staged/file']);
  });

  it('do not hide new files of a tracked folder that became a repository', async () => {
    const project = makeRepository();
    project.write('lib/a', 'a');
    project.commit('Library');
    const { git, nest, filesOf } = await session(project);
    nest('lib').write('b', 'b');
    const sha = (await commitAll(git, 'amp: work')) ?? '';
    expect(await filesOf(sha)).toEqual(['.gitignore', 'app.js', 'lib/a', 'lib/b']);
  });
});

describe('submodules', () => {
  async function withSubmodule() {
    const project = makeRepository();
    const library = makeRepository();
    project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.root, 'lib');
    project.commit('Library');
    const made = await session(project);
    testRepositoryAt(made.worktree).git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    return { ...made, submodule: testRepositoryAt(path.join(made.worktree, 'lib')) };
  }

  it('are no nested repositories, and are kept as they are when they hold nothing of their own', async () => {
    const { git, filesOf } = await withSubmodule();
    expect(await nestedRepositories(git)).toEqual([]);
    expect(await commitAll(git, 'amp: nothing')).toBeUndefined();
    const kept = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect(kept.leftOut).toEqual([]);
    expect(await filesOf(kept.sha)).toEqual(['.gitignore', '.gitmodules', 'app.js', 'lib']);
  });

  it.each<[string, (submodule: TestRepository) => void]>([
    ['a change', ({ write }) => { write('app.js', 'changed'); }],
    ['a new file', ({ write }) => { write('new', 'new'); }],
    ['a commit', ({ write, commit }) => { write('new', 'new'); commit('Inside'); }],
  ])('are kept with their files when they hold %s that is nowhere else', async (_name, change) => {
    const { git, filesOf, submodule } = await withSubmodule();
    change(submodule);
    await commitAll(git, 'amp: work');
    const kept = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect(kept.leftOut).toEqual(['lib/.git']);
    expect(await filesOf(kept.sha)).toContain('lib/app.js');
    expect(await git.output(['show', `${kept.sha}:lib/app.js`])).toBe(submodule.read('app.js').trim());
  });
});

describe('what is kept', () => {
  it('is never overwritten: each snapshot gets the next number', async () => {
    const { git, write, project } = await session();
    write('a', '1');
    const one = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    write('a', '2');
    const two = await keepWorkTree(git, 'refs/amp/trash/one', 'amp: kept');
    expect([one.ref, two.ref]).toEqual(['refs/amp/trash/one/1', 'refs/amp/trash/one/2']);
    expect(project.git('show', `${one.ref}:a`)).toBe('1');
    project.git('update-ref', 'refs/amp/trash/one/branch', 'HEAD');
    project.git('update-ref', '-d', one.ref);
    expect(await keepCommit(git, 'refs/amp/trash/one', two.sha, 'x')).toBe('refs/amp/trash/one/3');
    expect(await keepCommit(git, 'refs/amp/trash/on', two.sha, 'x')).toBe('refs/amp/trash/on/1');
  });

  it('gets different numbers at the same time', async () => {
    const { git, project } = await session();
    const sha = project.git('rev-parse', 'HEAD');
    const refs = await Promise.all(Array.from({ length: 6 }, () => keepCommit(git, 'refs/amp/trash/one', sha, 'x')));
    expect(refs.sort()).toEqual([1, 2, 3, 4, 5, 6].map((number) => `refs/amp/trash/one/${number}`));
  });
});
