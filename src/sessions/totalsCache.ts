import type { Session, SpanTotals } from '../model/session';
import type { SessionContext } from './sessionContext';

/** After that time without a change of the session, its last spans are written. */
const settledMs = 5_000;

/** Totals of sessions. Those of a session at rest are summed once: a list that is read on every change must not add up old runs again. */
export class TotalsCache {
  private readonly settled = new Map<string, { readonly updatedAt: number; readonly totals: SpanTotals }>();

  constructor(private readonly context: SessionContext) {}

  async of(session: Session): Promise<SpanTotals> {
    const known = this.settled.get(session.id);
    if (known?.updatedAt === session.updatedAt) return known.totals;
    const { store, clock } = this.context;
    const totals = await store.spans.totals({ sessionId: session.id });
    const atRest = session.status !== 'running' && session.status !== 'merging' && clock.now() - session.updatedAt > settledMs;
    if (atRest) this.settled.set(session.id, { updatedAt: session.updatedAt, totals });
    return totals;
  }
}
