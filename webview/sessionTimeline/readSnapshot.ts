import { iterationStatuses, sessionStatuses } from '../../src/model/session';
import { spanStatuses, spanTypes } from '../../src/model/span';
import type { SpanDetails, TimelineIteration, TimelineSnapshot, TimelineSpan } from '../../src/protocol/sessionTimeline';
import { isRecord } from '../shared/host';

/** The snapshot in a message, or undefined. Steps that are none are left out, so that one bad row does not cost the page. */
export function readSnapshot(value: unknown): TimelineSnapshot | undefined {
  if (!isRecord(value) || !isSession(value['session']) || !isTotals(value['totals'])) return undefined;
  const { session, totals, iterations, spans, takenAt, select } = value;
  if (!Array.isArray(iterations) || !Array.isArray(spans) || typeof takenAt !== 'number') return undefined;
  return { session, totals, iterations: iterations.filter(isIteration), spans: spans.filter(isSpan), takenAt, ...(typeof select === 'string' ? { select } : {}) };
}

export function readDetails(value: unknown): SpanDetails | undefined {
  if (!isRecord(value) || !isRecord(value['cut']) || !isRecord(value['span'])) return undefined;
  return isSpan(value['span']) && isRecord(value['span']['attrs']) ? (value as SpanDetails) : undefined;
}

function isSession(value: unknown): value is TimelineSnapshot['session'] {
  return isRecord(value) && strings(value, ['id', 'name', 'agent', 'branch', 'baseBranch']) && among(sessionStatuses, value['status']);
}

function isTotals(value: unknown): value is TimelineSnapshot['totals'] {
  return isRecord(value) && ['spans', 'errors', 'tokensIn', 'tokensOut', 'costNano', 'unknownCosts', 'approximateCosts'].every((name) => typeof value[name] === 'number');
}

function isIteration(value: unknown): value is TimelineIteration {
  return isRecord(value) && strings(value, ['id', 'prompt']) && typeof value['number'] === 'number' && among(iterationStatuses, value['status']) && isTimed(value);
}

function isSpan(value: unknown): value is TimelineSpan & Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    strings(value, ['id', 'name']) &&
    among(spanTypes, value['type']) &&
    among(spanStatuses, value['status']) &&
    isTimed(value) &&
    ['parentId', 'iterationId', 'subject', 'tool', 'errorMessage'].every((name) => value[name] === undefined || typeof value[name] === 'string')
  );
}

function isTimed(value: Readonly<Record<string, unknown>>): boolean {
  return Number.isFinite(value['tsStart']) && (value['tsEnd'] === undefined || Number.isFinite(value['tsEnd']));
}

function strings(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function among(allowed: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && allowed.includes(value);
}
