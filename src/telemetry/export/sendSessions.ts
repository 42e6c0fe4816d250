import { OrchestratorError } from '../../base/errors';
import type { AmpTraceEvent } from '../../model/span';
import type { ExportSummary } from '../../model/telemetryExport';
import { leavingSpan, type LeavingOptions, type LeavingSpan } from './leavingSpan';
import type { OtlpEncoder } from './otlpEncoder';
import { Rollups } from './rollups';
import type { SessionSpans } from './sessionSpans';
import type { TraceSender } from './traceSender';

const batchSize = 256;

type Summary = { -readonly [K in keyof ExportSummary]: ExportSummary[K] };

/** The ended spans of sessions in batches, in the order of their end, as the live export has them. Counts into `summary`. */
async function* batches(sessions: AsyncIterable<SessionSpans>, options: LeavingOptions, summary: Summary): AsyncGenerator<LeavingSpan[]> {
  for await (const { spans } of sessions) {
    summary.sessions++;
    const rollups = new Rollups();
    const ended = spans.filter(hasEnded).sort((a, b) => a.tsEnd - b.tsEnd || b.tsStart - a.tsStart || (a.id < b.id ? 1 : -1));
    summary.leftOut += spans.length - ended.length;
    for (let at = 0; at < ended.length; at += batchSize) {
      const leaving = ended.slice(at, at + batchSize).flatMap((span) => leavingSpan(span, rollups.add(span), options) ?? []);
      summary.spans += leaving.length;
      if (leaving.length > 0) yield leaving;
    }
  }
}

function hasEnded(span: AmpTraceEvent): span is AmpTraceEvent & { readonly tsEnd: number } {
  return span.tsEnd !== undefined;
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

/** OTLP as JSON, a request a line: what collectors read with their file receiver. Adds to `summary` as it goes. */
export async function* otlpFile(sessions: AsyncIterable<SessionSpans>, encoder: OtlpEncoder, options: LeavingOptions, summary: Summary): AsyncGenerator<string> {
  for await (const spans of batches(sessions, options, summary)) yield new TextDecoder().decode(encoder.traces(spans));
}
