import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { findRepository, listWorktrees } from '../../../src/git/repository';
import { checkWorktree, worktreeRoot } from '../../../src/git/worktrees';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

describe('several processes that want the same place', () => {
  /** What each of four processes made, or the code of its error. */
  async function race(project: TestRepository, parameters: readonly string[][]): Promise<{ made?: string; code?: string }[]> {
    const program = path.join(temporaryDirectory(), 'program.cjs');
    const source = `
      import { addWorktree } from './src/git/worktrees';
      import { findRepository } from './src/git/repository';
      const [root, directory, branch, sha, start] = process.argv.slice(2);
      void (async () => {
        const repository = await findRepository(root);
        while (Date.now() < Number(start));
        try {
          console.log(JSON.stringify({ made: await addWorktree(repository, { directory, branch, sha }) }));
        } catch (error) {
          console.log(JSON.stringify({ code: error.code ?? String(error) }));
        }
      })();`;
    const root = path.resolve(import.meta.dirname, '../../..');
    await build({ stdin: { contents: source, resolveDir: root, loader: 'ts' }, outfile: program, bundle: true, platform: 'node', target: 'node22', logLevel: 'warning' });
    const sha = project.git('rev-parse', 'HEAD');
    const start = String(Date.now() + 700);
    return Promise.all(parameters.map(async ([directory = '', branch = '']) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, project.root, directory, branch, sha, start], { timeout: 60_000 });
      return JSON.parse(stdout) as { made?: string; code?: string };
    }));
  }

  it.each([['folder and branch', () => 'one', () => 'amp/one/x'], ['folder', () => 'one', (n: number) => `amp/one/${n}`], ['branch', (n: number) => `one${n}`, () => 'amp/one/x']])('gives the %s to one of them, whose worktree stays whole', async (_name, folder, branch) => {
    const project = makeRepository();
    const repository = await findRepository(project.root);
    const wanted = [1, 2, 3, 4].map((n) => [path.join(worktreeRoot(repository), folder(n)), branch(n)]);
    const outcomes = await race(project, wanted);
    expect(outcomes.filter(({ made }) => made === undefined)).toEqual(Array.from({ length: 3 }, () => ({ code: 'branch-taken' })));
    const winner = outcomes.findIndex(({ made }) => made !== undefined);
    const [directory = '', name = ''] = wanted[winner] ?? [];
    const git = await checkWorktree(repository, directory, name);
    expect((await git.run(['status', '--porcelain'])).stdout).toBe('');
    expect(readdirSync(worktreeRoot(repository))).toEqual([path.basename(directory)]);
    expect(await listWorktrees(repository)).toHaveLength(2);
    expect(project.git('branch', '--list', 'amp/*', '--format=%(refname:short)')).toBe(name);
  });
});
