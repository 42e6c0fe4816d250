import { executionStatuses } from '../model/workflow/state';
import type { Answer, Decision, WorkflowSignal } from '../model/workflow/event';
import { spentInCalls } from '../model/workflow/spent';
import { callTotals } from './callTotalsRow';
import type { Cleaner } from './cleaner';
import { defined, jsonOf, numberOf, oneOf, optionalNumber, optionalText, storable, textOf } from './columns';
import type { Row } from './columns';
import type { ExecutionRecord, OpenApproval, PinnedDefinition, WorkflowRepository } from './workflowStore';

export const definitionColumns = ['hash', 'id', 'name', 'definition'] as const;
/** What is known of an execution before its first event. */
export const newExecutionColumns = ['id', 'workflow_id', 'name', 'definition_hash', 'started_at', 'started_by', 'parent_id'] as const;
export const executionColumns = [...newExecutionColumns, 'status', 'finished_at', 'problem', 'host', 'epoch', 'last_seq', 'open_approvals'] as const;
export const approvalColumns = ['id', 'step', 'message', 'hash', 'session_id', 'quorum', 'requested_at', 'due_at', 'execution_id'] as const;
export const signalColumns = ['id', 'execution_id', 'at', 'data'] as const;

const kinds = ['editor', 'cli', 'test'] as const;
const owners = ['here', 'elsewhere', 'none'] as const;
const signalKinds: readonly WorkflowSignal['kind'][] = ['decide', 'answer', 'cancel'];

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

/** The text is what the hash is of: it is kept to the letter. */
export function definitionToRow({ hash, workflow, name, text }: PinnedDefinition): Row {
  return [storable(hash), storable(workflow), storable(name), storable(text)];
}

export function rowToDefinition([hash, workflow, name, text]: Row): PinnedDefinition {
  return { hash: textOf(hash), workflow: textOf(workflow), name: textOf(name), text: textOf(text) };
}

export function newExecutionToRow({ id, workflow, name, definition, startedAt, by, parent }: Parameters<WorkflowRepository['create']>[0], clean: Cleaner): Row {
  return [storable(id), storable(workflow), storable(clean.text(name)), storable(definition), startedAt, storable(clean.text(by)), storable(parent)];
}

/** `executionColumns`, then the owner and `totalColumns` as a list. */
export function rowToExecution(row: Row): ExecutionRecord {
  return defined<ExecutionRecord>({
    id: textOf(row[0]),
    workflow: textOf(row[1]),
    name: textOf(row[2]),
    definition: textOf(row[3]),
    startedAt: numberOf(row[4]),
    by: textOf(row[5]),
    parent: optionalText(row[6]),
    status: oneOf(row[7], executionStatuses, 'failed'),
    finishedAt: optionalNumber(row[8]),
    problem: optionalText(row[9]),
    host: oneOf(row[10], kinds, 'cli'),
    epoch: numberOf(row[11]),
    lastSeq: numberOf(row[12]),
    openApprovals: numberOf(row[13]),
    owner: oneOf(row[14], owners, 'none'),
    spent: row[15] === null ? undefined : spentInCalls(callTotals(jsonOf(row[15], isNumbers, []), 0)),
  });
}

/** `approvalColumns`, then the workflow and the name of the execution. */
export function rowToApproval(row: Row): OpenApproval {
  return defined<OpenApproval>({
    id: textOf(row[0]),
    step: textOf(row[1]),
    message: textOf(row[2]),
    hash: textOf(row[3]),
    session: optionalText(row[4]),
    quorum: numberOf(row[5]),
    requestedAt: numberOf(row[6]),
    dueAt: optionalNumber(row[7]),
    execution: textOf(row[8]),
    workflow: textOf(row[9]),
    executionName: textOf(row[10]),
  });
}

export function signalToRow(signal: WorkflowSignal, clean: Cleaner): Row {
  const { id, execution, at, ...rest } = signal;
  const said = 'comment' in rest ? { comment: clean.text(rest.comment) } : 'reason' in rest ? { reason: clean.text(rest.reason) } : {};
  return [storable(id), storable(execution), at, JSON.stringify({ ...rest, by: clean.text(rest.by), ...said })];
}

/** None for what this program does not know. */
export function rowToSignal([id, execution, at, data]: Row): WorkflowSignal[] {
  const rest = jsonOf(data, isSignal, undefined);
  return rest === undefined ? [] : [{ ...rest, id: textOf(id), execution: textOf(execution), at: numberOf(at) }];
}

const signalTexts: Readonly<Record<WorkflowSignal['kind'], readonly string[]>> = { decide: ['by', 'approval', 'hash'], answer: ['by', 'step'], cancel: ['by'] };
const decisions: readonly unknown[] = ['approved', 'rejected'] satisfies readonly Decision[];
const answers: readonly unknown[] = ['again', 'done', 'failed'] satisfies readonly Answer[];

function isSignal(value: unknown): value is WorkflowSignal | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const kind = signalKinds.find((known) => known === value.kind);
  const { decision, answer, ...rest } = value as Readonly<Record<string, unknown>>;
  if (kind === undefined || !signalTexts[kind].every((name) => typeof rest[name] === 'string')) return false;
  // A word that this program does not know must not count as consent.
  return kind === 'decide' ? decisions.includes(decision) : kind === 'answer' ? answers.includes(answer) : true;
}
