import { OrchestratorError } from '../../base/errors';
import type { ExportSummary } from '../../model/telemetryExport';
import { inOrderOfEnd, type EndedSpan } from './endedSpans';
import { leavingSpan, type LeavingOptions, type LeavingSpan } from './leavingSpan';
import type { OtlpEncoder } from './otlpEncoder';
import { Rollups } from './rollups';
import type { SessionSpans } from './sessionSpans';
import type { TraceSender } from './traceSender';

const batchSize = 256;

type Summary = { -readonly [K in keyof ExportSummary]: ExportSummary[K] };

/** The ended spans of sessions in batches, in the order of their end, as the live export has them. Counts into `summary`. */
async function* batches(sessions: AsyncIterable<SessionSpans>, options: LeavingOptions, summary: Summary): AsyncGenerator<LeavingSpan[]> {
  for await (const session of sessions) {
    summary.sessions++;
    const rollups = new Rollups();
    for await (const ended of inBatches(inOrderOfEnd(session.pages(), (open) => { summary.leftOut += open; }))) {
      const leaving = ended.flatMap((span) => leavingSpan(span, rollups.add(span), options) ?? []);
      summary.spans += leaving.length;
      if (leaving.length > 0) yield leaving;
    }
  }
}

async function* inBatches(pages: AsyncIterable<readonly EndedSpan[]>): AsyncGenerator<readonly EndedSpan[]> {
  let waiting: readonly EndedSpan[] = [];
  for await (const page of pages) {
    waiting = [...waiting, ...page];
    for (; waiting.length >= batchSize; waiting = waiting.slice(batchSize)) yield waiting.slice(0, batchSize);
  }
  yield waiting;
}

/**
 * Sends what is on record to a receiver. Stops at the first batch that is not taken.
 * @throws OrchestratorError `export-failed`
 */
export async function sendSessions(sessions: AsyncIterable<SessionSpans>, sender: TraceSender, options: LeavingOptions): Promise<ExportSummary> {
  const summary = { sessions: 0, spans: 0, leftOut: 0 };
  let sent = 0;
  for await (const spans of batches(sessions, options, summary)) {
    const outcome = await sender.send(spans);
    sent += outcome.sent;
    if (outcome.dropped > 0) throw new OrchestratorError('export-failed', `${outcome.dropped} of ${spans.length} spans were not taken: ${outcome.reason ?? 'the receiver does not say why'}.`, `${sent} were sent before. Sending again does no harm: the ids stay the same.`);
  }
  return summary;
}

/** OTLP as JSON, a request a line, in UTF-8: what collectors read with their file receiver. Adds to `summary` as it goes. */
export async function* otlpFile(sessions: AsyncIterable<SessionSpans>, encoder: OtlpEncoder, options: LeavingOptions, summary: Summary): AsyncGenerator<string | Uint8Array> {
  for await (const spans of batches(sessions, options, summary)) {
    yield encoder.traces(spans);
    yield '\n';
  }
}
