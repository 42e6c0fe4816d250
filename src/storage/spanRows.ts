import { errorMessage } from '../base/errors';
import { costBases } from '../model/money';
import { providers, spanStatuses, spanTypes } from '../model/span';
import type { AmpTraceEvent, Attributes } from '../model/span';
import type { Usage } from '../model/usage';
import { storesAll } from './cleaner';
import type { Cleaner } from './cleaner';
import { jsonOf, numberOf, oneOf, optionalNumber, optionalText, storable, textOf, upsertSql } from './columns';
import type { Binding, Cell, Row } from './columns';

/** `attrs` is last, so that a batch can carry it apart: it is JSON already, and as a part of other JSON it would be escaped once more. */
const spanColumns = [
  'id', 'session_id', 'parent_id', 'type', 'name', 'ts_start', 'ts_end', 'status', 'error_message', 'created_at', 'stack_trace', 'iteration_id', 'model',
  'provider', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write_5m', 'tokens_cache_write_1h', 'tokens_output', 'tokens_reasoning', 'cost_nano', 'cost_basis', 'agent', 'first_token_ms', 'attrs',
] as const;

export const spanSelect = `SELECT ${spanColumns.join(', ')} FROM telemetry_events`;
/** sql.js encodes text character by character; the longest column goes in as bytes, which is twice as fast. */
export const spanUpsert = upsertSql('telemetry_events', spanColumns, { created_at: 'telemetry_events.created_at' }, { attrs: 'CAST(? AS TEXT)' });

const shortRow = 14;
const callCells = 10;

/** Without `attrs`. Most spans are no model calls: their row ends before usage and cost, and the rest counts as null. Expects a `soundSpan`. */
export function spanToRow(span: AmpTraceEvent, nowMs: number, clean: Cleaner = storesAll): Row {
  const { usage } = span;
  const row: Cell[] = [
    storable(span.id),
    storable(span.sessionId),
    storable(span.parentId),
    span.type,
    storable(clean.text(span.name)),
    span.tsStart,
    span.tsEnd ?? null,
    span.status,
    storable(clean.text(span.errorMessage)),
    nowMs,
    storable(clean.text(span.stackTrace)),
    storable(span.iterationId),
    storable(clean.text(span.model)),
    span.provider ?? null,
  ];
  if (usage === undefined && span.costNano === undefined && span.costBasis === undefined && span.agent === undefined && span.firstTokenMs === undefined) return row;
  if (usage === undefined) row.push(null, null, null, null, null, null);
  else row.push(...usageCells(usage));
  row.push(span.costNano ?? null, span.costBasis ?? null, storable(span.agent), span.firstTokenMs ?? null);
  return row;
}

/** In the order of the columns. */
export function usageCells({ input, output }: Usage): Cell[] {
  return [input.text, input.cacheRead, input.cacheWrite5m, input.cacheWrite1h, output.text, output.reasoning];
}

/** All columns, for binding. */
export function fullSpanRow(row: Row, attrs: string): Binding[] {
  const full: Binding[] = row.slice();
  if (full.length === shortRow) for (let count = 0; count < callCells; count++) full.push(null);
  full.push(Buffer.from(attrs));
  return full;
}

/** What cannot be said in JSON (a cycle, a bigint) must not stop a span: it says so in its place. */
export function attrsToJson(attrs: Attributes): string {
  try {
    return JSON.stringify(attrs);
  } catch (error) {
    return JSON.stringify({ 'amp.attributes.error': errorMessage(error) });
  }
}

export function rowToSpan(row: Row): AmpTraceEvent {
  const span: { -readonly [K in keyof AmpTraceEvent]: AmpTraceEvent[K] } = {
    id: textOf(row[0]),
    sessionId: textOf(row[1]),
    type: oneOf(row[3], spanTypes, 'tool'),
    name: textOf(row[4]),
    tsStart: numberOf(row[5]),
    status: oneOf(row[7], spanStatuses, 'error'),
    attrs: jsonOf(row[24], isAttributes, {}),
  };
  if (row[2] !== null) span.parentId = textOf(row[2]);
  if (row[6] !== null) span.tsEnd = numberOf(row[6]);
  if (row[8] !== null) span.errorMessage = textOf(row[8]);
  if (row[10] !== null) span.stackTrace = textOf(row[10]);
  if (row[11] !== null) span.iterationId = textOf(row[11]);
  if (row[12] !== null) span.model = textOf(row[12]);
  if (row[13] !== null) span.provider = oneOf(row[13], providers, 'unknown');
  const usage = usageOf(row);
  if (usage !== undefined) span.usage = usage;
  const [costNano, costBasis] = [optionalNumber(row[20]), optionalText(row[21])];
  if (costNano !== undefined) span.costNano = costNano;
  if (costBasis !== undefined) span.costBasis = oneOf(costBasis, costBases, 'unknown');
  if (row[22] !== null) span.agent = textOf(row[22]);
  if (row[23] !== null) span.firstTokenMs = numberOf(row[23]);
  return span;
}

function usageOf(row: Row): Usage | undefined {
  if (row[14] === null) return undefined;
  return {
    input: { text: numberOf(row[14]), cacheRead: numberOf(row[15]), cacheWrite5m: numberOf(row[16]), cacheWrite1h: numberOf(row[17]) },
    output: { text: numberOf(row[18]), reasoning: numberOf(row[19]) },
  };
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
