import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRepository } from '../../support/gitRepository';
import { spanTree } from '../../support/spanTree';
import { openOrchestrator } from '../../support/testOrchestrator';

const recording = path.resolve(import.meta.dirname, '../../fixtures/agents/claude-edit.jsonl');
const replay = { agent: 'replay', agentOptions: { recording, speed: 0 } } as const;

describe('a session from prompt to merge', () => {
  it('works in its own worktree, commits, and becomes one commit on the base branch', async () => {
    const project = makeRepository();
    project.write('mine.txt', 'uncommitted, and none of its business');
    const { sessions, store } = await openOrchestrator(project.root);
    const session = await sessions.create({ ...replay, prompt: 'Make add() add' });
    expect(session.branch).toMatch(/^amp\/make-add-add\/\d{8}-\d{6}$/);
    expect(path.dirname(session.worktree)).toBe(`${project.root}.worktrees`);

    const { iteration } = await sessions.run(session.id);
    expect(iteration).toMatchObject({ number: 1, status: 'succeeded', summary: 'Fixed the add function in app.js: it now adds.', changedFiles: [{ path: 'app.js', change: 'modified', linesAdded: 1, linesDeleted: 1 }] });
    expect(project.git('log', '-1', '--format=%s', session.branch)).toBe('amp: Fixed the add function in app.js: it now adds.');
    expect(project.read('app.js')).toContain('a - b');

    const { commit } = await sessions.merge(session.id);
    expect(project.git('rev-parse', 'main')).toBe(commit);
    expect(project.git('log', '--format=%s', 'main').split('\n')).toEqual(['Make add() add', 'Start']);
    expect(project.read('app.js')).toContain('a + b');
    expect(project.git('status', '--porcelain')).toBe('?? mine.txt');
    expect(existsSync(session.worktree)).toBe(false);
    expect(project.git('branch', '--list', 'amp/*')).toBe('');
    expect(await sessions.get(session.id)).toMatchObject({ status: 'merged', mergedSha: commit, trashRef: `refs/amp/trash/${session.id}/1` });
    expect(project.git('log', '--format=%s', `refs/amp/trash/${session.id}/1`)).toContain('amp: Fixed the add function');

    await expect(spanTree(await store.spans.bySession(session.id))).toMatchFileSnapshot('../../golden/sessions/flow.txt');
  });

  it('counts exactly what the agent reported, once', async () => {
    const { sessions, store } = await openOrchestrator(makeRepository().root);
    const session = await sessions.create({ ...replay, prompt: 'Count' });
    await sessions.run(session.id);
    const totals = await store.spans.totals({ sessionId: session.id });
    expect(totals).toMatchObject({ tokensIn: 200 + 8230 + 920, tokensOut: 140, costNano: 9_846_000, unknownCosts: 0 });
  });

  it('shows its steps in another window while it runs, and what it is at', async () => {
    const project = makeRepository();
    const one = await openOrchestrator(project.root);
    const other = await openOrchestrator(project.root);
    const seen = new Set<string>();
    const heard = new Promise<void>((resolve) => {
      other.sessions.onDidChange(() => {
        void other.sessions.overview().then(([overview]) => {
          if (overview) seen.add(overview.session.status);
          if (overview?.session.status === 'ready' && overview.iterations.length > 0) resolve();
        });
      });
    });
    const session = await one.sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', 'setTimeout(() => require("fs").writeFileSync("made.txt", "x"), 1500)'] }, prompt: 'Wait a little' });
    await one.sessions.run(session.id);
    await heard;
    expect([...seen]).toContain('running');
    expect((await other.sessions.overview())[0]).toMatchObject({ iterations: [{ status: 'succeeded', changedFiles: [{ path: 'made.txt', change: 'added' }] }] });
  });

  it('makes sessions of the same name in the same second', async () => {
    const { sessions } = await openOrchestrator(makeRepository().root, { clock: { now: () => 1_790_000_000_000 } });
    const made = await Promise.all([1, 2, 3].map(() => sessions.create({ ...replay, prompt: 'Same' })));
    expect(new Set(made.map(({ branch }) => branch)).size).toBe(3);
  });

  it('goes on in a second iteration and shows the changes of each and of both', async () => {
    const project = makeRepository();
    const { sessions } = await openOrchestrator(project.root);
    const session = await sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', 'require("fs").appendFileSync("log.txt", process.argv[1] + "\\n")', '{prompt}'] }, prompt: 'first' });
    const first = await sessions.run(session.id);
    const second = await sessions.run(session.id, { prompt: 'second' });
    expect(second.iteration.number).toBe(2);
    expect((await sessions.changes(session.id)).files).toEqual([{ path: 'log.txt', change: 'added', linesAdded: 2, linesDeleted: 0 }]);
    expect((await sessions.changes(session.id, first.iteration.id)).files).toEqual([{ path: 'log.txt', change: 'added', linesAdded: 1, linesDeleted: 0 }]);
    expect((await sessions.changes(session.id, second.iteration.id)).files).toEqual([{ path: 'log.txt', change: 'modified', linesAdded: 1, linesDeleted: 0 }]);
  });
});
