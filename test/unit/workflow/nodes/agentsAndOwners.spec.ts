import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../../src/model/workflow/definition';
import { makeRepository } from '../../../support/gitRepository';
import { temporaryDirectory } from '../../../support/temporary';
import { openOrchestrator } from '../../../support/testOrchestrator';
import { waitFor } from '../../../support/waitFor';

const recording = path.resolve(import.meta.dirname, '../../../fixtures/agents/claude-edit.jsonl');

function flow(config: Readonly<Record<string, unknown>>, rest: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  const place = { position: { x: 0, y: 0 } };
  return {
    id: 'flow', name: 'Flow',
    nodes: [{ id: 'start', type: 'start', name: 'Start', config: {}, ...place }, { id: 'work', type: 'amp', name: 'Work', config: { ...config }, ...place }, { id: 'end', type: 'end', name: 'End', config: {}, ...place }],
    edges: [{ id: 'a', source: 'start', target: 'work' }, { id: 'b', source: 'work', target: 'end' }],
    ...rest,
  };
}

/** An agent that says that it is there, and ends once it may. */
function patientAgent(folder: string): Readonly<Record<string, unknown>> {
  const script = `const fs = require("fs"); const [folder] = process.argv.slice(1); fs.appendFileSync(folder + "/begun", process.pid + "\\n"); setInterval(() => { if (fs.existsSync(folder + "/go")) { console.log("went on"); process.exit(0); } }, 10);`;
  return { agent: 'command', argv: ['node', '-e', script, folder], prompt: 'Wait' };
}

function begun(folder: string): number[] {
  const file = path.join(folder, 'begun');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

describe('agents of an execution whose owner goes away', () => {
  it('are ended when the program closes, and go on in their session when it is opened again', async () => {
    const { root } = makeRepository();
    const folder = temporaryDirectory();
    const first = await openOrchestrator(root);
    const { id } = await first.workflows.start({ definition: flow(patientAgent(folder)), by: 'Tester' });
    const pid = await waitFor('the agent', () => begun(folder)[0]);
    await first.close();
    expect(() => process.kill(pid, 0)).toThrow();
    writeFileSync(path.join(folder, 'go'), '');
    const second = await openOrchestrator(root);
    const state = await (await second.workflows.resume(id)).done;
    expect(state).toMatchObject({ status: 'succeeded', recoveries: 1 });
    const [session] = await second.store.sessions.list();
    expect((await second.store.iterations.bySession(session?.id ?? '')).map(({ status, summary }) => [status, summary])).toEqual([['stopped', undefined], ['succeeded', 'went on']]);
    expect(begun(folder)).toHaveLength(2);
  });

  it('are ended by the owner who lost them before the new one goes on', async () => {
    const { root } = makeRepository();
    const folder = temporaryDirectory();
    const first = await openOrchestrator(root);
    const { id } = await first.workflows.start({ definition: flow(patientAgent(folder)), by: 'Tester' });
    await waitFor('the agent', () => begun(folder)[0]);
    const second = await openOrchestrator(root);
    const resumed = await second.workflows.resume(id, { takeOver: true });
    writeFileSync(path.join(folder, 'go'), '');
    const state = await resumed.done;
    expect(state.status).toBe('succeeded');
    expect(await second.store.sessions.list()).toHaveLength(1);
    const [session] = await second.store.sessions.list();
    const iterations = await second.store.iterations.bySession(session?.id ?? '');
    expect(iterations.at(-1)?.status).toBe('succeeded');
    expect(iterations.length).toBe(begun(folder).length);
  });
});

describe('the budget of an execution', () => {
  it('ends the agent that uses it up, and what that cost is known', async () => {
    const { root } = makeRepository();
    const { workflows, store } = await openOrchestrator(root);
    const state = await (await workflows.start({ definition: flow({ agent: 'replay', recording, speed: 0, prompt: 'Make add() add' }, { budgetUSD: 0.004 }), by: 'Tester' })).done;
    expect(state).toMatchObject({ status: 'failed', error: { code: 'budget-exceeded' } });
    const { costNano } = await store.rollups.totals({ executionId: state.id });
    expect(costNano).toBeGreaterThan(4_000_000);
    expect(state.costNano).toBe(costNano);
    expect(state.latest.get('work')?.session).toBe((await store.sessions.list())[0]?.id);
  });
});
