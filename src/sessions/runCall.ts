import type { CostBasis, NanoDollars } from '../model/money';
import type { AppliedPrice } from '../model/pricing';
import type { Provider } from '../model/span';
import type { Usage } from '../model/usage';

export interface Figures {
  readonly usage: Usage;
  /** Absent while nobody says what it cost; then the basis is `unknown`, until a total of the run holds it. */
  readonly costNano?: NanoDollars;
  readonly costBasis?: CostBasis;
  /** Absent for a cost that was reported. */
  readonly price?: AppliedPrice;
}

/** What is known of one call of a run. */
export interface RunCall {
  readonly model: string | undefined;
  readonly provider: Provider;
  /** Epoch milliseconds. */
  readonly tsStart: number;
  /** What its span says. */
  counted: Figures;
  /** What was told last; beyond `counted` when it came after the span's end. */
  latest: Figures;
  /** Its span has begun; usage may be told before. */
  started: boolean;
  open: boolean;
  /** All of what it used was told. */
  final: boolean;
  /** Its span says that its tokens are an estimate. */
  estimated: boolean;
  /** Told something that is no count of tokens: what it cost is unknown, until a sound word takes its place. */
  spoiled: boolean;
  /** Its program said that it cannot tell all it used: whatever it says, that is at least what it cost. */
  untold: boolean;
  /** The run's last total came after it was known, and holds it. */
  inTotal: boolean;
}

/** More may have been used than its figures say. */
export function isInDoubt({ spoiled, untold }: RunCall): boolean {
  return spoiled || untold;
}
