import { describe, expect, it } from 'vitest';
import type { StepResult } from '../../../../src/workflow/nodeExecutor';
import { chain, executionBench, statuses, told } from '../../../support/executionHarness';
import type { Context } from '../../../support/testExecutors';
import { edge, node, workflow } from '../../../support/workflowDriver';

describe('an execution', () => {
  it('runs its steps one after the other and tells the journal each', async () => {
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: { text: 'one' } }) } });
    const execution = await bench.start(chain(node('a'), { ...node('end2', 'script'), name: 'b' }));
    const state = await execution.done;
    expect(state.status).toBe('succeeded');
    expect(told(await bench.events(execution.id))).toEqual([
      'execution.started',
      'step.started start#1', 'step.completed start#1', 'step.started a#1', 'step.completed a#1', 'step.started end2#1', 'step.completed end2#1', 'step.started end#1', 'step.completed end#1',
      'execution.completed',
    ]);
    const record = await bench.store.workflows.execution(execution.id);
    expect(record).toMatchObject({ status: 'succeeded', owner: 'none', lastSeq: 10 });
  });

  it('gives what its ends gave', async () => {
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: { count: 2 } }) } });
    const definition = chain(node('a'));
    const nodes = definition.nodes.map((one) => (one.id === 'end' ? { ...one, config: { result: { double: '${nodes.a.output.count * 2}', by: '${execution.by}' } } } : one));
    const state = await (await bench.start({ ...definition, nodes })).done;
    expect(state.result).toEqual({ value: { double: 4, by: 'Ada' } });
  });

  it('gives the values of templates to a step, and sets variables after it', async () => {
    const seen: unknown[] = [];
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: { count: 3 } }) }, b: { run: ({ config }) => { seen.push(config); return { outcome: 'passed' }; } } });
    const state = await (await bench.start(chain({ ...node('a'), assign: { count: 'output.count', how: 'outcome' } }, node('b', 'script', { text: 'It is ${variables.count}, ${variables.how}', source: '${not a template}' })))).done;
    expect(seen).toEqual([{ text: 'It is 3, passed', source: '${not a template}' }]);
    expect(state.variables).toEqual({ count: 3, how: 'passed' });
  });

  it('asks the conditions of edges, and takes one that cannot be asked for a no', async () => {
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: 5 }) } });
    const definition = workflow(
      [node('start', 'start'), node('a'), node('yes'), node('no'), node('broken')],
      [edge('start', 'a'), edge('a', 'yes', { condition: 'output === 5 && outcome === "passed"' }), edge('a', 'no', { condition: 'nodes.a.output > 5' }), edge('a', 'broken', { condition: 'variables.x.y.z' })],
    );
    const execution = await bench.start(definition);
    const state = await execution.done;
    expect(statuses(state)).toEqual({ 'start#1': 'succeeded', 'a#1': 'succeeded', 'yes#1': 'succeeded' });
    const decided = (await bench.events(execution.id)).find(({ type }) => type === 'edges.decided');
    expect(decided).toMatchObject({ edges: [{ edge: 'a-yes', taken: true }, { edge: 'a-no', taken: false }, { edge: 'a-broken', taken: false }] });
    expect(decided?.type === 'edges.decided' && decided.edges[2]?.error).toMatch(/variables\.x/);
  });

  it('keeps long outputs as artifacts, which later steps see whole, also after a restart', async () => {
    const long = 'x'.repeat(10_000);
    const seen: unknown[] = [];
    let hold = true;
    const bench = await executionBench({
      a: { run: () => ({ outcome: 'passed', output: { long } }) },
      b: { run: ({ config, signal }) => (hold ? new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('let go')); }); }) : (seen.push(config['size']), { outcome: 'passed' })) },
    });
    const definition = chain(node('a'), node('b', 'script', { size: '${nodes.a.output.long.length}' }));
    const first = await bench.start(definition);
    await expect.poll(() => bench.ran).toEqual(['a#1', 'b#1']);
    await first.handOver();
    hold = false;
    const second = await bench.resume(first.id, definition);
    expect((await second.done).status).toBe('succeeded');
    expect(seen).toEqual([10_000]);
    const output = second.state.steps.get('a#1')?.output;
    expect(output).toMatchObject({ bytes: 10_011, preview: `{"long":"${'x'.repeat(191)}` });
  });

  it('takes secrets out of outputs and errors', async () => {
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: { word: 'hunter2' } }) }, b: { run: () => { throw new Error('wrong password hunter2'); } } });
    const execution = await bench.start(chain(node('a'), node('b')));
    const state = await execution.done;
    expect(state.steps.get('a#1')?.output).toEqual({ value: { word: '[redacted: password]' } });
    expect(state.error).toMatchObject({ code: 'unexpected', message: 'wrong password [redacted: password]' });
    expect(JSON.stringify(await bench.events(execution.id))).not.toContain('hunter2');
  });

  it('fails with the error of a step that nothing handles, and cancels the others', async () => {
    const bench = await executionBench({
      bad: { run: async () => Promise.reject(new Error('no')) },
      slow: { run: ({ signal }) => new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('aborted')); }); }) },
    });
    const execution = await bench.start(workflow([node('start', 'start'), node('slow'), node('bad')], [edge('start', 'slow'), edge('start', 'bad')]));
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'failed', error: { code: 'unexpected', message: 'no' } });
    expect(statuses(state)).toEqual({ 'start#1': 'succeeded', 'slow#1': 'cancelled', 'bad#1': 'failed' });
  });

  it('makes an error of an output that is no JSON and of a template that fails', async () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: round }) } });
    expect((await (await bench.start(chain(node('a')))).done).error?.code).toBe('unexpected');
    expect((await (await bench.start(chain(node('b', 'script', { text: '${variables.a.b.c}' })))).done).error?.code).toBe('expression-failed');
  });

  it('takes pinned outputs in trials only', async () => {
    const bench = await executionBench({ a: {} });
    const definition = chain({ ...node('a'), pinned: { outcome: 'passed', output: 7 }, assign: { seven: 'output' } });
    const trial = await bench.start(definition, { first: { trial: {} } });
    expect((await trial.done).variables).toEqual({ seven: 7 });
    expect(trial.state.steps.get('a#1')?.status).toBe('reused');
    expect(bench.ran).toEqual([]);
    await (await bench.start(definition)).done;
    expect(bench.ran).toEqual(['a#1']);
  });

  it('merges nothing in a trial, unless that is all that is tried', async () => {
    const bench = await executionBench({ m: {} });
    const trial = await (await bench.start(chain(node('m', 'merge')), { first: { trial: {} } })).done;
    expect(trial).toMatchObject({ status: 'failed', error: { code: 'invalid-argument', message: '"m" would merge, and this is a trial.' } });
    expect(bench.ran).toEqual([]);
    await (await bench.start(chain({ ...node('m', 'merge'), pinned: { outcome: 'passed' } }), { first: { trial: {} } })).done;
    expect(bench.ran).toEqual([]);
    await (await bench.start(chain(node('m', 'merge')), { first: { trial: { node: 'm' } } })).done;
    expect(bench.ran).toEqual(['m#1']);
  });

  it('hears nothing of the time that a step waited for once a join did without it', async () => {
    const finish = new Map<string, () => void>();
    const held = { run: ({ node: { id } }: Context) => new Promise<StepResult>((resolve) => { finish.set(id, () => { resolve({ outcome: 'passed' }); }); }) };
    const bench = await executionBench({ quick: held, slow: held });
    const definition = workflow(
      [node('start', 'start'), node('pause', 'wait', { durationMs: 5000 }), node('quick'), node('join', 'parallel', { join: 'any' }), node('slow'), node('end', 'end')],
      [edge('start', 'pause'), edge('start', 'quick'), edge('pause', 'join'), edge('quick', 'join'), edge('join', 'slow'), edge('slow', 'end')],
    );
    const execution = await bench.start(definition);
    await expect.poll(() => execution.state.steps.get('pause#1')?.status).toBe('waiting');
    finish.get('quick')?.();
    await expect.poll(() => [execution.state.steps.get('pause#1')?.status, finish.has('slow')]).toEqual(['cancelled', true]);
    bench.timers.advance(3_600_000);
    finish.get('slow')?.();
    expect((await execution.done).status).toBe('succeeded');
    expect(told(await bench.events(execution.id)).filter((line) => line.endsWith('pause#1')).at(-1)).toBe('step.cancelled pause#1');
  });

  it('runs one node alone in a trial of it', async () => {
    const bench = await executionBench({ a: {}, b: { run: () => ({ outcome: 'passed', output: 'alone' }) } });
    const state = await (await bench.start(chain(node('a'), node('b')), { first: { trial: { node: 'b' } } })).done;
    expect(state).toMatchObject({ status: 'succeeded', result: { value: 'alone' } });
    expect(bench.ran).toEqual(['b#1']);
  });

  it('traces the whole and each attempt below it', async () => {
    const bench = await executionBench({ a: {}, b: { run: () => { throw new Error('no'); } } });
    const execution = await bench.start(chain(node('a'), node('b')));
    await execution.done;
    const finished = bench.spans.filter(({ tsEnd }) => tsEnd !== undefined);
    expect(finished.map(({ name, status, sessionId, type }) => [name, status, sessionId === execution.id, type])).toEqual([
      ['start', 'success', true, 'workflow'], ['a', 'success', true, 'workflow'], ['b', 'error', true, 'workflow'], ['workflow Flow', 'error', true, 'workflow'],
    ]);
    const whole = finished.at(-1)?.id;
    expect(finished.slice(0, 3).every(({ parentId }) => parentId === whole)).toBe(true);
    expect(finished[1]?.attrs).toMatchObject({ 'amp.workflow.node': 'a', 'amp.workflow.step': 'a#1', 'amp.workflow.attempt': 1 });
  });
});
