import { formatDuration, formatTokens, unknownValue } from '../../base/format';
import { plainText } from '../../base/plainText';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import { formatSpent, type Spent } from '../../model/workflow/spent';
import type { ExecutionState, StepState } from '../../model/workflow/state';

const shortId = 8;

/** What of an approval's hash a person compares. */
const shortHash = 12;

export function shown(id: string): string {
  return id.slice(0, shortId);
}

export function shownHash(hash: string): string {
  return hash.slice(0, shortHash);
}

const longestLine = 120;

/** The beginning of what is asked, for a list: the whole is where it is decided. */
export function shortMessage(message: string): string {
  const line = plainText(message).replace(/\s+/g, ' ').trim();
  return line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
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
export function spentWords(spent: Spent): readonly string[] {
  const { tokensIn = 0, tokensOut = 0 } = spent;
  return [...(tokensIn + tokensOut === 0 ? [] : [`${formatTokens(tokensIn)} in, ${formatTokens(tokensOut)} out`]), ...costWords(spent)];
}

function costWords(spent: Spent): readonly string[] {
  const words = formatSpent(spent);
  return words === undefined ? [] : [words];
}

/** The last line of a run. */
export function endWords({ name, status, startedAt, endedAt, spent, error }: Pick<ExecutionState, 'name' | 'status' | 'startedAt' | 'endedAt' | 'spent' | 'error'>, now: number): string {
  const took = [formatDuration(Math.max(0, (endedAt ?? now) - startedAt)), ...costWords(spent)].join(', ');
  return `${plainText(name)}: ${status} (${took})${error === undefined ? '' : `: ${plainText(error.message)}${error.advice === '' ? '' : ` ${plainText(error.advice)}`}`}`;
}

export function decideCommand(execution: string, approval: string, decision: 'approve' | 'reject' = 'approve'): string {
  return `amp-orchestrator workflow ${decision} ${shown(execution)}/${shown(approval)}`;
}

export function resumeCommand(execution: string): string {
  return `amp-orchestrator workflow resume ${shown(execution)}`;
}
