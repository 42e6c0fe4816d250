import { present } from '../../base/jsonShape';
import type { WorkflowNodeConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor, StepContext, StepEnd } from '../nodeExecutor';
import { childUsage, unlessCancelled } from './childUsage';
import { templateText } from './templateText';

/** Runs another workflow as one step. Its journal is its own: after a crash it goes on where it was. */
export function workflowExecutor(): NodeExecutor<WorkflowNodeConfig> & { readonly type: 'workflow' } {
  const run = async ({ config, children, signal }: StepContext<WorkflowNodeConfig>): Promise<StepEnd> => {
    const definition = await children.definition(templateText(config.workflow));
    const child = unlessCancelled(await children.run({ key: 'workflow', definition, ...present({ variables: config.variables }) }), signal);
    const output = { execution: child.execution, status: child.status, ...present({ result: child.result, problem: child.problem }) };
    return { kind: 'done', outcome: child.status === 'succeeded' ? 'passed' : 'failed', output, ...present({ session: child.state.session }), ...childUsage([child.state]) };
  };
  return { type: 'workflow', effect: () => 'reattachable', run, reattach: run };
}
