import { formatClock, formatTokens } from '../../base/format';
import { plainText } from '../../base/plainText';
import type { WorkflowEvent } from '../../model/workflow/event';
import { formatSpent } from '../../model/workflow/spent';
import { hasEnded, type ApprovalState } from '../../model/workflow/state';
import type { ExecutionView } from '../../orchestrator';
import type { Command, CommandInput } from '../command';
import { tableLines } from '../table';
import { executionJson } from '../executions/json';
import { namedExecution } from '../executions/named';
import { decideCommand, endWords, nodeName, resumeCommand, shown, shownHash, stepDuration, stepWord } from '../executions/words';

export const workflowShowCommand: Command = {
  name: 'show',
  summary: 'Show an execution: its steps, what they cost, and what it asks',
  usage: 'amp-orchestrator workflow show [EXECUTION] [--events] [--json]',
  words: 1,
  options: { events: { type: 'boolean' }, json: { type: 'boolean' } },
  run: show,
};

async function show(input: CommandInput): Promise<number> {
  const { orchestrator: { workflows }, print, values } = input;
  const id = await namedExecution(input);
  if (values['events'] === true) {
    const events = await workflows.events(id);
    if (values['json'] === true) print(JSON.stringify(events, undefined, 2));
    else for (const event of events) print(eventLine(event));
    return 0;
  }
  const view = await workflows.execution(id);
  if (values['json'] === true) print(JSON.stringify(executionJson(view), undefined, 2));
  else for (const line of viewLines(view, Date.now())) print(line);
  return 0;
}

function viewLines(view: ExecutionView, now: number): string[] {
  const { state, record, definition, pending } = view;
  const rows = [...state.steps.values()].map((step) => [
    nodeName(definition, step.node), String(step.pass), stepWord(step), stepDuration(step, now), formatSpent(step) ?? '', tokens(step.tokensIn, step.tokensOut), plainText(step.status === 'asking' ? (step.question ?? '') : (step.error?.message ?? '')),
  ]);
  return [
    endWords(state, now),
    `Execution ${record.id}, started by ${plainText(state.by)} at ${formatClock(state.startedAt, now)}`,
    ...(state.fork === undefined ? [] : [`Forked from ${shown(state.fork.execution)} at ${nodeName(definition, state.fork.node)}`]),
    ...(state.parent === undefined ? [] : [`${shown(state.parent.execution)} waits for it (${state.parent.step})`]),
    ...(hasEnded(state.status) ? [] : [record.owner === 'none' ? `Nobody runs it. Go on with: ${resumeCommand(record.id)}` : `Run ${record.owner === 'here' ? 'here' : 'by another window or terminal'}`]),
    ...pending.map(({ kind, about }) => `Waits to be taken up: ${kind}${about === undefined ? '' : ` ${shown(about)}`}`),
    '',
    ...tableLines(['NODE', 'PASS', 'STATUS', 'TIME', 'COST', 'TOKENS', ''], rows),
    ...approvalLines([...state.approvals.values()], record.id, new Set(pending.map(({ about }) => about))),
  ];
}

/** `decided`: approvals with a decision that has not been taken up yet. */
function approvalLines(approvals: readonly ApprovalState[], execution: string, decided: ReadonlySet<string | undefined>): string[] {
  if (approvals.length === 0) return [];
  return ['', ...approvals.flatMap(({ id, message, hash, status, quorum, decisions, reopened }) => [
    `${plainText(message)}  ${status}${status === 'open' && decided.has(id) ? ', a decision is on record' : ''}${quorum > 1 ? `, ${decisions.filter(({ decision }) => decision === 'approved').length} of ${quorum}` : ''}${reopened > 0 ? `, reopened ${reopened} ×` : ''}  (${shownHash(hash)})`,
    ...decisions.map(({ by, decision, comment }) => `  ${plainText(by)} ${decision}${comment === undefined ? '' : `: ${plainText(comment)}`}`),
    ...(status === 'open' && !decided.has(id) ? [`  ${decideCommand(execution, id)}`, `  ${decideCommand(execution, id, 'reject')}`] : []),
  ])];
}

function tokens(tokensIn = 0, tokensOut = 0): string {
  return tokensIn + tokensOut === 0 ? '' : `${formatTokens(tokensIn)} / ${formatTokens(tokensOut)}`;
}

function eventLine({ seq, at, type, epoch, ...event }: WorkflowEvent): string {
  return `${String(seq).padStart(5)}  ${new Date(at).toISOString()}  ${epoch}  ${type.padEnd(26)} ${plainText(JSON.stringify(event))}`;
}
