import { OrchestratorError } from '../../base/errors';
import type { ConditionConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';

const longestOutcome = 100;

/** Chooses the way by an expression: its value is the outcome. */
export function conditionExecutor(): NodeExecutor<ConditionConfig> & { readonly type: 'condition' } {
  return {
    type: 'condition',
    effect: () => 'pure',
    run: async ({ config, evaluate }) => {
      const value = await evaluate(config.expression);
      return { kind: 'done', outcome: outcomeOf(value), output: { value } };
    },
  };
}

/** @throws OrchestratorError `expression-failed` for what no edge could name */
function outcomeOf(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value !== '' && value.length <= longestOutcome) return value;
  const what = value === undefined || value === null ? 'nothing' : typeof value === 'string' ? `a text of ${value.length} characters` : `${Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`}`;
  throw new OrchestratorError('expression-failed', `The condition gave ${what}.`, `Its value is to be true, false, or a text of at most ${longestOutcome} characters that an edge names as its outcome.`);
}
