import { formatClock, formatDuration, formatPlural } from '../../base/format';
import { formatSpent } from '../../model/workflow/spent';
import { hasEnded, type ExecutionState, type StepState, type StepStatus } from '../../model/workflow/state';
import type { ExecutionRecord, OpenApproval, WorkflowFile } from '../../orchestrator';
import type { StatusIcon } from './sessionNodes';

/** What the workflows view shows, without the editor: workflows → executions → approvals and steps. */
export type WorkflowNode = WorkflowItem | BundledGroup | ExecutionItem | ApprovalItem | StepItem;

export interface WorkflowItem {
  readonly kind: 'workflow';
  readonly repository: string;
  readonly id: string;
  readonly name: string;
  /** Absent when its file is gone and only its executions are left. */
  readonly file?: WorkflowFile;
  readonly executions: readonly ExecutionItem[];
  /** Folder name of its repository, when the workspace has several. */
  readonly repositoryName: string | undefined;
}

export interface BundledGroup {
  readonly kind: 'bundled';
  readonly repository: string;
  readonly workflows: readonly WorkflowItem[];
}

export interface ExecutionItem {
  readonly kind: 'execution';
  readonly repository: string;
  readonly record: ExecutionRecord;
  readonly approvals: readonly OpenApproval[];
}

export interface ApprovalItem {
  readonly kind: 'approval';
  readonly repository: string;
  readonly approval: OpenApproval;
}

export interface StepItem {
  readonly kind: 'step';
  readonly repository: string;
  readonly execution: string;
  readonly step: StepState;
  /** Name of its node. */
  readonly name: string;
}

/** Newest executions that are listed of a workflow. */
export const mostExecutions = 20;

export interface RepositoryWorkflows {
  readonly repository: string;
  readonly repositoryName: string | undefined;
  readonly files: readonly WorkflowFile[];
  /** Newest first. */
  readonly executions: readonly ExecutionRecord[];
  readonly approvals: readonly OpenApproval[];
}

/** The repository's own workflows by name, then those whose files are gone, then the bundled ones in a group. */
export function rootsOf({ repository, repositoryName, files, executions, approvals }: RepositoryWorkflows): WorkflowNode[] {
  const item = (id: string, name: string, file?: WorkflowFile): WorkflowItem => ({
    kind: 'workflow',
    repository,
    id,
    name,
    ...(file ? { file } : {}),
    repositoryName,
    executions: executions
      .filter(({ workflow }) => workflow === id)
      .slice(0, mostExecutions)
      .map((record) => ({ kind: 'execution', repository, record, approvals: approvals.filter(({ execution }) => execution === record.id) })),
  });
  const listed = files.map((file) => item(file.id, file.name, file));
  const known = new Set(files.map(({ id }) => id));
  const gone = [...new Map(executions.filter(({ workflow }) => !known.has(workflow)).map((record) => [record.workflow, record.name])).entries()].map(([id, name]) => item(id, name));
  const own = listed.filter(({ file }) => file?.origin === 'repository');
  const bundled = listed.filter(({ file }) => file?.origin === 'bundled');
  return [...own, ...gone, ...(bundled.length > 0 ? [{ kind: 'bundled', repository, workflows: bundled } as const] : [])];
}

/** Below an execution: what waits for a person first, then its steps in their order. */
export function stepsOf({ repository, record, approvals }: ExecutionItem, { steps }: Pick<ExecutionState, 'steps'>, nodes: readonly { readonly id: string; readonly name: string }[]): WorkflowNode[] {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return [
    ...approvals.map((approval): ApprovalItem => ({ kind: 'approval', repository, approval })),
    ...[...steps.values()].map((step): StepItem => ({ kind: 'step', repository, execution: record.id, step, name: names.get(step.node) ?? step.node })),
  ];
}

/** Stable over refreshes, so that expansion and selection stay. */
export function workflowNodeId(node: WorkflowNode): string {
  switch (node.kind) {
    case 'workflow':
      return `${node.repository}:${node.file?.origin ?? 'gone'}:${node.file?.file ?? node.id}`;
    case 'bundled':
      return `${node.repository}:bundled`;
    case 'execution':
      return node.record.id;
    case 'approval':
      return `${node.approval.execution}/${node.approval.id}`;
    case 'step':
      return `${node.execution}/${node.step.id}`;
  }
}

/** Which commands fit: `workflow.<repository|bundled|gone>.<sound|broken>`, `execution.<running|parked|ended>.<here|elsewhere|none>`, `approval`, `step.<status>`. */
export function workflowContextValue(node: WorkflowNode): string {
  switch (node.kind) {
    case 'workflow':
      return `workflow.${node.file?.origin ?? 'gone'}.${node.file?.errors === 0 ? 'sound' : 'broken'}`;
    case 'execution':
      return `execution.${hasEnded(node.record.status) ? 'ended' : node.record.status}.${node.record.owner}`;
    case 'step':
      return `step.${node.step.status}`;
    default:
      return node.kind;
  }
}

export function workflowDescription(node: WorkflowNode, now: number): string {
  switch (node.kind) {
    case 'workflow':
      return joined([node.file ? (node.file.errors > 0 ? formatPlural(node.file.errors, 'error') : undefined) : 'file is gone', lastRun(node), node.repositoryName]);
    case 'bundled':
      return '';
    case 'execution': {
      const { record, approvals } = node;
      const state = approvals.length > 0 ? `${formatPlural(approvals.length, 'approval')} open` : record.status === 'running' && record.owner === 'none' ? 'interrupted' : record.status;
      return joined([state, formatDuration(Math.max(0, (record.finishedAt ?? now) - record.startedAt)), formatSpent(record.spent ?? {}), record.owner === 'elsewhere' && !hasEnded(record.status) ? 'runs elsewhere' : undefined, record.problem]);
    }
    case 'approval':
      return joined([node.approval.quorum > 1 ? `${node.approval.quorum} needed` : undefined, node.approval.dueAt === undefined ? undefined : `until ${formatClock(node.approval.dueAt, now)}`]);
    case 'step': {
      const { step } = node;
      const ended = step.endedAt ?? (step.status === 'running' ? now : undefined);
      return joined([step.error?.message ?? step.question ?? step.outcome ?? step.status, step.pass > 1 ? `run ${step.pass}` : undefined, ended === undefined ? undefined : formatDuration(ended - step.startedAt), formatSpent(step)]);
    }
  }
}

export function workflowLabel(node: WorkflowNode, now: number): string {
  switch (node.kind) {
    case 'workflow':
      return node.name;
    case 'bundled':
      return 'Bundled';
    case 'execution':
      return formatClock(node.record.startedAt, now);
    case 'approval':
      return node.approval.message.split('\n')[0] ?? '';
    case 'step':
      return node.name;
  }
}

export function workflowIcon(node: WorkflowNode): StatusIcon {
  switch (node.kind) {
    case 'workflow':
      if (node.file && node.file.errors > 0) return { icon: 'error', color: 'charts.red' };
      return { icon: node.file ? 'type-hierarchy-sub' : 'question' };
    case 'bundled':
      return { icon: 'library' };
    case 'approval':
      return attention;
    case 'execution':
      return executionIcon(node);
    case 'step':
      return stepIcons[node.step.status];
  }
}

const running: StatusIcon = { icon: 'loading~spin', color: 'charts.blue' };
const success: StatusIcon = { icon: 'pass', color: 'charts.green' };
const failure: StatusIcon = { icon: 'error', color: 'charts.red' };
const attention: StatusIcon = { icon: 'warning', color: 'charts.yellow' };
const quiet: StatusIcon = { icon: 'circle-slash', color: 'descriptionForeground' };

const stepIcons: Readonly<Record<StepStatus, StatusIcon>> = { running, retrying: { icon: 'history', color: 'charts.yellow' }, waiting: { icon: 'watch', color: 'charts.blue' }, asking: attention, succeeded: success, failed: failure, cancelled: quiet, reused: { icon: 'pass', color: 'descriptionForeground' } };

function executionIcon({ record, approvals }: ExecutionItem): StatusIcon {
  switch (record.status) {
    case 'running':
      return approvals.length > 0 || record.owner === 'none' ? attention : running;
    case 'parked':
      return { icon: 'debug-pause', color: 'charts.yellow' };
    case 'succeeded':
      return success;
    case 'failed':
      return failure;
    case 'cancelled':
      return quiet;
  }
}

function lastRun({ executions: [newest] }: WorkflowItem): string | undefined {
  if (!newest) return undefined;
  return hasEnded(newest.record.status) ? newest.record.status : newest.approvals.length > 0 ? 'needs you' : newest.record.status;
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
