import { formatTotalCost } from '../../base/format';
import { toUSD, type NanoDollars } from '../money';
import { tokensIn, tokensOut } from '../usage';
import type { CallTotals } from '../usageRow';

/** What the model calls of a step came to; what is absent is 0. */
export interface Spent {
  /** Sum of the known costs. */
  readonly costNano?: NanoDollars;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** Calls of which nobody knows the cost: when above zero, `costNano` is a lower bound. */
  readonly unknownCosts?: number;
  /** Calls whose cost is only nearly known. */
  readonly approximateCosts?: number;
}

const members = ['costNano', 'tokensIn', 'tokensOut', 'unknownCosts', 'approximateCosts'] as const satisfies readonly (keyof Spent)[];

/** What model calls add up to; what is certain is not spoken of. */
export function spentInCalls({ costNano, usage, unknownCosts, approximateCosts }: CallTotals): Spent {
  return { costNano, tokensIn: tokensIn(usage), tokensOut: tokensOut(usage), ...certainty({ unknownCosts, approximateCosts }) };
}

export function certainty({ unknownCosts, approximateCosts }: Required<Pick<Spent, 'unknownCosts' | 'approximateCosts'>>): Spent {
  return { ...(unknownCosts > 0 && { unknownCosts }), ...(approximateCosts > 0 && { approximateCosts }) };
}

/** Nothing but what is known of it. */
export function spentIn(spent: { readonly [Member in keyof Spent]?: number | undefined }): Spent {
  return Object.fromEntries(members.flatMap((member) => (spent[member] === undefined ? [] : [[member, spent[member]] as const])));
}

export function addSpent(one: Spent, other: Spent): Spent {
  return Object.fromEntries(members.flatMap((member) => (one[member] === undefined && other[member] === undefined ? [] : [[member, (one[member] ?? 0) + (other[member] ?? 0)] as const])));
}

/** What is left of `all` without `part`. */
export function lessSpent(all: Spent, part: Spent): Spent {
  return addSpent(all, Object.fromEntries(members.flatMap((member) => (part[member] === undefined ? [] : [[member, -part[member]] as const]))));
}

/** As costs are told everywhere (`$0.07`, `≥ $0.07`, `—`); undefined where no call is known of, so that there is nothing to tell. */
export function formatSpent({ costNano = 0, tokensIn = 0, tokensOut = 0, unknownCosts = 0, approximateCosts = 0 }: Spent): string | undefined {
  return costNano === 0 && tokensIn + tokensOut + unknownCosts === 0 ? undefined : formatTotalCost({ costNano, tokensIn, tokensOut, unknownCosts, approximateCosts });
}

/** For programs, in dollars: null where nobody knows anything, which they would take for nothing spent. */
export function knownCostUSD({ costNano = 0, unknownCosts = 0 }: Spent): number | null {
  return costNano === 0 && unknownCosts > 0 ? null : toUSD(costNano);
}
