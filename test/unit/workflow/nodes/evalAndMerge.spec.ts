import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectCode } from '../../../support/expectCode';
import { makeRepository, type TestRepository } from '../../../support/gitRepository';
import { openOrchestrator, type TestOrchestrator } from '../../../support/testOrchestrator';
import { done, nodeBench, type NodeBench } from '../../../support/workflowNodes';

const recording = path.resolve(import.meta.dirname, '../../../fixtures/agents/claude-edit.jsonl');
const evals = { version: 1, evaluators: [{ name: 'adds', script: '.amp/adds.js', required: true }, { name: 'half', script: '.amp/half.js' }], suites: [{ name: 'all', evaluators: ['adds', 'half'] }, { name: 'soft', evaluators: ['half'] }] };

async function makeBench({ gate = 'off' }: { readonly gate?: 'off' | 'always' } = {}): Promise<{ orchestrator: TestOrchestrator; bench: NodeBench; project: TestRepository; session: string }> {
  const project = makeRepository();
  project.write('.amp/evals.json', JSON.stringify(evals));
  project.write('.amp/adds.js', `async (context) => { const text = await context.read('app.js'); const passed = text.includes('a + b'); return { score: passed ? 100 : 0, passed }; };`);
  project.write('.amp/half.js', '() => ({ score: 50, passed: true });');
  project.commit('Evaluations');
  const orchestrator = await openOrchestrator(project.root, { gate: () => gate });
  const bench = nodeBench(orchestrator);
  const { session = '' } = done(await bench.run('amp', { agent: 'replay', recording, speed: 0, prompt: 'Make add() add' }));
  return { orchestrator, bench, project, session };
}

describe('an eval node', () => {
  it('evaluates the session as a merge would make it', async () => {
    const { bench, session, orchestrator } = await makeBench();
    const end = done(await bench.run('eval', {}, { session }));
    expect(end).toMatchObject({ outcome: 'passed', session, output: { score: 75, verdict: 'passed', reasons: [], results: [{ name: 'adds', score: 100, verdict: 'passed' }, { name: 'half', score: 50, verdict: 'passed' }], findings: 0 } });
    expect(end.output).toHaveProperty('reportId', (await orchestrator.evaluations.latest({ kind: 'session', sessionId: session }))?.id);
  });

  it('takes a suite, single evaluators and a lowest score', async () => {
    const { bench, session } = await makeBench();
    expect(done(await bench.run('eval', { suite: 'soft' }, { session })).output).toMatchObject({ suite: 'soft', score: 50, verdict: 'passed' });
    expect(done(await bench.run('eval', { only: ['adds'] }, { session })).output).toMatchObject({ results: [{ name: 'adds' }] });
    expect(done(await bench.run('eval', { minScore: 75 }, { session })).outcome).toBe('passed');
    expect(done(await bench.run('eval', { minScore: 75.1 }, { session }))).toMatchObject({ outcome: 'failed', output: { verdict: 'failed', reasons: ['The score is 75, and 75.1 is asked for.'] } });
    await expectCode(bench.run('eval', { suite: 'none such' }, { session }), 'invalid-argument');
  });

  it('fails when the gate would be closed, and when there is nothing to evaluate', async () => {
    const { bench, orchestrator } = await makeBench();
    const wrong = done(await bench.run('amp', { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("other.txt", "x")'], prompt: 'Miss it' }));
    const end = done(await bench.run('eval', {}, { session: wrong.session ?? '' }));
    expect(end).toMatchObject({ outcome: 'failed', output: { verdict: 'failed', reasons: [expect.stringContaining('adds')] } });
    const idle = await orchestrator.sessions.create({ agent: 'command', agentOptions: { argv: ['node', '-e', ''] }, prompt: 'x' });
    await expectCode(bench.run('eval', {}, { session: idle.id }), 'nothing-to-merge');
  });
});

describe('an eval node whose judges ask models', () => {
  it('tells what they cost', async () => {
    const { session, orchestrator } = await makeBench();
    const { tracer, evaluations } = orchestrator;
    const ask = (costNano: number): void => {
      const call = tracer.startSpan({ sessionId: session, type: 'agent', name: 'openai:chat', agent: 'api', provider: 'openai', model: 'gpt-5' });
      tracer.finishSpan(call.id, { usage: { input: { text: 100, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 7, reasoning: 0 } }, costNano, costBasis: 'computed' });
    };
    ask(1000);
    const bench = nodeBench(orchestrator, { evaluations: { evaluateSession: (...request) => { ask(123); return evaluations.evaluateSession(...request); } } });
    expect(done(await bench.run('eval', {}, { session }))).toMatchObject({ costNano: 123, tokensIn: 100, tokensOut: 7 });
  });
});

describe('a merge node', () => {
  it('merges what is committed, and leaves out what tests wrote', async () => {
    const { bench, project, session, orchestrator } = await makeBench();
    await bench.run('test', { command: ['node', '-e', 'require("fs").writeFileSync("junk.txt", "x")'] }, { session });
    const end = done(await bench.run('merge', { message: 'Add, do not subtract' }, { session }));
    expect(end).toEqual({ kind: 'done', outcome: 'passed', session, output: { sha: project.git('rev-parse', 'main'), branch: 'main' } });
    expect(project.git('log', '-1', '--format=%s')).toBe('Add, do not subtract');
    expect(project.read('app.js')).toContain('a + b');
    expect(existsSync(path.join(project.root, 'junk.txt'))).toBe(false);
    expect(await orchestrator.sessions.get(session)).toMatchObject({ status: 'merged' });
  });

  it('stops at a closed gate and at conflicts', async () => {
    const { bench, project, session } = await makeBench({ gate: 'always' });
    const wrong = done(await bench.run('amp', { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("other.txt", "x")'], prompt: 'Miss it' }));
    await expectCode(bench.run('merge', {}, { session: wrong.session ?? '' }), 'gate-blocked');
    project.write('app.js', 'function add(a, b) {\n  return b + a;\n}\nconsole.log(add(2, 3));\n');
    project.commit('Mine');
    await expectCode(bench.run('merge', {}, { session }), 'merge-conflict');
  });

  it('knows after a crash whether it had happened', async () => {
    const { bench, project, session, orchestrator: { sessions, store } } = await makeBench();
    const context = await bench.context('merge', {}, { session });
    const probe = () => bench.executor('merge').probe?.(context);
    expect(await probe()).toEqual({ happened: 'no' });
    const end = done(await bench.executor('merge').run(context));
    const happened = { happened: 'yes', result: { outcome: 'passed', output: end.output, session } };
    expect(await probe()).toEqual(happened);
    // As it is when a process ends after the branch has moved and before that is on record: it is recorded now.
    await store.sessions.transition(session, ['merged'], { status: 'interrupted', mergedSha: undefined, updatedAt: 0 });
    expect(await probe()).toEqual(happened);
    expect(await sessions.get(session)).toMatchObject({ status: 'merged', mergedSha: project.git('rev-parse', 'main') });
    expect(project.git('log', '--format=%s')).toBe('Make add() add\nEvaluations\nStart');
    // On the branch of a session that was begun anew, an earlier merge is none.
    const other = done(await bench.run('amp', { agent: 'command', argv: ['node', '-e', 'require("fs").writeFileSync("other.txt", "x")'], prompt: 'More' }));
    expect(await bench.executor('merge').probe?.(await bench.context('merge', {}, { session: other.session ?? '' }))).toEqual({ happened: 'no' });
  });
});
