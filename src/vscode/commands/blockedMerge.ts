import * as vscode from 'vscode';
import { formatScore } from '../../base/format';
import type { EvalReport, GateReason } from '../../model/evalReport';
import type { Session } from '../../model/session';
import { blockedPrompt } from '../diagnostics/findingPrompt';
import { commandIds } from '../manifest';
import type { CommandContext } from './commandContext';
import { sendPrompt } from './sendPrompt';

/** A typed word is no reason. The engines ask for the same. */
const shortestReason = 10;

interface Choice extends vscode.QuickPickItem {
  readonly act?: 'report' | 'send' | 'merge';
}

/** Lists what blocks a merge, with what can be done; gives the reason to merge all the same when a person types one. */
export async function answerBlockedMerge(context: CommandContext, session: Session, report: EvalReport): Promise<string | undefined> {
  const chosen = await vscode.window.showQuickPick(choices(report), {
    title: `Merge blocked: ${session.name}`,
    placeHolder: `The evaluations ${report.verdict === 'errored' ? 'could not be judged' : report.verdict}${report.score === null ? '' : ` with ${formatScore(report.score)} of 100`}. Nothing was merged.`,
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  switch (chosen?.act) {
    case 'report':
      await vscode.commands.executeCommand(commandIds.showEvaluationReport, session.id);
      return undefined;
    case 'send':
      await sendBlockers(context, session, report);
      return undefined;
    case 'merge':
      return askReason(session);
    case undefined:
      return undefined;
  }
}

function choices({ reasons }: EvalReport): Choice[] {
  return [
    { label: 'What to do', kind: vscode.QuickPickItemKind.Separator },
    { label: 'Send Findings to the Session…', iconPath: new vscode.ThemeIcon('comment-discussion'), detail: 'The agent gets what blocks the merge as its next prompt.', act: 'send' },
    { label: 'Show Report', iconPath: new vscode.ThemeIcon('output'), detail: 'Every evaluator with its score and findings.', act: 'report' },
    { label: 'Merge Anyway…', iconPath: new vscode.ThemeIcon('warning'), detail: 'Needs a reason, which is kept with the session.', act: 'merge' },
    { label: 'What blocks', kind: vscode.QuickPickItemKind.Separator },
    ...reasons.map((reason): Choice => ({ label: reason.message, iconPath: new vscode.ThemeIcon(reasonIcon(reason)), detail: reason.advice, act: 'report' })),
  ];
}

function reasonIcon({ kind }: GateReason): string {
  return kind === 'required-errored' ? 'warning' : 'error';
}

async function sendBlockers(context: CommandContext, session: Session, report: EvalReport): Promise<void> {
  const blocking = new Set(report.reasons.flatMap(({ evaluator }) => evaluator ?? []));
  const findings = report.results.filter(({ name }) => blocking.size === 0 || blocking.has(name)).flatMap(({ findings: all }) => all.filter(({ accepted }) => accepted === undefined));
  const [first, ...rest] = blockedPrompt(report.reasons, findings).split('\n');
  await sendPrompt(context, session.id, { line: first ?? '', rest: rest.join('\n') });
}

async function askReason(session: Session): Promise<string | undefined> {
  const reason = await vscode.window.showInputBox({
    title: `Merge "${session.name}" anyway`,
    prompt: `Why may it be merged although its evaluations do not pass? At least ${shortestReason} characters; it is kept with the session.`,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim().length >= shortestReason ? undefined : `Give a reason of at least ${shortestReason} characters.`),
  });
  return reason?.trim();
}
