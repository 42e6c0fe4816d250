import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryCode } from '../../../src/git/repositoryCode';
import { findRepository } from '../../../src/git/repository';
import { addWorktree, gitOfWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { makeRepository } from '../../support/gitRepository';

async function session() {
  const project = makeRepository();
  writeFileSync(path.join(project.root, '.git/hooks/mine'), '#!/bin/sh\n', { mode: 0o755 });
  project.write('settings', '[alias]\n\tx = status\n');
  project.git('config', 'include.path', '../settings');
  const repository = await findRepository(project.root);
  const worktree = await addWorktree(repository, { directory: path.join(worktreeRoot(repository), 'one'), branch: 'amp/one/x', sha: project.git('rev-parse', 'HEAD') });
  const { gitDirectory } = (await gitOfWorktree(repository, worktree)).location;
  const common = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(project.root, '.git', file)), { recursive: true });
    writeFileSync(path.join(project.root, '.git', file), content);
  };
  return { project, gitDirectory, common, code: () => repositoryCode(repository, gitDirectory) };
}

type Session = Awaited<ReturnType<typeof session>>;

describe('the code of a repository', () => {
  it.each<[string, (session: Session) => void]>([
    ['a setting', ({ project }) => { project.git('config', 'core.fsmonitor', '/evil'); }],
    ['a setting of an included file', ({ project }) => { project.write('settings', '[alias]\n\tx = !evil\n'); }],
    ['a configuration that does not parse', ({ common }) => { common('config', '[core\n'); }],
    ['a setting of the worktree', ({ gitDirectory }) => { writeFileSync(path.join(gitDirectory, 'config.worktree'), '[core]\n\tfsmonitor = /evil\n'); }],
    ['a submodule that is updated by a program', ({ project }) => { project.git('config', 'submodule.lib.update', '!evil'); }],
    ['a new hook', ({ common }) => { common('hooks/post-commit', 'evil'); }],
    ['a hook in other words', ({ common }) => { common('hooks/mine', '#!/bin/sh\nevil\n'); }],
    ['a hook that runs now', ({ project }) => { chmodSync(path.join(project.root, '.git/hooks/mine'), 0o644); }],
    ['attributes', ({ common }) => { common('info/attributes', '* filter=evil\n'); }],
    ['objects from elsewhere', ({ common }) => { common('objects/info/alternates', '/evil\n'); }],
    ['the directory that a worktree points to', ({ gitDirectory }) => { writeFileSync(path.join(gitDirectory, 'commondir'), '/evil\n'); }],
    ['the folder that a worktree is at', ({ gitDirectory }) => { writeFileSync(path.join(gitDirectory, 'gitdir'), '/evil/.git\n'); }],
    ['the configuration of a submodule', ({ common }) => { common('modules/deep/lib/HEAD', 'x'); common('modules/deep/lib/config', '[core]\n\tfsmonitor = /evil\n'); }],
  ])('changes with %s', async (_name, change) => {
    const made = await session();
    const before = await made.code();
    change(made);
    expect(await made.code()).not.toBe(before);
  });

  it('stays when somebody works: commits, branches and their notes, refs, submodules that are filled', async () => {
    const { project, code } = await session();
    const before = await code();
    project.git('checkout', '--quiet', '-b', 'feature');
    project.git('config', 'branch.feature.vscode-merge-base', 'origin/main');
    project.git('config', 'submodule.lib.url', 'https://example.com/lib.git');
    project.git('config', 'submodule.lib.active', 'true');
    project.write('x', 'x');
    project.commit('Work');
    project.git('gc', '--quiet');
    expect(await code()).toBe(before);
  });
});
