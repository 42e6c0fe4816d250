import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, it, afterEach, vi } from 'vitest';
import { cli, stabilised, type CliResult } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';
import { installSpender } from '../../support/spender';

beforeEach(installSpender);
afterEach(() => { vi.unstubAllEnvs(); });

describe('budgets on the command line', () => {
  it('are set, stop a run, and are shown', { timeout: 60_000 }, async () => {
    const { root } = makeRepository();
    expect((await cli(root, 'budget')).stdout).toBe('No limits are set. Set one with: amp-orchestrator budget --day 10\n');
    expect((await cli(root, 'budget', '--day', '0.50', '--session-default', '$2')).code).toBe(0);
    const run = await cli(root, 'run', '--agent', 'claudeCode', '--name', 'Spend', '--budget', '0.04', '--prompt', JSON.stringify({ gapMs: 500 }));
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('Look at   The session has spent $0.04 of its $0.04. Raise its budget to go on.');
    expect(run.stdout).toMatch(/^Agent +claudeCode, stopped$/m);
    expect(run.stderr).not.toContain('$0.04 of its $0.04');
    await expect(stabilised((await cli(root, 'budget')).stdout, root).replace(/\b[0-9A-Za-z]{8}(?= {2}Spend)/, '<id>')).toMatchFileSnapshot('../../golden/cli/budget.txt');
    expect((await cli(root, 'budget', '--session', 'Spend', 'none', '--day', 'none')).stdout).toMatch(/^session +\$2\.00 +\$0\.04 +2 %/m);
    expect(JSON.parse((await cli(root, 'budget', '--json')).stdout)).toMatchObject({ dayUSD: null, sessionDefaultUSD: 2, states: [{ scope: 'session', limitUSD: 2 }] });
  });

  it('that are no amounts are refused', async () => {
    const { root } = makeRepository();
    for (const args of [['--day', '-5'], ['--day', 'much'], ['--session', 'x'], ['5'], ['--session-default', '1e3']]) {
      expect((await cli(root, 'budget', ...args)).code, args.join(' ')).not.toBe(0);
    }
    expect((await cli(root, 'run', '--agent', 'claudeCode', '--prompt', 'x', '--budget', 'all')).code).toBe(2);
  });

  it('that leave nothing to spend keep a run from leaving a session behind', { timeout: 60_000 }, async () => {
    const project = makeRepository();
    const run = (...more: readonly string[]): Promise<CliResult> => cli(project.root, 'run', '--agent', 'claudeCode', '--prompt', JSON.stringify({ calls: 1, gapMs: 0 }), ...more);
    const left = (): unknown => [project.git('branch', '--list', 'amp/*'), project.git('worktree', 'list').split('\n').length, existsSync(`${project.root}.worktrees`)];
    const nothing = ['', 1, false];
    expect(await run('--budget', '0')).toMatchObject({ code: 1, stderr: 'amp-orchestrator: The session has spent $0.00 of its $0.00. Raise its budget to go on.\n' });
    await cli(project.root, 'budget', '--session-default', '0');
    expect([(await run()).code, left()]).toEqual([1, nothing]);
    await cli(project.root, 'budget', '--day', '0');
    expect(await run('--budget', '5')).toMatchObject({ code: 1, stderr: expect.stringContaining('of today’s $0.00') as string });
    expect([JSON.parse((await cli(project.root, 'sessions', '--json')).stdout), left()]).toEqual([[], nothing]);
    // A budget of its own counts in place of the default.
    await cli(project.root, 'budget', '--day', 'none');
    expect(await run('--budget', '5')).toMatchObject({ code: 0 });
    expect(left()).not.toEqual(nothing);
  });

  it('costs are explained step by step', async () => {
    const { root } = makeRepository();
    await cli(root, 'run', '--agent', 'claudeCode', '--name', 'Spend', '--prompt', JSON.stringify({ calls: 1, gapMs: 0 }));
    const { stdout } = await cli(root, 'timeline', '--costs');
    expect(stdout).toContain('1,000 output × $20.00 per million = $0.02\n');
    expect(stdout).toMatch(/Price of claude-opus-5-5 \(anthropic\) in genai-prices \d/);
  });
});
