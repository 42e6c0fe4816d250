import { isDeepStrictEqual } from 'node:util';
import { asName, asObject, present, type JsonObject } from '../../base/jsonShape';
import type { WorkflowIssue } from '../../model/workflow/definition';
import { hasEnded } from '../../model/workflow/state';
import type { ExecutionRecord, ExecutionView, ReadWorkflow } from '../../orchestrator';
import type { ExecutionLine, WorkflowEditorSnapshot } from '../../protocol/workflowEditor';
import type { ParsedText } from './parsedText';

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly documentVersion: number;
  readonly fileName: string;
  readonly parsed: ParsedText;
  /** Line and column from 1 of a place in the text. */
  readonly placeAt: (offset: number) => { readonly line: number; readonly column: number };
  readonly read: Pick<ReadWorkflow, 'issues' | 'isNewer'>;
  readonly readOnly?: string | undefined;
  readonly known: WorkflowEditorSnapshot['known'];
  readonly cannotRun?: string | undefined;
  readonly executions: readonly ExecutionRecord[];
  readonly shown?: ExecutionView | undefined;
  readonly reveal?: string | undefined;
  readonly now: number;
}

export const newerFormat = 'It was written by a newer version of this extension.';

export function workflowSnapshot({ documentVersion, fileName, parsed, placeAt, read, readOnly, known, cannotRun, executions, shown, reveal, now }: SnapshotParts): WorkflowEditorSnapshot {
  const { unreadable, value } = parsed;
  return {
    documentVersion,
    fileName,
    ...(unreadable ? { unreadable: { message: unreadable.message, ...placeAt(unreadable.offset) } } : { workflow: value }),
    ...present({ readOnly: readOnly ?? (read.isNewer ? newerFormat : undefined), cannotRun, reveal }),
    issues: read.issues.map(issueData),
    known,
    executions: executions.map((record) => line(record, shown)),
    ...(shown ? { execution: { id: shown.record.id, lastSeq: shown.state.seq, owner: shown.record.owner, ...(isSameWork(shown.definition, value) ? {} : { pinned: shown.definition }), now } } : {}),
  };
}

function issueData({ severity, code, message, path, node, edge, offset, length }: WorkflowIssue): WorkflowEditorSnapshot['issues'][number] {
  return { severity, code, message, path, ...present({ node, edge, offset, length }) };
}

function line({ id, status, startedAt, finishedAt, problem, owner, openApprovals, spent }: ExecutionRecord, shown: ExecutionView | undefined): ExecutionLine {
  return { id, status, startedAt, owner, openApprovals, ...present({ finishedAt, problem, spent: shown?.record.id === id ? shown.state.spent : spent }) };
}

/** Whether two definitions would do the same: places, notes and groups are for the eye. */
export function isSameWork(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(workOf(a), workOf(b));
}

function workOf(value: unknown): JsonObject | undefined {
  const workflow = asObject(value);
  if (!workflow) return undefined;
  const { $schema: _schema, schemaVersion: _version, notes: _notes, groups: _groups, created: _created, updated: _updated, nodes, ...rest } = workflow;
  return { ...rest, nodes: Array.isArray(nodes) ? nodes.map(withoutPlace) : nodes };
}

function withoutPlace(value: unknown): unknown {
  const node = asObject(value);
  if (!node) return value;
  const { position: _position, ...rest } = node;
  return rest;
}

/** The execution that is shown when nobody chose one: the newest that has not ended, else the one that was shown `before`, whose end is to be seen. */
export function liveExecution(executions: readonly ExecutionRecord[], before?: string): string | undefined {
  return (executions.find(({ status }) => !hasEnded(status)) ?? executions.find(({ id }) => id === before))?.id;
}

export function workflowId({ value }: ParsedText): string | undefined {
  return asName(asObject(value)?.['id']);
}
