import type { ServiceTier } from '../../model/pricing';
import type { Provider } from '../../model/span';
import type { Usage } from '../../model/usage';

/**
 * `list`: to be priced by the price list · `reported`: the log says what it cost · `doubtful`: its counts or times cannot be true, so that
 * no price of it could be right · `credits`: paid in something that is no dollar.
 */
export const costings = ['list', 'reported', 'doubtful', 'credits'] as const;
export type Costing = (typeof costings)[number];

/** One model call as a log tells it, not priced yet. */
export interface LogCall {
  /** As in `ImportedCall`. */
  readonly key: string;
  /** The agent's own id of the session. */
  readonly session: string;
  /** Epoch milliseconds. */
  readonly ts: number;
  readonly model: string | undefined;
  readonly provider: Provider;
  readonly usage: Usage;
  readonly costing: Costing;
  readonly reportedNano?: number | undefined;
  readonly serviceTier: ServiceTier;
  /** Something of it is charged that the price list does not know: a faster mode, a search on the web. */
  readonly extras: boolean;
}

/** What a log tells of a session besides its calls. */
export interface LogSession {
  readonly id: string;
  /** Where it was started; empty when the log does not say it. */
  readonly cwd: string;
  readonly branch?: string;
  readonly title?: string;
}
