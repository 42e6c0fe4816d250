import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/model/workflow/event';
import type { ExecutionState } from '../../../src/model/workflow/state';
import { readWorkflow } from '../../../src/workflow/language/workflowFile';
import { makeRepository } from '../../support/gitRepository';
import { makeSampleProject } from '../../support/sampleProject';
import { openOrchestrator, type TestOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';

const folder = path.resolve(import.meta.dirname, '../../../media/templates');
const ids = ['best-of-3', 'fix-until-green', 'implement-review-merge', 'nightly-maintenance', 'refactor-with-guardrails'];
const evals = { '.amp/evals.json': JSON.stringify({ version: 1, evaluators: [{ name: 'rounds', script: '.amp/rounds.js', required: true }] }), '.amp/rounds.js': "async (context) => { const text = await context.read('src/invoice.ts'); const passed = text.includes('Math.round'); return { score: passed ? 100 : 0, passed }; };" };
const withinMs = 60_000;

interface Answers {
  /** What is decided on the approvals as they come; the last one holds for those that follow. */
  readonly decisions?: readonly Decision[];
}

/** Runs a bundled workflow to its end and decides its approvals as a person would. */
async function runBundled({ workflows }: TestOrchestrator, id: string, variables: Readonly<Record<string, unknown>>, { decisions = [] }: Answers = {}): Promise<ExecutionState> {
  const { definition } = await workflows.readFile(id);
  if (!definition) throw new Error(`${id} cannot be run`);
  const running = await workflows.start({ definition, variables: { agent: 'replay', ...variables }, by: 'Tester' });
  let isOver = false;
  const done = running.done.finally(() => { isOver = true; });
  const decided = new Set<string>();
  for (;;) {
    const open = await waitFor('an end or an approval', async () => isOver || (await workflows.openApprovals()).find(({ execution, id: approval, hash }) => execution === running.id && !decided.has(`${approval} ${hash}`)), withinMs);
    if (open === true) return done;
    decided.add(`${open.id} ${open.hash}`);
    const decision = decisions[Math.min(decided.size, decisions.length) - 1];
    if (decision === undefined) throw new Error(`nobody said what is to be decided on "${open.message}"`);
    await workflows.decide({ execution: running.id, approval: open.id, decision, hash: open.hash, comment: decision === 'rejected' ? 'Name it better.' : 'Fine.' });
  }
}

/** Each run of a node with its outcome, in the order of their beginnings. */
function courseOf({ steps }: ExecutionState): string[] {
  return [...steps.values()].map(({ id, outcome, status }) => `${id} ${outcome ?? status}`);
}

describe('the bundled workflows', () => {
  it('are five, and nothing is wrong with them', () => {
    expect(readdirSync(folder).sort()).toEqual(ids.map((id) => `${id}.json`));
    for (const id of ids) {
      const { definition, issues } = readWorkflow(readFileSync(path.join(folder, `${id}.json`), 'utf8'), { workflows: ids });
      expect(issues, id).toEqual([]);
      expect(definition?.id).toBe(id);
      expect(definition?.budgetUSD, id).toBeGreaterThan(0);
      const places = definition?.nodes.map(({ position: { x, y } }) => `${x} ${y}`);
      expect(new Set(places).size, `${id}: nodes upon each other`).toBe(places?.length);
    }
  });
});

describe('fix-until-green', { timeout: 120_000 }, () => {
  it('fixes the sample project', async () => {
    const project = makeSampleProject();
    const orchestrator = await openOrchestrator(project.root);
    const state = await runBundled(orchestrator, 'fix-until-green', { recording: project.recording });
    expect(courseOf(state)).toEqual(['start#1 passed', 'fix#1 passed', 'tests#1 passed', 'green#1 passed']);
    expect(state).toMatchObject({ status: 'succeeded', result: { value: { session: state.session, rounds: 1 } } });
    const totals = await orchestrator.store.rollups.totals({ executionId: state.id });
    expect(totals.costNano).toBeGreaterThan(0);
    expect(state.costNano).toBe(totals.costNano);
  });

  it('goes on in the same session while the tests fail, and gives up after five rounds', async () => {
    const { orchestrator, recording, project } = await doublingProject(4);
    const state = await runBundled(orchestrator, 'fix-until-green', { recording });
    expect(courseOf(state)).toEqual(['start#1 passed', 'fix#1 passed', 'tests#1 failed', 'fix#2 passed', 'tests#2 passed', 'green#1 passed']);
    const iterations = await orchestrator.store.iterations.bySession(state.session ?? '');
    expect(iterations.map(({ prompt }) => prompt.split('\n')[0])).toEqual([expect.stringMatching(/^The tests of this project fail/), expect.stringMatching(/^The tests still fail/)]);
    expect(iterations[1]?.prompt).toContain('there are 2, and 4 are wanted');
    expect(project.git('log', '--format=%s')).toBe('Doubling\nStart');

    const hopeless = await doublingProject(1000);
    const end = await runBundled(hopeless.orchestrator, 'fix-until-green', { recording: hopeless.recording });
    expect(end.status).toBe('failed');
    expect(courseOf(end).filter((step) => step.startsWith('fix'))).toHaveLength(5);
    expect(courseOf(end).at(-1)).toBe('red#1 failed');
  });
});

describe('implement-review-merge', { timeout: 120_000 }, () => {
  it('merges what a person approves', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root, { gate: () => 'always' });
    const state = await runBundled(orchestrator, 'implement-review-merge', { prompt: 'Fix the rounding of invoices', recording: project.recording }, { decisions: ['approved'] });
    expect(courseOf(state)).toEqual(['start#1 passed', 'implement#1 passed', 'tests#1 passed', 'evaluate#1 passed', 'review#1 approved', 'merge#1 passed', 'done#1 passed']);
    expect(state.result).toMatchObject({ value: { sha: project.git('rev-parse', 'main'), branch: 'main' } });
    expect(project.read('src/invoice.ts')).toContain('Math.round');
  });

  it('goes back to the agent with what a reviewer says', async () => {
    const { orchestrator, recording, project } = await doublingProject(2);
    const state = await runBundled(orchestrator, 'implement-review-merge', { prompt: 'Double it', recording }, { decisions: ['rejected', 'approved'] });
    expect(courseOf(state)).toEqual([
      'start#1 passed', 'implement#1 passed', 'tests#1 passed', 'evaluate#1 passed', 'review#1 rejected', 'rework#1 passed', 'tests#2 passed', 'evaluate#2 passed', 'review#2 approved', 'merge#1 passed', 'done#1 passed',
    ]);
    expect((await orchestrator.store.iterations.bySession(state.session ?? '')).at(-1)?.prompt).toBe('A reviewer rejected the change. Rework it:\n\nName it better.');
    expect(project.read('marks.txt')).toBe('xxxx\n');
  });
});

describe('best-of-3', { timeout: 120_000 }, () => {
  it('merges the best of three and removes the others', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root);
    const state = await runBundled(orchestrator, 'best-of-3', { prompt: 'Fix the rounding of invoices', recording: project.recording }, { decisions: ['approved'] });
    expect(courseOf(state)).toEqual(['start#1 passed', 'compete#1 passed', 'tests#1 passed', 'choose#1 approved', 'merge#1 passed', 'done#1 passed']);
    expect((await orchestrator.store.sessions.list()).map(({ status }) => status).sort()).toEqual(['deleted', 'deleted', 'merged']);
    const { costNano } = await orchestrator.store.rollups.totals({ executionId: state.id });
    expect(costNano).toBeGreaterThan(0);
    expect(state.costNano).toBe(costNano);
  });
});

describe('refactor-with-guardrails', { timeout: 120_000 }, () => {
  it('merges what keeps within the guardrails', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root);
    const state = await runBundled(orchestrator, 'refactor-with-guardrails', { prompt: 'Round once', recording: project.recording }, { decisions: ['approved'] });
    expect(courseOf(state).sort()).toEqual(['done#1 passed', 'evaluate#1 passed', 'guardrails#1 passed', 'hold#1 passed', 'merge#1 passed', 'refactor#1 passed', 'review#1 approved', 'size#1 passed', 'start#1 passed', 'tests#1 passed']);
  });

  it('revises what does not, and is given up in the end', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root);
    const { orchestrator: other, recording } = await doublingProject(2);
    const state = await runBundled(other, 'refactor-with-guardrails', { prompt: 'Double it', recording, mostFiles: 0 });
    expect(state.status).toBe('failed');
    expect(courseOf(state).filter((step) => /^(hold|revise|given)/.test(step))).toEqual(['hold#1 failed', 'revise#1 passed', 'hold#2 failed', 'revise#2 passed', 'hold#3 failed', 'revise#3 passed', 'hold#4 failed', 'given-up#1 failed']);
    const [, first] = await other.store.iterations.bySession(state.session ?? '');
    expect(first?.prompt).toContain('It changed 1 files, and 0 are allowed.');
    expect(orchestrator.logged).toEqual([]);
  });
});

describe('nightly-maintenance', { timeout: 120_000 }, () => {
  it('does each chore in a session of its own, and tells what came of them', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root);
    const told: string[] = [];
    orchestrator.workflows.onDidNotify(({ message }) => told.push(message));
    const state = await runBundled(orchestrator, 'nightly-maintenance', { chores: ['Round once', 'Round twice'], recording: project.recording });
    expect(courseOf(state)).toEqual(['start#1 passed', 'chores#1 passed', 'wanted#1 false', 'summary#1 passed', 'done#1 passed']);
    expect(told).toEqual(['Nightly maintenance: 2 of 2 chores are green, 0 merged.']);
    expect((await orchestrator.store.sessions.list()).map(({ status, prompt }) => `${prompt} ${status}`).sort()).toEqual(['Round once ready', 'Round twice ready']);
    expect(state.costNano).toBe((await orchestrator.store.rollups.totals({ executionId: state.id })).costNano);
  });

  it('merges what is green when it is told to', async () => {
    const project = makeSampleProject(evals);
    const orchestrator = await openOrchestrator(project.root);
    const state = await runBundled(orchestrator, 'nightly-maintenance', { chores: ['Round once', 'Round twice'], recording: project.recording, merge: true });
    // Both did the same: once one is merged, the other one has nothing to merge.
    expect(courseOf(state)).toEqual(['start#1 passed', 'chores#1 passed', 'wanted#1 true', 'merges#1 failed', 'summary#1 passed', 'done#1 passed']);
    expect(state).toMatchObject({ status: 'succeeded', result: { value: { green: 2, failed: 0, merged: 1 } } });
    expect(project.git('log', '--format=%s', 'main').split('\n')).toHaveLength(2);
  });
});

/** A project whose tests pass once there are that many marks, and a recording that doubles them each time it is played. */
async function doublingProject(wanted: number): Promise<{ readonly orchestrator: TestOrchestrator; readonly project: ReturnType<typeof makeRepository>; readonly recording: string }> {
  const project = makeRepository();
  project.write('marks.txt', 'x\n');
  project.write('package.json', JSON.stringify({ name: 'marks', version: '1.0.0', private: true, scripts: { test: 'node check.mjs' } }));
  project.write('check.mjs', `import { readFileSync } from 'node:fs';\nconst { length } = readFileSync('marks.txt', 'utf8').trim();\nif (length < ${wanted}) {\n  console.log(\`there are \${length}, and ${wanted} are wanted\`);\n  process.exit(1);\n}\n`);
  project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'fine', script: '.amp/fine.js' }] }));
  project.write('.amp/fine.js', '() => ({ score: 100, passed: true });');
  project.commit('Doubling');
  const id = 'toolu_0001';
  const message = (content: object): object => ({ type: 'assistant', message: { id: 'msg_0001', type: 'message', role: 'assistant', model: 'claude-sonnet-5-5', content: [content], usage: { input_tokens: 10, output_tokens: 5 } } });
  const lines = [
    { type: 'system', subtype: 'init', cwd: '/repo', session_id: 's1', model: 'claude-sonnet-5-5', tools: [] },
    message({ type: 'tool_use', id, name: 'Edit', input: { file_path: '/repo/marks.txt', old_string: 'x', new_string: 'xx', replace_all: true } }),
    { type: 'user', message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'done' }] } },
    { type: 'result', subtype: 'success', is_error: false, result: 'Doubled.', session_id: 's1', total_cost_usd: 0.001, usage: { input_tokens: 10, output_tokens: 5 } },
  ];
  const header = { type: 'recording', version: 1, agent: 'claudeCode', cwd: '/repo', title: 'Double', prompt: 'Double it' };
  project.write('.git/double.jsonl', [header, ...lines.map((line) => ({ t: 0, line }))].map((line) => JSON.stringify(line)).join('\n') + '\n');
  return { orchestrator: await openOrchestrator(project.root), project, recording: '.git/double.jsonl' };
}
