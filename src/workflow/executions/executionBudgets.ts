import { nanoDollars, type NanoDollars } from '../../model/money';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { WorkflowEvent } from '../../model/workflow/event';

/** The limit that a definition says itself. */
export function ownBudget({ budgetUSD }: Pick<WorkflowDefinition, 'budgetUSD'>): NanoDollars | undefined {
  return budgetUSD === undefined ? undefined : nanoDollars(budgetUSD);
}

/** A limit that was given with the run holds for its forks, too; else that of the definition. `events` are those of the source, which was pinned to `before`. */
export function budgetOfFork([first]: readonly WorkflowEvent[], before: WorkflowDefinition, definition: WorkflowDefinition): NanoDollars | undefined {
  const given = first?.type === 'execution.started' ? first.budgetNano : undefined;
  return given === undefined || given === ownBudget(before) ? ownBudget(definition) : given;
}
