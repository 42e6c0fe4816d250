import type { WorkflowDefinition } from '../../src/model/workflow/definition';
import type { WorkflowEvent } from '../../src/model/workflow/event';
import type { ExecutionState } from '../../src/model/workflow/state';
import type { Behaviour } from './testExecutors';
import { edge, node, workflow } from './workflowDriver';

/**
 * What steps do to the world outside, as lines that are there for good once `write` has returned. `pause` lets other things happen; in a
 * process that has been killed it never comes back.
 */
export interface World {
  write(line: string): void;
  lines(): readonly string[];
  pause(): Promise<void>;
}

/** Twelve nodes: branches that run side by side, a loop that is run twice, an agent, tests, an approval, a merge and a message. */
export const crashWorkflow: WorkflowDefinition = workflow(
  [
    node('start', 'start'), { ...node('plan'), assign: { rounds: 'output.rounds' } }, node('fork', 'parallel'),
    node('implement', 'amp', { effect: 'reattachable', prompt: 'round ${variables.rounds}' }), node('test', 'test', { effect: 'idempotent' }), { ...node('docs'), assign: { rounds: 'output.rounds', isEnough: 'output.isEnough' } },
    node('join', 'parallel'), node('check', 'condition', { expression: 'variables.isEnough' }),
    node('review', 'approval', { message: 'Merge ${nodes.implement.output.session}?' }), node('merge', 'merge', { effect: 'atMostOnce' }), node('tell', 'notify', { effect: 'atMostOnce' }), node('end', 'end', { result: { merged: '${nodes.merge.output}' } }),
  ],
  [
    edge('start', 'plan'), edge('plan', 'fork'), edge('fork', 'implement'), edge('implement', 'test'), edge('fork', 'docs'), edge('test', 'join'), edge('docs', 'join'), edge('join', 'check'),
    edge('check', 'fork', { outcome: 'false', maxTraversals: 3 }), edge('check', 'review', { outcome: 'true' }), edge('review', 'merge', { outcome: 'approved' }), edge('merge', 'tell'), edge('tell', 'end'),
  ],
);

/** What each line of the ledger is worth: all but the tests' may be there only once. */
export const crashLedger: readonly string[] = ['agent begins 1', 'agent ends 1', 'agent begins 2', 'agent ends 2', 'merge', 'tell'];

/** An agent whose work is paid once it has begun, a merge and a message that must not be made twice, tests that may be run again. */
export function crashBehaviours(world: World): Readonly<Record<string, Behaviour>> {
  const done = (line: string): boolean => world.lines().includes(line);
  const once = (line: string): Behaviour => ({
    run: async () => {
      await world.pause();
      world.write(line);
      await world.pause();
      return { outcome: 'passed', output: line };
    },
    probe: async () => {
      await world.pause();
      return done(line) ? { happened: 'yes', result: { outcome: 'passed', output: line } } : { happened: 'no' };
    },
  });
  async function work(session: unknown): Promise<{ outcome: string; output: unknown; session: string; costNano: number }> {
    const id = String(session);
    if (!done(`agent begins ${id}`)) world.write(`agent begins ${id}`);
    await world.pause();
    if (!done(`agent ends ${id}`)) world.write(`agent ends ${id}`);
    await world.pause();
    return { outcome: 'passed', output: { session: id }, session: id, costNano: 100 };
  }
  return {
    implement: {
      plan: ({ pass }) => ({ session: pass }),
      run: async ({ plan }) => {
        await world.pause();
        // Run anew instead of gone on with: it would be paid twice.
        if (done(`agent begins ${String(plan['session'])}`)) world.write(`agent begins ${String(plan['session'])}`);
        return work(plan['session']);
      },
      reattach: async ({ plan }) => {
        await world.pause();
        return work(plan['session']);
      },
    },
    test: { run: async ({ pass }) => {
      world.write(`test ${pass}`);
      await world.pause();
      return { outcome: 'passed' };
    } },
    plan: { run: () => ({ outcome: 'passed', output: { rounds: 0 } }) },
    docs: { run: async ({ pass }) => {
      await world.pause();
      return { outcome: 'passed', output: { rounds: pass, isEnough: pass >= 2 } };
    } },
    review: { run: ({ config, session }) => ({ kind: 'approval', request: { message: String(config['message']), content: { commit: 'abc' }, quorum: 1, ...(session === undefined ? {} : { session }) } }), content: () => ({ commit: 'abc' }) },
    merge: once('merge'),
    tell: once('tell'),
  };
}

/** What has to be the same however often the program was killed: not the times, nor the ids of approvals, nor how often a step was tried. */
export function essence(state: ExecutionState): unknown {
  const ids = [...state.approvals.keys()];
  const masked = (value: unknown): unknown => JSON.parse(ids.reduce((text, id) => text.replaceAll(id, 'approval'), JSON.stringify(value ?? null)));
  return {
    status: state.status, variables: state.variables, result: state.result, costNano: state.costNano, session: state.session, traversals: Object.fromEntries(state.traversals),
    steps: Object.fromEntries([...state.steps.values()].map(({ id, status, outcome, output, taken }) => [id, { status, outcome, output: masked(output), taken }])),
    approvals: [...state.approvals.values()].map(({ step, status, decisions, reopened }) => ({ step, status, decisions: decisions.map(({ decision, by }) => ({ decision, by })), reopened })),
  };
}

/** Steps that were begun though the journal had them as done. */
export function begunAgain(events: readonly WorkflowEvent[]): string[] {
  const done = new Set<string>();
  return events.flatMap((event) => {
    if (event.type === 'step.completed') done.add(event.step);
    return event.type === 'step.started' && done.has(event.step) ? [event.step] : [];
  });
}
