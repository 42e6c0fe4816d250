import { isOrchestratorError } from '../../base/errors';
import type { LaidOutTree } from '../evaluationInput';

type Taker = 'tests' | 'coverage';

interface SharedRun<T> {
  readonly run: Promise<T>;
  readonly by: Taker;
}

/** More than are ever waited for at the same time; what nobody else came for is forgotten. */
const mostKept = 16;

/** Lets two evaluators of one laid-out tree have the same run. Each run is given to each of them once, so that a second trial is a second run. */
export class SharedRuns<T> {
  private readonly waiting = new Map<string, SharedRun<T>>();

  /** `key` says all that a run depends on besides the tree. A run that was stopped on the other's account is made anew. */
  async take({ directory }: LaidOutTree, key: string, taker: Taker, signal: AbortSignal, start: () => Promise<T>): Promise<T> {
    const place = `${directory}\0${key}`;
    const shared = this.waiting.get(place);
    if (!shared || shared.by === taker) {
      const run = start();
      this.waiting.set(place, { run, by: taker });
      for (const oldest of [...this.waiting.keys()].slice(0, -mostKept)) this.waiting.delete(oldest);
      return run;
    }
    this.waiting.delete(place);
    try {
      return await shared.run;
    } catch (error) {
      if (!isOrchestratorError(error) || error.code !== 'stopped' || signal.aborted) throw error;
      return await start();
    }
  }
}
