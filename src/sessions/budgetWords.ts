import { OrchestratorError } from '../base/errors';
import { formatCost } from '../base/format';
import type { BudgetScope, BudgetState } from '../model/budget';
import type { NanoDollars } from '../model/money';

const who: Record<BudgetScope, { readonly spent: (spent: string, limit: string) => string; readonly advice: string }> = {
  day: { spent: (spent, limit) => `All sessions together have spent ${spent} of today’s ${limit}.`, advice: 'Raise the budget of the day to go on, or wait for tomorrow.' },
  session: { spent: (spent, limit) => `The session has spent ${spent} of its ${limit}.`, advice: 'Raise its budget to go on.' },
  execution: { spent: (spent, limit) => `The workflow has spent ${spent} of its ${limit}.`, advice: 'Raise its budget to go on.' },
};

/** What has been spent of a limit: `The session has spent $0.82 of its $1.00.` */
export function spentOf({ scope, spentNano, limitNano }: Pick<BudgetState, 'scope' | 'spentNano' | 'limitNano'>): string {
  return who[scope].spent(formatCost(spentNano), formatCost(limitNano));
}

export function usedUp(state: Pick<BudgetState, 'scope' | 'spentNano' | 'limitNano'>): OrchestratorError {
  return new OrchestratorError('budget-exceeded', spentOf(state), who[state.scope].advice);
}

/** A call that would still be free to be made, were it not for its price. */
export function doesNotFit(state: BudgetState, costNano: NanoDollars | undefined): OrchestratorError {
  if (costNano === undefined || state.spentNano >= state.limitNano) return usedUp(state);
  const underWay = state.reservedNano > 0 ? `, and ${formatCost(state.reservedNano)} is set aside for calls under way` : '';
  return new OrchestratorError('budget-exceeded', `A call of about ${formatCost(costNano)} does not fit: ${lowerFirst(spentOf(state)).replace(/\.$/, '')}${underWay}.`, who[state.scope].advice);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
