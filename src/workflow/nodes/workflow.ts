import { present } from '../../base/jsonShape';
import type { WorkflowNodeConfig } from '../../model/workflow/nodeConfig';
import type { ChildStart, NodeExecutor, StepContext, StepEnd } from '../nodeExecutor';
import { childUsage, refuseCancelled, usageOfCalledOff } from './childUsage';
import { templateText } from './templateText';

/** Runs another workflow as one step. Its journal is its own: after a crash it goes on where it was. */
export function workflowExecutor(): NodeExecutor<WorkflowNodeConfig> & { readonly type: 'workflow' } {
  const run = async (context: StepContext<WorkflowNodeConfig>): Promise<StepEnd> => {
    const { config, children } = context;
    const start = async (): Promise<ChildStart> => ({ definition: await children.definition(templateText(config.workflow)), ...present({ variables: config.variables }) });
    const child = await children.run({ key: 'workflow', start });
    refuseCancelled(context, [child]);
    const output = { execution: child.execution, status: child.status, ...present({ result: child.result, problem: child.problem }) };
    return { kind: 'done', outcome: child.status === 'succeeded' ? 'passed' : 'failed', output, ...present({ session: child.state.session }), ...childUsage(context, [child]) };
  };
  return { type: 'workflow', effect: () => 'reattachable', run, reattach: run, spent: (context) => usageOfCalledOff(run(context)) };
}
