import { execFile, execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';

const start = (...args: string[]): Promise<{ stdout: string; stderr: string }> => promisify(execFile)('npm', ['start', '--silent', '--', ...args], { cwd: root, maxBuffer: 16 * 1024 * 1024 });

describe('npm start', () => {
  it('runs a whole session on a sample repository, whose tests pass afterwards, without installing again', async () => {
    const { stdout } = await start('--no-editor', '--full-speed');
    expect(stdout).not.toContain('Installing');
    const repository = /sample repository with a failing test: (.*)/.exec(stdout)?.[1] ?? '';
    expect(existsSync(repository)).toBe(true);
    try {
      const subjects = execFileSync('git', ['log', '--format=%s', 'main'], { cwd: repository, encoding: 'utf8' });
      expect(subjects.trim().split('\n')).toEqual(['Fix the rounding of invoices', 'Invoice sample with a rounding bug']);
      const commit = execFileSync('git', ['rev-parse', '--short=12', 'main'], { cwd: repository, encoding: 'utf8' }).trim();
      execFileSync('npm', ['test'], { cwd: repository, stdio: 'pipe' });
      const summary = stdout.slice(stdout.indexOf('\nSession ')).replace(/\d+(\.\d+)? (ms|s)\b/g, '<time>').replace(commit, '<commit>').trim();
      await expect(`${summary}\n`).toMatchFileSnapshot('../golden/start-summary.txt');
    } finally {
      rmSync(path.dirname(repository), { recursive: true, force: true });
    }
  });

  it('says what is wrong with its options', async () => {
    await expect(start('--agent', 'amp')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--agent and --prompt need --repo PATH') as string });
  });

  it('names what is wrong with a folder that is no repository', async () => {
    await expect(start('--no-editor', '--repo', '/', '--prompt', 'x')).rejects.toMatchObject({ stderr: expect.stringContaining('/ is not a git repository.') as string });
  });
});
