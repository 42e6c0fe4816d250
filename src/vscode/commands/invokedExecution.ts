import { asName, asObject, present } from '../../base/jsonShape';

/** What a command on executions was invoked on: an id, a node of the workflows view, or `{execution, approval, node}`. */
export interface InvokedExecution {
  readonly execution?: string;
  readonly approval?: string;
  readonly node?: string;
}

export function invokedExecution(invokedOn: unknown): InvokedExecution {
  if (typeof invokedOn === 'string') return { execution: invokedOn };
  const node = asObject(invokedOn);
  const approval = asObject(node?.['approval']);
  const step = asObject(node?.['step']);
  // Of a workflow whose file is gone, its newest one.
  const newest = Array.isArray(node?.['executions']) ? asObject(node['executions'][0]) : undefined;
  const execution = asName(node?.['execution']) ?? asName(approval?.['execution']) ?? asName(asObject(node?.['record'])?.['id']) ?? asName(asObject(newest?.['record'])?.['id']);
  const approvalId = asName(node?.['approval']) ?? asName(approval?.['id']);
  const stepNode = asName(step?.['node']);
  return present({ execution, approval: approvalId, node: stepNode });
}
