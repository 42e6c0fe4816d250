import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NewSession } from '../../../src/sessions/createSession';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { openOrchestrator, type TestOrchestrator } from '../../support/testOrchestrator';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/agents');
const printing = (script: string): readonly string[] => ['node', '-e', script];

let project: TestRepository;
beforeEach(() => {
  project = makeRepository();
});

function nothingLeft(): void {
  expect(existsSync(`${project.root}.worktrees`)).toBe(false);
  expect(project.git('branch', '--list', 'amp/*')).toBe('');
  expect(project.git('worktree', 'list').split('\n')).toHaveLength(1);
}

async function failsToCreate(request: Partial<NewSession>, code: Parameters<typeof expectCode>[1], options = {}): Promise<void> {
  const { sessions } = await openOrchestrator(project.root, options);
  await expectCode(sessions.create({ prompt: 'Do it', agent: 'command', agentOptions: { argv: ['true'] }, ...request }), code);
  expect(await sessions.overview()).toEqual([]);
  nothingLeft();
}

describe('a session that cannot be made leaves nothing behind', () => {
  it('in a repository without commits', async () => {
    project = makeRepository({ empty: true });
    const { sessions } = await openOrchestrator(project.root);
    await expectCode(sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['true'] } }), 'no-commits');
    expect(existsSync(`${project.root}.worktrees`)).toBe(false);
  });

  it('on a detached HEAD without a base branch', async () => {
    project.git('checkout', '--quiet', '--detach');
    await failsToCreate({}, 'detached-head');
  });

  it('on a base branch that is missing', () => failsToCreate({ baseBranch: 'nope' }, 'base-branch-missing'));
  it('without a prompt', () => failsToCreate({ prompt: '  \n ' }, 'invalid-argument'));
  it('with a program that is not there', () => failsToCreate({ agentOptions: { argv: ['no-such-program-anywhere'] } }, 'agent-missing'));
  it('with a Claude Code that is not there', () => failsToCreate({ agent: 'claudeCode', agentOptions: {} }, 'agent-missing', { programs: { claudeCode: '/nowhere/claude' } }));
  it('with a command that is not configured', () => failsToCreate({ agentOptions: {} }, 'agent-not-configured'));
  it('with a recording that is missing', () => failsToCreate({ agent: 'replay', agentOptions: { recording: '/nowhere.jsonl' } }, 'recording-missing'));

  it('with a recording that does not parse', async () => {
    const file = path.join(path.dirname(project.root), 'bad.jsonl');
    writeFileSync(file, '{"type":"recording","version":1,"agent":"claudeCode","cwd":"/repo"}\n{"t":0,"line":{"type":"system"}}\n{"t":5,"li');
    await failsToCreate({ agent: 'replay', agentOptions: { recording: file } }, 'recording-invalid');
  });

  it('when a branch named amp is in the way', async () => {
    project.git('branch', 'amp');
    const { sessions } = await openOrchestrator(project.root);
    await expectCode(sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['true'] } }), 'branch-in-the-way');
    expect(existsSync(`${project.root}.worktrees`)).toBe(false);
  });
});

describe('an agent that fails', () => {
  async function run(argv: readonly string[]): Promise<{ orchestrator: TestOrchestrator; id: string; worktree: string }> {
    const orchestrator = await openOrchestrator(project.root);
    const { id, worktree } = await orchestrator.sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv } });
    await orchestrator.sessions.run(id);
    return { orchestrator, id, worktree };
  }

  it('has its work committed, and says why in words of a person', async () => {
    const { orchestrator, id } = await run(printing('require("fs").writeFileSync("half.txt", "half"); console.error("the reason"); process.exit(3)'));
    const [overview] = await orchestrator.sessions.overview();
    expect(overview?.session.status).toBe('failed');
    expect(overview?.session.attention).toContain('the reason');
    expect(overview?.iterations[0]).toMatchObject({ status: 'failed', changedFiles: [{ path: 'half.txt' }] });
    expect(overview?.iterations[0]?.errorMessage).not.toMatch(/\n\s+at /);
    const spans = await orchestrator.store.spans.bySession(id);
    expect(spans.filter(({ status }) => status === 'error').map(({ name }) => name)).toEqual(['Iteration 1', 'Command']);
    await orchestrator.sessions.run(id);
    expect((await orchestrator.sessions.overview())[0]?.iterations).toHaveLength(2);
  });

  it('that speaks no protocol is told apart', async () => {
    const fake = path.join(path.dirname(project.root), 'claude');
    writeFileSync(fake, '#!/bin/sh\necho "Welcome to something else"\n', { mode: 0o755 });
    const { sessions } = await openOrchestrator(project.root, { programs: { claudeCode: fake } });
    const { id } = await sessions.create({ prompt: 'x', agent: 'claudeCode' });
    const { iteration } = await sessions.run(id);
    expect(iteration.status).toBe('failed');
    expect(iteration.errorMessage).toContain('Welcome to something else');
  });

  it('by its own verdict fails although it exits well', async () => {
    const { sessions } = await openOrchestrator(project.root);
    const { id } = await sessions.create({ prompt: 'x', agent: 'replay', agentOptions: { recording: path.join(fixtures, 'claude-e400.jsonl'), speed: 0 } });
    expect((await sessions.run(id)).iteration.status).toBe('failed');
    expect((await sessions.overview())[0]?.session.status).toBe('failed');
  });

  it('when a recording does not fit, nothing of the edit is written', async () => {
    project.write('app.js', 'something else\n');
    project.commit('Other');
    const { sessions } = await openOrchestrator(project.root);
    const { id } = await sessions.create({ prompt: 'x', agent: 'replay', agentOptions: { recording: path.join(fixtures, 'claude-edit.jsonl'), speed: 0 } });
    const { iteration } = await sessions.run(id);
    expect(iteration).toMatchObject({ status: 'failed', changedFiles: [] });
    expect(iteration.errorMessage).toContain('app.js');
  });
});

describe('an agent that leaves its place', () => {
  it('is not given the run when its worktree was swapped', async () => {
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: printing('require("fs").writeFileSync("app.js", "lost")') } });
    writeFileSync(path.join(session.worktree, '.git'), `gitdir: ${project.root}/.git\n`);
    await expectCode(sessions.run(session.id), 'worktree-moved');
    expect(project.read('app.js')).toContain('function add');
    expect((await sessions.overview())[0]?.session.status).toBe('ready');
  });

  it('is flagged when it changed the git configuration', async () => {
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['git', 'config', 'core.pager', 'evil'] } });
    await sessions.run(session.id);
    expect((await sessions.get(session.id)).attention).toContain('.git/config');
  });

  it('is noted when files of the main checkout changed', async () => {
    const { sessions, store } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: printing(`require("fs").writeFileSync(${JSON.stringify(path.join(project.root, 'app.js'))}, "outside")`) } });
    await sessions.run(session.id);
    const notes = (await store.spans.bySession(session.id)).filter(({ attrs }) => attrs['amp.notice'] === 'warning');
    expect(notes.map(({ name }) => name)).toEqual(['Files in your own checkout changed meanwhile: app.js']);
  });

  it('is not committed for when it switched the branch', async () => {
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ prompt: 'x', agent: 'command', agentOptions: { argv: ['git', 'checkout', '-q', '-b', 'elsewhere'] } });
    expect((await sessions.run(session.id)).iteration.status).toBe('failed');
    expect(await sessions.get(session.id)).toMatchObject({ status: 'failed', attention: expect.stringContaining('no longer on its branch') as string });
  });
});
