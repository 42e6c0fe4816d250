import { executionStatuses } from '../../src/model/workflow/state';
import type { WorkflowIssue } from '../../src/model/workflow/definition';
import type { ExecutionLine, WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import { isRecord } from '../shared/host';
import type { Point } from './geometry';

type Shape = Readonly<Record<string, unknown>>;

/** The snapshot in a message, or undefined. Lines of lists that are none are left out, so that one bad line does not cost the page. */
export function readSnapshot(value: unknown): WorkflowEditorSnapshot | undefined {
  if (!isRecord(value) || !Number.isInteger(value['documentVersion']) || typeof value['fileName'] !== 'string') return undefined;
  const { issues, executions, known } = value;
  if (!Array.isArray(issues) || !Array.isArray(executions) || !isKnown(known)) return undefined;
  if (!isUnreadable(value['unreadable']) || !isShownExecution(value['execution']) || !areTexts(value, ['readOnly', 'cannotRun', 'reveal'])) return undefined;
  return { ...(value as WorkflowEditorSnapshot), issues: issues.filter(isIssue), executions: executions.filter(isExecution) };
}

/** Places of nodes as the host found them. */
export function readPlaces(value: unknown): ReadonlyMap<string, Point> {
  const places = Array.isArray(value) ? value : [];
  return new Map(places.flatMap((place: unknown) => (isRecord(place) && typeof place['id'] === 'string' && isFiniteNumber(place['x']) && isFiniteNumber(place['y']) ? [[place['id'], { x: place['x'], y: place['y'] }] as const] : [])));
}

export function readClipboardText(value: unknown): string {
  return isRecord(value) && typeof value['text'] === 'string' ? value['text'] : '';
}

function isKnown(value: unknown): value is WorkflowEditorSnapshot['known'] {
  if (!isRecord(value)) return false;
  const { workflows } = value;
  return ['agents', 'suites', 'evaluators'].every((name) => areStrings(value[name])) && Array.isArray(workflows) && workflows.every((entry) => isRecord(entry) && typeof entry['id'] === 'string' && typeof entry['name'] === 'string');
}

function isIssue(value: unknown): value is WorkflowIssue {
  return isRecord(value) && (value['severity'] === 'error' || value['severity'] === 'warning') && ['code', 'message', 'path'].every((name) => typeof value[name] === 'string') && areTexts(value, ['node', 'edge']);
}

function isExecution(value: unknown): value is ExecutionLine {
  return isRecord(value) && typeof value['id'] === 'string' && isAmong(executionStatuses, value['status']) && isFiniteNumber(value['startedAt']) && isOwner(value['owner']) && isFiniteNumber(value['openApprovals']);
}

function isShownExecution(value: unknown): boolean {
  return value === undefined || (isRecord(value) && typeof value['id'] === 'string' && isFiniteNumber(value['lastSeq']) && isFiniteNumber(value['now']) && isOwner(value['owner']));
}

function isUnreadable(value: unknown): boolean {
  return value === undefined || (isRecord(value) && typeof value['message'] === 'string' && isFiniteNumber(value['line']) && isFiniteNumber(value['column']));
}

function isOwner(value: unknown): boolean {
  return isAmong(['here', 'elsewhere', 'none'], value);
}

function isAmong(allowed: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && allowed.includes(value);
}

function areTexts(value: Shape, names: readonly string[]): boolean {
  return names.every((name) => value[name] === undefined || typeof value[name] === 'string');
}

function areStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
