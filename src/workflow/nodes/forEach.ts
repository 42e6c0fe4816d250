import { OrchestratorError } from '../../base/errors';
import { asList, asObject, asText, present } from '../../base/jsonShape';
import { inPool } from '../../evaluation/pool';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { ForEachConfig } from '../../model/workflow/nodeConfig';
import { isNegative } from '../../model/workflow/fold/routing';
import type { ChildResult, NodeExecutor, StepContext, StepEnd } from '../nodeExecutor';
import { childUsage, refuseCancelled, usageOfCalledOff, withUsage } from './childUsage';
import { forEachChild } from './forEachChild';
import type { NodeServices } from './nodeServices';
import { templateText } from './templateText';

type ForEachStep = StepContext<ForEachConfig>;

/** What one item came to. `skipped`: it was not begun, because another one had failed. */
interface ItemResult {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  readonly execution?: string;
  readonly result?: unknown;
  readonly session?: string;
  readonly problem?: string;
}

const defaultConcurrency = 4;
const defaultMaxItems = 100;

/** Runs a step or a workflow for each item of a list, each as an execution of its own: after a crash only what has not ended goes on. */
export function forEachExecutor(services: Pick<NodeServices, 'expressions'>): NodeExecutor<ForEachConfig> & { readonly type: 'forEach' } {
  const run = (context: ForEachStep): Promise<StepEnd> => runAll(services, context);
  return { type: 'forEach', effect: () => 'reattachable', plan: async (context) => ({ items: await itemsOf(context) }), run, reattach: run, spent: (context) => usageOfCalledOff(run(context)) };
}

async function runAll(services: Pick<NodeServices, 'expressions'>, context: ForEachStep): Promise<StepEnd> {
  const { config, children, plan } = context;
  const items = Array.isArray(plan['items']) ? asList(plan['items']) : await itemsOf(context);
  const called = calledBy(context);
  const others = new AbortController();
  const ended: ChildResult[] = [];

  async function one(index: number): Promise<ItemResult> {
    if (others.signal.aborted) return { status: 'skipped' };
    const child = await children.run({ key: `item-${index}`, start: () => forEachChild(services, context, { item: items[index], index, called }), signal: others.signal });
    ended.push(child);
    refuseCancelled(context, [child]);
    const result = called === undefined ? resultOfStep(child) : resultOfWorkflow(child);
    if (result.status === 'failed' && config.failure !== 'settle') others.abort();
    return result;
  }

  const results = await inPool([...items.keys()], config.concurrency ?? defaultConcurrency, async (index) => {
    try {
      return await one(index);
    } catch (error) {
      others.abort();
      throw error;
    }
  }).catch((error: unknown) => {
    // All have ended by now: what each has used counts, whichever of them was the first to give up.
    refuseCancelled(context, ended);
    throw withUsage(context, error, ended);
  });
  const failed = results.filter(({ status }) => status === 'failed' || status === 'cancelled').length;
  const passed = results.filter(({ status }) => status === 'succeeded').length;
  return { kind: 'done', outcome: failed === 0 ? 'passed' : 'failed', output: { count: items.length, passed, failed, results }, ...childUsage(context, ended) };
}

/** Read once for all items, and not at all when all of them are there already. */
function calledBy({ config: { workflow }, children }: ForEachStep): (() => Promise<WorkflowDefinition>) | undefined {
  let definition: Promise<WorkflowDefinition> | undefined;
  return workflow === undefined ? undefined : () => (definition ??= children.definition(templateText(workflow)));
}

/** @throws OrchestratorError `expression-failed` for what is no list, `invalid-argument` for one that is too long */
async function itemsOf({ config: { items, maxItems = defaultMaxItems }, evaluate }: ForEachStep): Promise<readonly unknown[]> {
  const list = await evaluate(items);
  if (!Array.isArray(list)) throw new OrchestratorError('expression-failed', `"${items.slice(0, 200)}" gave no list.`, 'Its value is to be an array.');
  if (list.length > maxItems) throw new OrchestratorError('invalid-argument', `The list has ${list.length} items, and ${maxItems} are allowed.`, 'Raise maxItems if that is meant.');
  return list;
}

/** The chain of a single step always comes to its end, which tells how the step went. */
function resultOfStep({ execution, status, result, problem }: ChildResult): ItemResult {
  const { outcome, output, error, session } = asObject(result) ?? {};
  const reason = problem ?? asText(asObject(error)?.['message']);
  const went = status !== 'succeeded' ? status : error !== undefined && error !== null ? 'failed' : isNegative(asText(outcome) ?? '') ? 'failed' : 'succeeded';
  return { status: went, execution, ...present({ result: output, session: asText(session), problem: reason }) };
}

function resultOfWorkflow({ execution, status, result, problem, state }: ChildResult): ItemResult {
  return { status, execution, ...present({ result, session: state.session, problem }) };
}
