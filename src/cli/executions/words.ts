import { formatCost, formatDuration, formatTokens, unknownValue } from '../../base/format';
import { plainText } from '../../base/plainText';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { ExecutionState, StepState } from '../../model/workflow/state';

export const shortId = 8;

/** What of an approval's hash a person compares. */
const shortHash = 12;

export function shown(id: string): string {
  return id.slice(0, shortId);
}

export function shownHash(hash: string): string {
  return hash.slice(0, shortHash);
}

/** Name of a node as the workflow has it. */
export function nodeName({ nodes }: Pick<WorkflowDefinition, 'nodes'>, node: string): string {
  return plainText(nodes.find(({ id }) => id === node)?.name ?? node);
}

/** What a step came to, or what it does: its outcome says more than that it has been done. */
export function stepWord({ status, outcome }: Pick<StepState, 'status' | 'outcome'>): string {
  return outcome === undefined || status === 'failed' || status === 'cancelled' || status === 'waiting' ? status : status === 'reused' ? `${outcome} (reused)` : outcome;
}

export function stepDuration({ startedAt, endedAt, status }: Pick<StepState, 'startedAt' | 'endedAt' | 'status'>, now: number): string {
  return status === 'reused' ? unknownValue : formatDuration(Math.max(0, (endedAt ?? now) - startedAt));
}

/** Tokens and cost, where anything is known of them. */
export function spentWords({ costNano, tokensIn = 0, tokensOut = 0 }: Pick<StepState, 'costNano' | 'tokensIn' | 'tokensOut'>): readonly string[] {
  return [...(tokensIn + tokensOut === 0 ? [] : [`${formatTokens(tokensIn)} in, ${formatTokens(tokensOut)} out`]), ...(costNano === undefined || costNano === 0 ? [] : [formatCost(costNano)])];
}

/** The last line of a run. */
export function endWords({ name, status, startedAt, endedAt, costNano, error }: Pick<ExecutionState, 'name' | 'status' | 'startedAt' | 'endedAt' | 'costNano' | 'error'>, now: number): string {
  const took = [formatDuration(Math.max(0, (endedAt ?? now) - startedAt)), ...(costNano === 0 ? [] : [formatCost(costNano)])].join(', ');
  return `${plainText(name)}: ${status} (${took})${error === undefined ? '' : `: ${plainText(error.message)}${error.advice === '' ? '' : ` ${plainText(error.advice)}`}`}`;
}

export function decideCommand(execution: string, approval: string, decision: 'approve' | 'reject' = 'approve'): string {
  return `amp-orchestrator workflow ${decision} ${shown(execution)}/${shown(approval)}`;
}

export function resumeCommand(execution: string): string {
  return `amp-orchestrator workflow resume ${shown(execution)}`;
}
