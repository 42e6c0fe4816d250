import type { CostBasis, NanoDollars } from './money';
import type { Usage } from './usage';

export interface ModelUsage {
  readonly usage: Usage;
  readonly costNano?: NanoDollars;
  readonly costBasis: CostBasis;
}

/** Usage by model. Plain JSON, to be stored as it is. */
export type UsageByModel = Readonly<Record<string, ModelUsage>>;
