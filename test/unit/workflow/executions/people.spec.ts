import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { Git } from '../../../../src/git/git';
import { personOf } from '../../../../src/workflow/executions/people';
import { makeRepository } from '../../../support/gitRepository';

function gitOf(root: string): Git {
  return new Git({ gitDirectory: `${root}/.git`, commonDirectory: `${root}/.git`, workTree: root });
}

describe('the person at the keyboard', () => {
  it('is called as git’s configuration says, on one line', async () => {
    const { root, git } = makeRepository();
    git('config', 'user.name', 'Ada\tLovelace');
    expect(await personOf(gitOf(root))()).toBe('Ada Lovelace');
  });

  it('is the system’s user where git knows none, and is asked for once', async () => {
    const { root, git } = makeRepository();
    // An empty name hides that of the machine's own configuration.
    git('config', 'user.name', '');
    const person = personOf(gitOf(root));
    expect(await person()).toBe(os.userInfo().username);
    git('config', 'user.name', 'Later');
    expect(await person()).toBe(os.userInfo().username);
  });
});
