import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fastForward } from '../../../src/git/integrate';
import { findRepository } from '../../../src/git/repository';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

/** A repository whose `main` could be fast-forwarded to a commit of a branch `work`, and whose `topic` conflicts with `main`. */
function project() {
  const repository = makeRepository();
  repository.git('branch', 'topic');
  repository.write('app.js', 'main\n');
  const from = repository.commit('Main');
  repository.git('checkout', '--quiet', '-b', 'work');
  repository.write('new.txt', 'x\n');
  const to = repository.commit('Work');
  repository.git('checkout', '--quiet', 'topic');
  repository.write('app.js', 'topic\n');
  repository.commit('Topic');
  return { repository, from, to };
}

async function refused({ root, git }: TestRepository, from: string, to: string, place: string): Promise<void> {
  const error = await expectCode(fastForward(await findRepository(root), { branch: 'main', from, to }), 'dirty-checkout');
  expect(error.message).toContain(place);
  expect(git('rev-parse', 'main')).toBe(from);
}

describe('a base branch that is in use without being checked out', () => {
  it.each(['--merge', '--apply'])('is not moved while it is being rebased in the main checkout (%s)', async (backend) => {
    const { repository, from, to } = project();
    expect(() => repository.git('rebase', backend, 'topic', 'main')).toThrow();
    await refused(repository, from, to, repository.root);
    repository.git('rebase', '--abort');
    repository.git('checkout', '--quiet', 'topic');
    await fastForward(await findRepository(repository.root), { branch: 'main', from, to });
    expect(repository.git('rev-parse', 'main')).toBe(to);
  });

  it('is not moved while it is being rebased in a linked worktree', async () => {
    const { repository, from, to } = project();
    const linked = path.join(temporaryDirectory(), 'linked');
    repository.git('worktree', 'add', '--quiet', linked, 'main');
    expect(() => repository.git('-C', linked, 'rebase', 'topic')).toThrow();
    await refused(repository, from, to, linked);
  });

  it('is not moved while it is bisected', async () => {
    const { repository, from, to } = project();
    repository.git('checkout', '--quiet', 'main');
    for (const name of ['1', '2', '3']) {
      repository.write(name, name);
      repository.commit(name);
    }
    repository.git('bisect', 'start', 'HEAD', 'HEAD~3');
    repository.git('update-ref', 'refs/heads/main', from);
    await refused(repository, from, to, repository.root);
  });

  it('is not moved while another rebase would move it too', async () => {
    const { repository, from, to } = project();
    expect(() => repository.git('rebase', 'main', 'topic')).toThrow();
    writeFileSync(path.join(repository.root, '.git/rebase-merge/update-refs'), `refs/heads/main\n${from}\n${'0'.repeat(40)}\n`);
    await refused(repository, from, to, repository.root);
  });

  it('is moved while another branch is being rebased', async () => {
    const { repository, from, to } = project();
    expect(() => repository.git('rebase', 'main', 'topic')).toThrow();
    await fastForward(await findRepository(repository.root), { branch: 'main', from, to });
    expect(repository.git('rev-parse', 'main')).toBe(to);
  });
});
