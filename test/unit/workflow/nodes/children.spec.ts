import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../../../src/model/workflow/definition';
import type { NodeType } from '../../../../src/model/workflow/nodeConfig';
import type { ExecutionState } from '../../../../src/model/workflow/state';
import { makeRepository, type TestRepository } from '../../../support/gitRepository';
import { temporaryDirectory } from '../../../support/temporary';
import { openOrchestrator, type TestOrchestrator } from '../../../support/testOrchestrator';
import { waitFor } from '../../../support/waitFor';

type Config = Readonly<Record<string, unknown>>;

/** A workflow of these nodes one after another, between a start and an end; after every outcome it goes on. */
function chain(nodes: readonly (readonly [id: string, type: NodeType, config: Config])[], rest: Partial<WorkflowDefinition> = {}, result: Config = {}): WorkflowDefinition {
  const all = [['start', 'start', {}], ...nodes, ['end', 'end', { result }]] as const;
  const edges = all.slice(1).flatMap(([target], index): WorkflowEdge[] => {
    const source = all[index]?.[0] ?? '';
    return [{ id: `${source}-${target}`, source, target }, ...(index === 0 ? [] : [{ id: `${source}-${target}-else`, source, target, otherwise: true }])];
  });
  return { id: 'flow', name: 'Flow', nodes: all.map(([id, type, config], index): WorkflowNode => ({ id, type, name: id, config: { ...config }, position: { x: index * 200, y: 0 } })), edges, ...rest };
}

async function execute({ workflows }: TestOrchestrator, definition: WorkflowDefinition, variables: Config = {}): Promise<ExecutionState> {
  return (await workflows.start({ definition, variables, by: 'Tester' })).done;
}

async function outputOf({ workflows }: TestOrchestrator, state: ExecutionState, node: string): Promise<unknown> {
  const output = state.latest.get(node)?.output;
  if (output === undefined) throw new Error(`${node} has no output: ${JSON.stringify(state.latest.get(node))}`);
  return 'value' in output ? output.value : workflows.artifact(output.artifact);
}

async function open(project: TestRepository = makeRepository()): Promise<TestOrchestrator> {
  return openOrchestrator(project.root, { defaultAgent: () => 'command' });
}

const json = { type: 'json' } as const;
const idle = { agent: 'command', argv: ['node', '-e', ''], prompt: 'Nothing' };

describe('a forEach node', () => {
  it('runs a step for each item, and gives the results in the order of the items', async () => {
    const orchestrator = await open();
    const step = { type: 'script', config: { source: '({ variables }) => ({ got: variables.word, at: variables.index, all: variables.words.length })' } };
    const state = await execute(orchestrator, chain([['each', 'forEach', { items: 'variables.words', as: 'word', step, concurrency: 2 }]], { variables: { words: json } }), { words: ['a', 'b', 'c'] });
    expect(await outputOf(orchestrator, state, 'each')).toEqual({
      count: 3, passed: 3, failed: 0,
      results: ['a', 'b', 'c'].map((got, at) => ({ status: 'succeeded', execution: expect.any(String), result: { got, at, all: 3 } })),
    });
  });

  it('reads templates of the step with the item and what the node sees, and never what they gave', async () => {
    const orchestrator = await open();
    const step = { type: 'notify', config: { message: '${variables.item.name} of ${nodes.list.output.length}: ${variables.hostile}' } };
    const hostile = '${variables.nothing.at.all} and $${more}';
    const told: string[] = [];
    orchestrator.workflows.onDidNotify(({ message }) => told.push(message));
    const state = await execute(orchestrator, chain([['list', 'script', { source: '() => [1, 2]' }], ['each', 'forEach', { items: 'variables.people', step, concurrency: 1 }]], { variables: { people: json, hostile: { type: 'string' } } }), { people: [{ name: 'Ann' }, { name: '${1+1}' }], hostile });
    expect(state.status).toBe('succeeded');
    expect(told).toEqual([`Ann of 2: ${hostile}`, `\${1+1} of 2: ${hostile}`]);
  });

  it('works on the session of the execution where a step names none', async () => {
    const orchestrator = await open();
    const step = { type: 'script', config: { command: ['node', '-e', 'console.log(JSON.stringify(process.argv[1]))', '${variables.item}'], idempotent: true } };
    const state = await execute(orchestrator, chain([['work', 'amp', idle], ['each', 'forEach', { items: '["one", 2]', step, concurrency: 1 }]]));
    expect(await outputOf(orchestrator, state, 'each')).toMatchObject({ passed: 2, results: [{ result: { json: 'one' }, session: state.latest.get('work')?.session }, { result: { json: '2' } }] });
  });

  it('counts failures where it settles, and tells why', async () => {
    const orchestrator = await open();
    const step = { type: 'test', config: { command: ['node', '-e', 'process.exit(Number(process.argv[1]))', '${variables.item}'] } };
    const state = await execute(orchestrator, chain([['work', 'amp', idle], ['each', 'forEach', { items: '[0, 1, 0]', step, failure: 'settle' }]]));
    expect(state.latest.get('each')?.outcome).toBe('failed');
    expect(await outputOf(orchestrator, state, 'each')).toMatchObject({ passed: 2, failed: 1, results: [{ status: 'succeeded' }, { status: 'failed', result: { exitCode: 1 } }, { status: 'succeeded' }] });
    const broken = await execute(orchestrator, chain([['each', 'forEach', { items: '[1]', step, failure: 'settle' }]]));
    expect(await outputOf(orchestrator, broken, 'each')).toMatchObject({ failed: 1, results: [{ status: 'failed', problem: expect.stringContaining('no step before it has used one') }] });
  });

  it('begins nothing more after a failure, and calls off what runs', async () => {
    const orchestrator = await open();
    const folder = temporaryDirectory();
    const script = `const fs = require("fs"); const [folder, item] = process.argv.slice(1); fs.writeFileSync(folder + "/" + item, ""); if (item === "bad") { const timer = setInterval(() => { if (fs.existsSync(folder + "/slow")) process.exit(1); }, 10); } else setInterval(() => {}, 1000);`;
    const step = { type: 'script', config: { command: ['node', '-e', script, folder, '${variables.item}'], idempotent: true } };
    const state = await execute(orchestrator, chain([['work', 'amp', idle], ['each', 'forEach', { items: '["bad", "slow", "never"]', step, concurrency: 2 }]]));
    expect(await outputOf(orchestrator, state, 'each')).toMatchObject({ passed: 0, failed: 2, results: [{ status: 'failed' }, { status: 'cancelled' }, { status: 'skipped' }] });
    expect(existsSync(path.join(folder, 'never'))).toBe(false);
  });

  it('refuses what is no list, and lists that are too long', async () => {
    const orchestrator = await open();
    const step = { type: 'notify', config: { message: 'x' } };
    const problemOf = async (config: Config): Promise<string | undefined> => (await execute(orchestrator, chain([['each', 'forEach', { step, ...config }]]))).latest.get('each')?.error?.code;
    expect(await problemOf({ items: '({})' })).toBe('expression-failed');
    expect(await problemOf({ items: '[1, 2, 3]', maxItems: 2 })).toBe('invalid-argument');
    expect(await problemOf({ items: '[]' })).toBeUndefined();
  });
});

describe('a workflow node', () => {
  it('runs another workflow, whose sessions and costs are its own', async () => {
    const project = makeRepository();
    const recording = path.resolve(import.meta.dirname, '../../../fixtures/agents/claude-edit.jsonl');
    const inner = chain([['work', 'amp', { agent: 'replay', recording, speed: 0, prompt: '${variables.what}' }]], { id: 'inner', variables: { what: { type: 'string', required: true } } }, { said: '${nodes.work.output.summary}' });
    project.write('.amp/workflows/inner.json', JSON.stringify(inner));
    const orchestrator = await open(project);
    const state = await execute(orchestrator, chain([['call', 'workflow', { workflow: 'inner', variables: { what: 'Make ${1 + 1} add' } }]]));
    const [session] = await orchestrator.store.sessions.list();
    expect(session).toMatchObject({ prompt: 'Make 2 add', executionId: state.id });
    expect(await outputOf(orchestrator, state, 'call')).toMatchObject({ status: 'succeeded', result: { said: 'Fixed the add function in app.js: it now adds.' } });
    expect(state.latest.get('call')).toMatchObject({ outcome: 'passed', session: session?.id, costNano: 9_846_000, tokensIn: 9350, tokensOut: 140 });
    expect(state.costNano).toBe(9_846_000);
  });

  it('has failed when that one has, and cannot run what is not there', async () => {
    const project = makeRepository();
    const inner: WorkflowDefinition = { id: 'inner', name: 'Inner', nodes: [{ id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } }, { id: 'end', type: 'end', name: 'No', config: { status: 'failed' }, position: { x: 200, y: 0 } }], edges: [{ id: 'e', source: 'start', target: 'end' }] };
    project.write('.amp/workflows/inner.json', JSON.stringify(inner));
    const orchestrator = await open(project);
    const state = await execute(orchestrator, chain([['call', 'workflow', { workflow: 'inner' }]]));
    expect(state.latest.get('call')).toMatchObject({ outcome: 'failed', status: 'succeeded' });
    expect(await outputOf(orchestrator, state, 'call')).toMatchObject({ status: 'failed', problem: expect.stringContaining('"No"') });
    expect((await execute(orchestrator, chain([['call', 'workflow', { workflow: 'nowhere' }]]))).latest.get('call')?.error?.code).toBe('workflow-missing');
  });
});

describe('a bestOf node', () => {
  const good = { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("points.txt", "90"); console.log("good")'] };
  const better = { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("points.txt", "95"); console.log("better")'] };
  const poor = { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("points.txt", "10"); console.log("poor")'] };
  const broken = { agent: 'command', argv: ['node', '-e', 'process.exit(1)'] };
  const lazy = { agent: 'command', argv: ['node', '-e', ''] };

  function judged(): TestRepository {
    const project = makeRepository();
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'points', script: '.amp/points.js', required: true }] }));
    project.write('.amp/points.js', "async (context) => { const score = Number(await context.read('points.txt')); return { score, passed: score >= 50 }; };");
    project.commit('Judge');
    return project;
  }

  it('goes on with the best attempt and deletes the others', async () => {
    const orchestrator = await open(judged());
    const state = await execute(orchestrator, chain([['best', 'bestOf', { prompt: 'Make ${40 + 2} points', attempts: 4, agents: [good, broken, better, poor], concurrency: 2 }]]));
    expect(state.latest.get('best')).toMatchObject({ outcome: 'passed', session: state.session });
    expect(await outputOf(orchestrator, state, 'best')).toMatchObject({
      sessionId: state.session, index: 2,
      attempts: [
        { index: 0, score: 90, passed: true, summary: 'good' },
        { index: 1, score: null, passed: false, problem: expect.stringContaining('exit code 1') },
        { index: 2, score: 95, passed: true, summary: 'better' },
        { index: 3, score: 10, passed: false },
      ],
    });
    const sessions = await orchestrator.store.sessions.list();
    expect(sessions.map(({ status }) => status).sort()).toEqual(['deleted', 'deleted', 'deleted', 'ready']);
    expect(sessions.find(({ status }) => status === 'ready')).toMatchObject({ id: state.session, executionId: state.id, prompt: 'Make 42 points', name: 'best, attempt 3' });
  });

  it('chooses by an expression, and keeps the others when it is told to', async () => {
    const orchestrator = await open(judged());
    const cheapest = { prompt: 'x', attempts: 2, agents: [better, good], select: 'attempts.findIndex((attempt) => attempt.summary === "good")', keepOthers: true };
    const state = await execute(orchestrator, chain([['best', 'bestOf', cheapest]]));
    expect(await outputOf(orchestrator, state, 'best')).toMatchObject({ index: 1 });
    expect((await orchestrator.store.sessions.list()).map(({ status }) => status)).toEqual(['ready', 'ready']);
    const nobody = await execute(orchestrator, chain([['best', 'bestOf', { ...cheapest, select: '7' }]]));
    expect(nobody.latest.get('best')?.error?.code).toBe('expression-failed');
  });

  it('has failed when none passes, and deletes nothing then', async () => {
    const orchestrator = await open(judged());
    const state = await execute(orchestrator, chain([['best', 'bestOf', { prompt: 'x', attempts: 3, agents: [poor, lazy, broken] }]]));
    expect(state.latest.get('best')?.outcome).toBe('failed');
    expect(await outputOf(orchestrator, state, 'best')).toMatchObject({ index: 0, attempts: [{ score: 10 }, { score: null, problem: expect.stringContaining('changed nothing') }, { score: null }] });
    expect((await orchestrator.store.sessions.list()).filter(({ status }) => status === 'deleted')).toEqual([]);
  });
});

describe('children', () => {
  it('that have ended are not run again by an owner who takes over', async () => {
    const project = makeRepository();
    const folder = temporaryDirectory();
    const script = `const fs = require("fs"); const [folder, item] = process.argv.slice(1); fs.appendFileSync(folder + "/log", item + "\\n"); if (item === "slow" && !fs.existsSync(folder + "/go")) setInterval(() => {}, 1000);`;
    const step = { type: 'script', config: { command: ['node', '-e', script, folder, '${variables.item}'], idempotent: true } };
    const definition = chain([['work', 'amp', idle], ['each', 'forEach', { items: '["quick", "slow"]', step, concurrency: 1 }]]);
    const first = await openOrchestrator(project.root);
    const { id, done } = await first.workflows.start({ definition, by: 'Tester' });
    const log = (): string[] => (existsSync(path.join(folder, 'log')) ? readFileSync(path.join(folder, 'log'), 'utf8').trim().split('\n') : []);
    await waitFor('the slow item', () => log().includes('slow'));
    await first.close();
    expect((await done).status).toBe('running');
    writeFileSync(path.join(folder, 'go'), '');
    const second = await openOrchestrator(project.root);
    const state = await (await second.workflows.resume(id)).done;
    expect(await outputOf(second, state, 'each')).toMatchObject({ passed: 2 });
    expect(log()).toEqual(['quick', 'slow', 'slow']);
    expect((await second.store.sessions.list())).toHaveLength(1);
  });
});
