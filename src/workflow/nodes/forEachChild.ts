import { asObject, present } from '../../base/jsonShape';
import type { ForEachConfig } from '../../model/workflow/nodeConfig';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { ChildStart, StepContext } from '../nodeExecutor';
import { childChain, ChildValues } from './childDefinition';
import type { NodeServices } from './nodeServices';

export interface ItemOfList {
  readonly item: unknown;
  readonly index: number;
  /** Gives the workflow that is called; absent where each item has a single step. */
  readonly called: (() => Promise<WorkflowDefinition>) | undefined;
}

/** What is run for one item. Its templates are those of the file: with the item in the variables, they see what the node sees. */
export async function forEachChild({ expressions }: Pick<NodeServices, 'expressions'>, context: StepContext<ForEachConfig>, { item, index, called }: ItemOfList): Promise<ChildStart> {
  const { config: { as = 'item' }, node, scope, execution, session } = context;
  const own = { [as]: item, index };
  const variables = { ...scope.variables, ...own };
  const seen = { ...scope, variables };
  if (called) {
    const definition = await called();
    const declared = definition.variables ?? {};
    const given = node.config['variables'];
    // Without a word on variables a workflow gets what it has a name for.
    const values = given === undefined ? Object.fromEntries(Object.entries(own).filter(([key]) => Object.hasOwn(declared, key))) : await expressions.resolve(given, seen);
    return { definition, variables: asObject(values) ?? {} };
  }
  const raw = asObject(asObject(node.config['step'])?.['config']) ?? {};
  const { source, ...templates } = raw;
  const values = new ChildValues();
  const bound = asObject(values.bound(templates, await expressions.resolve(templates, seen))) ?? {};
  const type = context.config.step?.type ?? 'script';
  const usesSession = type !== 'amp' && type !== 'notify' && source === undefined;
  const config = { ...(usesSession ? present({ session }) : {}), ...bound, ...present({ source }) };
  return childChain({
    parent: { workflow: execution.workflow, node },
    name: `${node.name} ${index + 1}`,
    steps: [{ id: 'step', type, name: node.name, config, isForgiven: true }],
    result: { outcome: '${nodes.step.outcome}', output: '${nodes.step.output}', error: '${nodes.step.error}', session: '${nodes.step.session}' },
    variables,
    values,
  });
}
