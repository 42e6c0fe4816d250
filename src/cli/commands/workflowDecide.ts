import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import { plainText } from '../../base/plainText';
import type { Decision } from '../../model/workflow/event';
import { text, type Command, type CommandInput } from '../command';
import { family, namedExecution, required, splitName } from '../executions/named';
import { resumeCommand, shown, shownHash } from '../executions/words';

export const workflowApproveCommand = decisionCommand('approve', 'approved', 'Approve what an execution asks');
export const workflowRejectCommand = decisionCommand('reject', 'rejected', 'Reject what an execution asks');

function decisionCommand(name: string, decision: Decision, summary: string): Command {
  const usage = `amp-orchestrator workflow ${name} EXECUTION[/APPROVAL] [--comment TEXT] [--hash HASH]`;
  return { name, summary, usage, words: 1, options: { comment: { type: 'string' }, hash: { type: 'string' } }, run: (input) => decide(input, decision, usage) };
}

/** `--hash` binds the decision to what the person has seen; without it, it is taken on what is asked now. */
async function decide({ orchestrator, positionals: [given], values, print }: CommandInput, decision: Decision, usage: string): Promise<number> {
  const { workflows } = orchestrator;
  const [wanted, wantedApproval = ''] = splitName(required(given, 'approval', usage));
  const id = await namedExecution({ orchestrator, positionals: [wanted] });
  const ids = await family(orchestrator, id);
  const open = (await workflows.openApprovals()).filter((approval) => ids.includes(approval.execution) && approval.id.startsWith(wantedApproval));
  const [approval, ...others] = open;
  if (!approval) throw new OrchestratorError('approval-missing', wantedApproval === '' ? `The execution ${shown(id)} asks nothing.` : `The execution ${shown(id)} has no open approval "${wantedApproval}".`, 'See what is open with: amp-orchestrator workflow list.');
  if (others.length > 0) throw new OrchestratorError('invalid-argument', `${open.length} approvals are open there.`, `Name one: ${open.map((one) => `${shown(id)}/${shown(one.id)} (${plainText(one.message)})`).join(', ')}.`);
  const seen = text(values['hash']);
  if (seen !== undefined && (seen === '' || !approval.hash.startsWith(seen))) throw new OrchestratorError('approval-changed', `What "${plainText(approval.message)}" asks about is now ${shownHash(approval.hash)}.`, 'Look at it again, then decide.');
  await workflows.decide({ execution: approval.execution, approval: approval.id, decision, hash: approval.hash, ...present({ comment: text(values['comment']) }) });
  const { record } = await workflows.execution(id);
  print(`${decision === 'approved' ? 'Approved' : 'Rejected'}: ${plainText(approval.message)}  (${shownHash(approval.hash)})`);
  if (record.owner === 'none' && record.status === 'running') print(`Nobody runs the execution now. Go on with: ${resumeCommand(id)}`);
  return 0;
}
