import type { Session } from '../../model/session';
import { outsideSessions } from '../../model/session';
import type { AmpTraceEvent } from '../../model/span';
import type { ExportScope } from '../../model/telemetryExport';
import { OrchestratorError } from '../../base/errors';

export interface PageOptions {
  /** Epoch milliseconds. */
  readonly since?: number | undefined;
  /** The last span that was read. */
  readonly after?: Pick<AmpTraceEvent, 'tsStart' | 'id'> | undefined;
  readonly limit: number;
}

/** Where finished telemetry is read from: the repositories of the store. */
export interface SpanSource {
  readonly sessions: { list(): Promise<readonly Session[]> };
  readonly spans: {
    /** Ordered by start, then id. */
    bySession(sessionId: string, options: PageOptions): Promise<readonly AmpTraceEvent[]>;
    /** Those that are there, in no order. */
    byIds(ids: readonly string[]): Promise<readonly AmpTraceEvent[]>;
  };
}

/** Spans that are in memory at a time. */
export const pageSize = 100;

/** The spans of one session, never all of them at once; `session` is absent for those that belong to none. */
export interface SessionSpans {
  readonly session?: Session;
  /** Ordered by start, then id; none of the pages is empty. Each call reads them anew. */
  readonly pages: () => AsyncIterable<readonly AmpTraceEvent[]>;
  /** As they are now, in no order; those that have gone meanwhile are left out. */
  readonly read: (ids: readonly string[]) => Promise<readonly AmpTraceEvent[]>;
}

/**
 * One session after the other, oldest first. Sessions without spans in the scope are left out.
 * @throws OrchestratorError `session-missing`
 */
export async function* sessionSpans(source: SpanSource, { sessionId, since }: ExportScope): AsyncGenerator<SessionSpans> {
  const all = await source.sessions.list();
  const wanted = sessionId === undefined ? all : all.filter(({ id }) => id === sessionId);
  if (sessionId !== undefined && wanted.length === 0) throw new OrchestratorError('session-missing', 'There is no such session in this repository.', 'List them with amp-orchestrator sessions.');
  if (sessionId === undefined) {
    const spans = await pagesOf(source, outsideSessions, since);
    if (spans) yield spans;
  }
  for (const session of [...wanted].sort((a, b) => a.createdAt - b.createdAt)) {
    const spans = await pagesOf(source, session.id, since);
    if (spans) yield { session, ...spans };
  }
}

/** Undefined when there is no span. */
async function pagesOf({ spans }: SpanSource, sessionId: string, since: number | undefined): Promise<Omit<SessionSpans, 'session'> | undefined> {
  const pageAfter = (after?: AmpTraceEvent): Promise<readonly AmpTraceEvent[]> => spans.bySession(sessionId, { since, after, limit: pageSize });
  const first = await pageAfter();
  if (first.length === 0) return undefined;
  return {
    async *pages() {
      for (let page = first; page.length > 0; page = page.length < pageSize ? [] : await pageAfter(page.at(-1))) yield page;
    },
    read: (ids) => spans.byIds(ids),
  };
}
