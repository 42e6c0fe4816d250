import { toUSD } from '../../model/money';
import type { AmpTraceEvent } from '../../model/span';
import { tokensIn, tokensOut } from '../../model/usage';
import { csvCell } from '../csvCell';
import type { LeavingPolicy } from './leavingAttributes';
import { leavingText } from './redactor';
import type { SessionSpans } from './sessionSpans';
import { outsideName, roleOf } from './spanNames';

type Cell = string | number | undefined;

const columns: readonly (readonly [string, (span: AmpTraceEvent, policy: LeavingPolicy) => Cell])[] = [
  ['session_id', ({ sessionId }) => sessionId],
  ['iteration_id', ({ iterationId }) => iterationId],
  ['span_id', ({ id }) => id],
  ['parent_id', ({ parentId }) => parentId],
  ['type', ({ type }) => type],
  ['name', (span, { content, redactor }) => leavingText(content ? span.name : outsideName(span, roleOf(span)), redactor)],
  ['status', ({ status }) => status],
  ['started_at', ({ tsStart }) => new Date(tsStart).toISOString()],
  ['duration_ms', ({ tsStart, tsEnd }) => (tsEnd === undefined ? undefined : Math.round((tsEnd - tsStart) * 1000) / 1000)],
  ['provider', ({ provider }) => provider],
  ['model', ({ model }, { redactor }) => (model === undefined ? undefined : leavingText(model, redactor))],
  ['agent', ({ agent }) => agent],
  ['input_tokens', ({ usage }) => usage && tokensIn(usage)],
  ['cache_read_tokens', ({ usage }) => usage?.input.cacheRead],
  ['cache_write_5m_tokens', ({ usage }) => usage?.input.cacheWrite5m],
  ['cache_write_1h_tokens', ({ usage }) => usage?.input.cacheWrite1h],
  ['output_tokens', ({ usage }) => usage && tokensOut(usage)],
  ['reasoning_tokens', ({ usage }) => usage?.output.reasoning],
  ['cost_usd', ({ costNano }) => (costNano === undefined ? undefined : toUSD(costNano).toFixed(9))],
  ['cost_basis', ({ costBasis }) => costBasis],
  ['error', ({ errorMessage }, { content, redactor }) => (content && errorMessage !== undefined ? leavingText(errorMessage, redactor) : undefined)],
];

/**
 * One row a span, with a header, as RFC 4180 has it, in pieces of whole rows. Input tokens include the cached ones, output tokens the
 * reasoning.
 */
export async function* csvFile(sessions: AsyncIterable<SessionSpans>, policy: LeavingPolicy): AsyncGenerator<string> {
  yield `${columns.map(([name]) => name).join(',')}\r\n`;
  for await (const { pages } of sessions) {
    for await (const page of pages()) yield page.map((span) => `${columns.map(([, cell]) => csvCell(cell(span, policy))).join(',')}\r\n`).join('');
  }
}
