import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../../../src/workflow/nodeExecutor';
import { expectCode } from '../../../support/expectCode';
import { makeRepository } from '../../../support/gitRepository';
import { temporaryDirectory } from '../../../support/temporary';
import { openOrchestrator, type TestOrchestrator } from '../../../support/testOrchestrator';
import { waitFor } from '../../../support/waitFor';
import { done, nodeBench, type NodeBench } from '../../../support/workflowNodes';

const recording = path.resolve(import.meta.dirname, '../../../fixtures/agents/claude-edit.jsonl');
const replay = { agent: 'replay', recording, speed: 0, prompt: 'Make add() add' };

function commandAgent(script: string, prompt = 'Work'): { agent: string; argv: string[]; prompt: string } {
  return { agent: 'command', argv: ['node', '-e', script], prompt };
}

async function makeBench(): Promise<{ orchestrator: TestOrchestrator; bench: NodeBench; root: string }> {
  const { root } = makeRepository();
  const orchestrator = await openOrchestrator(root);
  return { orchestrator, bench: nodeBench(orchestrator), root };
}

describe('an amp node', () => {
  it('runs an agent in a new session of the execution and tells what came of it', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const context = await bench.context('amp', { ...replay, name: 'Adder' });
    const end = done(await bench.executor('amp').run(context));
    const session = await store.sessions.get(String(context.plan['sessionId']));
    expect(session).toMatchObject({ name: 'Adder', agent: 'replay', status: 'ready', executionId: context.execution.root });
    expect(end).toMatchObject({ outcome: 'passed', session: session?.id, costNano: 9_846_000, tokensIn: 9350, tokensOut: 140 });
    expect(end.output).toMatchObject({
      sessionId: session?.id, iterationId: context.plan['iterationId'], status: 'succeeded', summary: 'Fixed the add function in app.js: it now adds.',
      changedFiles: { count: 1, names: ['app.js'] }, branch: session?.branch, baseSha: session?.baseSha, costUSD: 0.009846,
    });
    expect(end.output).toHaveProperty('commit', (await store.iterations.bySession(session?.id ?? ''))[0]?.commitSha);
  });

  it('goes on with the session of its first run, unless it is to begin a new one or another one is named', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const agent = commandAgent('console.log("done")');
    const first = await bench.context('amp', agent);
    const { session = '' } = done(await bench.executor('amp').run(first));
    const previous = { id: 'amp#1', node: 'amp', pass: 1, status: 'succeeded', attempts: [], tokens: [], startedAt: 0, isDeciding: false, taken: [], verdicts: [], plan: first.plan, session } as const;
    expect(done(await bench.run('amp', { ...agent, prompt: 'Once more' }, { previous, pass: 2 })).session).toBe(session);
    expect(done(await bench.run('amp', { ...agent, newSession: true }, { previous, pass: 2 })).session).not.toBe(session);
    expect(done(await bench.run('amp', { ...agent, session })).session).toBe(session);
    expect((await store.iterations.bySession(session)).map(({ prompt }) => prompt)).toEqual(['Work', 'Once more', 'Work']);
    await expectCode(bench.run('amp', { ...agent, session: 'nobody' }), 'session-missing');
    await expectCode(bench.run('amp', { ...agent, session: '' }), 'session-missing');
  });

  it('tells why an agent failed and what that cost, and goes on in the same session when it is tried again', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const agent = commandAgent('const fs = require("fs"); if (fs.existsSync("half.txt")) console.log("whole"); else { fs.writeFileSync("half.txt", "x"); process.exit(3); }');
    const context = await bench.context('amp', agent);
    const problem = await expectCode(bench.executor('amp').run(context), 'agent-failed');
    expect(problem).toBeInstanceOf(StepFailure);
    expect(problem).toMatchObject({ spent: { session: context.plan['sessionId'], costNano: 0 } });
    const again = done(await bench.executor('amp').run({ ...context, attempt: 2 }));
    expect(again.output).toMatchObject({ status: 'succeeded', summary: 'whole', iterationId: `${String(context.plan['iterationId'])}A2` });
    expect((await store.iterations.bySession(String(context.plan['sessionId']))).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  });

  it('names what keeps an agent from running', async () => {
    const { orchestrator: { sessions, store }, bench } = await makeBench();
    await expectCode(bench.run('amp', { prompt: 'x', agent: 'nobody' }), 'agent-not-configured');
    await expectCode(bench.run('amp', { prompt: 'x', agent: 'command', argv: ['no-such-program-anywhere'] }), 'agent-missing');
    await expectCode(bench.run('amp', { ...replay, recording: 'not/there.jsonl' }), 'recording-missing');
    await expectCode(bench.run('amp', { ...replay, budgetUSD: 0 }), 'budget-exceeded');
    await expectCode(bench.run('amp', { ...replay, prompt: '  ' }), 'invalid-argument');
    await expectCode(bench.run('amp', { ...replay, baseBranch: 'nowhere' }), 'base-branch-missing');
    expect(await store.sessions.list()).toEqual([]);
    const gone = await sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', ''] }, prompt: 'x' });
    rmSync(gone.worktree, { recursive: true });
    await expectCode(bench.run('amp', { prompt: 'x', session: gone.id }), 'worktree-missing');
    await sessions.delete(gone.id);
    await expectCode(bench.run('amp', { prompt: 'x', session: gone.id }), 'session-finished');
  });

  it('is stopped by a budget that is used up in the midst', async () => {
    const { bench } = await makeBench();
    const problem = await expectCode(bench.run('amp', { ...replay, budgetUSD: 0.004 }), 'budget-exceeded');
    expect(problem).toMatchObject({ spent: { costNano: expect.any(Number) } });
    expect((problem as StepFailure).spent.costNano).toBeGreaterThan(0);
  });

  it('ends the agent when its step is called off', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const pidFile = path.join(temporaryDirectory(), 'pid');
    const controller = new AbortController();
    const context = await bench.context('amp', commandAgent(`require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`), { signal: controller.signal });
    const running = bench.executor('amp').run(context);
    const pid = await waitFor('the agent', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
    controller.abort();
    await expectCode(running, 'stopped');
    expect(() => process.kill(pid, 0)).toThrow();
    expect(await store.iterations.bySession(String(context.plan['sessionId']))).toMatchObject([{ status: 'stopped' }]);
  });
});

describe('an amp node after a crash', () => {
  it('begins when nothing had begun', async () => {
    const { bench } = await makeBench();
    const context = await bench.context('amp', replay);
    expect(done((await bench.executor('amp').reattach?.(context)) ?? { kind: 'timer', dueAt: 0 })).toMatchObject({ outcome: 'passed', session: context.plan['sessionId'] });
  });

  it('takes over what an agent had done already, and runs nothing again', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const context = await bench.context('amp', replay);
    const before = await bench.executor('amp').run(context);
    expect(await bench.executor('amp').reattach?.(context)).toEqual(before);
    expect(await store.iterations.bySession(String(context.plan['sessionId']))).toHaveLength(1);
  });

  it('believes a failure that is on record', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const context = await bench.context('amp', commandAgent('process.exit(4)'));
    await expectCode(bench.executor('amp').run(context), 'agent-failed');
    await expectCode(bench.executor('amp').reattach?.(context) ?? Promise.resolve(), 'agent-failed');
    expect(await store.iterations.bySession(String(context.plan['sessionId']))).toHaveLength(1);
  });

  it('goes on in the same session after an agent that was interrupted, and counts both runs', async () => {
    const { orchestrator: { store }, bench } = await makeBench();
    const context = await bench.context('amp', replay);
    await bench.executor('amp').run(context);
    const [first] = await store.iterations.bySession(String(context.plan['sessionId']));
    if (!first) throw new Error('no iteration');
    await store.iterations.save({ ...first, status: 'interrupted' });
    const session = await store.sessions.get(first.sessionId);
    if (!session) throw new Error('no session');
    writeFileSync(path.join(session.worktree, 'app.js'), 'function add(a, b) {\n  return a - b;\n}\nconsole.log(add(2, 3));\n');
    const end = done((await bench.executor('amp').reattach?.(context)) ?? { kind: 'timer', dueAt: 0 });
    expect(end).toMatchObject({ output: { iterationId: `${first.id}R1` }, costNano: 2 * 9_846_000 });
    // Once more: now the second run is on record.
    expect(await bench.executor('amp').reattach?.(context)).toEqual(end);
    expect(await store.iterations.bySession(first.sessionId)).toHaveLength(2);
  });

  it('waits for an agent that another process still runs', async () => {
    const { bench, root, orchestrator } = await makeBench();
    const other = nodeBench(await openOrchestrator(root));
    const go = path.join(temporaryDirectory(), 'go');
    const context = await bench.context('amp', commandAgent(`const timer = setInterval(() => { if (require("fs").existsSync(${JSON.stringify(go)})) { clearInterval(timer); console.log("went on"); } }, 20)`));
    const there = other.executor('amp').run(context);
    await waitFor('the run', async () => (await orchestrator.store.iterations.get(String(context.plan['iterationId'])))?.status === 'running');
    const here = bench.executor('amp').reattach?.(context);
    writeFileSync(go, '');
    expect(await here).toEqual(await there);
  });
});
