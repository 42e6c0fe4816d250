import { endMarked } from '../base/processEnd';
import type { Iteration } from '../model/session';
import type { SessionContext } from './sessionContext';

/**
 * Ends agents that outlived the process that ran them: killed hard, it could not end them, and they would go on writing to the
 * worktree with nobody watching. The store has marked such iterations as interrupted.
 */
export async function endStrays(iterations: readonly Iteration[]): Promise<number> {
  let ended = 0;
  for (const { id, status } of iterations) if (status === 'interrupted') ended += await endMarked(id);
  return ended;
}

/** Looks for agents left behind by iterations that were interrupted; each iteration is looked at once. */
export class StrayKeeper {
  private readonly seen = new Set<string>();

  constructor(private readonly context: SessionContext) {}

  async look(): Promise<void> {
    const { store, log } = this.context;
    for (const session of await store.sessions.list()) {
      if (session.status !== 'interrupted') continue;
      const unseen = (await store.iterations.bySession(session.id)).filter(({ id, status }) => status === 'interrupted' && !this.seen.has(id));
      for (const { id } of unseen) this.seen.add(id);
      const ended = await endStrays(unseen);
      if (ended > 0) log.warn(`"${session.name}" was interrupted; ${ended} of its processes were still running and were ended.`);
    }
  }
}
