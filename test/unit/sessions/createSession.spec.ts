import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NewSession } from '../../../src/sessions/createSession';
import { timeStamp } from '../../../src/sessions/names';
import { expectCode } from '../../support/expectCode';
import { makeRepository } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';

const request: NewSession = { prompt: 'Fix it', agent: 'command', agentOptions: { argv: ['true'] } };
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock = { now: () => now };
const stamp = timeStamp(now);

describe('the place of a new session', () => {
  it('gets another name when branch or folder is taken, also by a worktree whose folder is away', async () => {
    const project = makeRepository();
    project.git('branch', `amp/fix-it/${stamp}`);
    const root = `${project.root}.worktrees`;
    mkdirSync(`${root}/fix-it-${stamp}-2`, { recursive: true });
    project.git('worktree', 'add', '--quiet', '-b', 'mine', `${root}/fix-it-${stamp}-3`);
    renameSync(`${root}/fix-it-${stamp}-3`, `${root}/away`);
    const { sessions } = await openOrchestrator(project.root, { clock });
    const session = await sessions.create(request);
    expect(session.branch).toBe(`amp/fix-it/${stamp}-4`);
    expect(readdirSync(root).sort()).toEqual(['away', `fix-it-${stamp}-2`, `fix-it-${stamp}-4`]);
  });

  it('is another one for each of several windows in the same second', async () => {
    const project = makeRepository();
    const windows = [await openOrchestrator(project.root, { clock }), await openOrchestrator(project.root, { clock })];
    const made = await Promise.all([0, 1, 0, 1].map((window) => windows[window]?.sessions.create(request)));
    expect(made.map((session) => session?.branch).sort()).toEqual(['', '-2', '-3', '-4'].map((suffix) => `amp/fix-it/${stamp}${suffix}`));
    for (const session of made) expect(existsSync(`${session?.worktree ?? ''}/app.js`)).toBe(true);
  });

  it('is not looked for where a branch makes every name impossible', async () => {
    const project = makeRepository();
    project.git('branch', 'amp/fix-it');
    const { sessions } = await openOrchestrator(project.root, { clock });
    const error = await expectCode(sessions.create(request), 'branch-in-the-way');
    expect(error.advice).toContain('git branch -m amp/fix-it');
    expect(existsSync(`${project.root}.worktrees`)).toBe(false);
  });
});

describe('the base of a new session', () => {
  it('is the branch of the linked worktree that the window has open', async () => {
    const project = makeRepository();
    const linked = `${project.root}-feature`;
    project.git('worktree', 'add', '--quiet', '-b', 'feature', linked);
    const { sessions } = await openOrchestrator(linked);
    expect((await sessions.create(request)).baseBranch).toBe('feature');
  });
});
