import type { Session } from '../../model/session';
import { outsideSessions } from '../../model/session';
import type { AmpTraceEvent } from '../../model/span';
import type { ExportScope } from '../../model/telemetryExport';
import { OrchestratorError } from '../../base/errors';

/** Where finished telemetry is read from: the repositories of the store. */
export interface SpanSource {
  readonly sessions: { list(): Promise<readonly Session[]> };
  readonly spans: { bySession(sessionId: string, options?: { readonly since?: number }): Promise<readonly AmpTraceEvent[]> };
}

/** The spans of one session, ordered by start; `session` is absent for those that belong to none. */
export interface SessionSpans {
  readonly session?: Session;
  readonly spans: readonly AmpTraceEvent[];
}

/**
 * One session after the other, oldest first, so that memory holds one at a time. Sessions without spans in the scope are left out.
 * @throws OrchestratorError `session-missing`
 */
export async function* sessionSpans(source: SpanSource, { sessionId, since }: ExportScope): AsyncGenerator<SessionSpans> {
  const all = await source.sessions.list();
  const wanted = sessionId === undefined ? all : all.filter(({ id }) => id === sessionId);
  if (sessionId !== undefined && wanted.length === 0) throw new OrchestratorError('session-missing', 'There is no such session in this repository.', 'List them with amp-orchestrator sessions.');
  const read = (id: string): Promise<readonly AmpTraceEvent[]> => source.spans.bySession(id, since === undefined ? {} : { since });
  if (sessionId === undefined) {
    const spans = await read(outsideSessions);
    if (spans.length > 0) yield { spans };
  }
  for (const session of [...wanted].sort((a, b) => a.createdAt - b.createdAt)) {
    const spans = await read(session.id);
    if (spans.length > 0) yield { session, spans };
  }
}
