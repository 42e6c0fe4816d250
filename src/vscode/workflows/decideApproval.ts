import * as vscode from 'vscode';
import { OrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import type { Decision, Recorded } from '../../model/workflow/event';
import type { WorkflowService } from '../../orchestrator';

const verbs: Readonly<Record<Decision, string>> = { approved: 'Approve', rejected: 'Reject' };
const longestContent = 2_000;

export interface AskedApproval {
  readonly execution: string;
  readonly id: string;
}

/**
 * Shows what is asked and what the decision is bound to, asks for a comment, and decides. Nothing happens when a person leaves it.
 * @throws OrchestratorError `approval-missing` when it was decided meanwhile, `approval-changed`
 */
export async function decideApproval(service: WorkflowService, { execution, id }: AskedApproval, offered: readonly Decision[]): Promise<void> {
  const { state } = await service.execution(execution);
  const approval = state.approvals.get(id);
  if (approval?.status !== 'open') throw new OrchestratorError('approval-missing', 'This approval is not open any more.', 'The execution shows what was decided.');
  const { message, content, session, quorum, decisions, hash } = approval;
  const rows = [
    session === undefined ? undefined : `Session: ${session}`,
    content === undefined ? undefined : `Bound to: ${contentText(content)}`,
    quorum > 1 ? `${formatPlural(quorum, 'approval')} needed, ${decisions.filter(({ decision }) => decision === 'approved').length} given` : undefined,
    `When what it is bound to (${hash.slice(0, 12)}) changes, it is asked again.`,
  ];
  const detail = rows.filter((row) => row !== undefined).join('\n');
  const chosen = await vscode.window.showInformationMessage(message, { modal: true, detail }, ...offered.map((decision) => verbs[decision]));
  const decision = offered.find((one) => verbs[one] === chosen);
  if (decision === undefined) return;
  const comment = await vscode.window.showInputBox({ title: `${verbs[decision]}: ${message}`, prompt: 'Comment', placeHolder: 'Optional; kept with the decision', ignoreFocusOut: true });
  if (comment === undefined) return;
  await service.decide({ execution, approval: id, decision, hash, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) });
}

function contentText(content: Recorded): string {
  const text = 'preview' in content ? `${content.preview}…` : typeof content.value === 'string' ? content.value : JSON.stringify(content.value, null, 2);
  return text.length > longestContent ? `${text.slice(0, longestContent)}…` : text;
}
