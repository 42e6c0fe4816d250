import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import { formatPlural, formatScore } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import { sessionKey, type EvalProgress } from '../evaluations/evaluatedPlace';
import { commandIds, viewIds } from '../manifest';
import { gateMode } from '../platform/evaluationGate';
import { linesText } from '../views/sessionNodes';
import { answerBlockedMerge } from './blockedMerge';
import type { CommandContext } from './commandContext';
import { chooseSession } from './pickSession';

type MergeRequest = NonNullable<Parameters<Orchestrator['sessions']['merge']>[1]>;

/** What is known before a merge: whether it has to be evaluated, and the sentence that says so. */
interface GateNow {
  readonly evaluates: boolean;
  readonly sentence: string | undefined;
  /** It was evaluated as it is, and did not pass. */
  readonly blockedBy?: EvalReport;
}

export async function mergeSession(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Merge', fits: /^session\.workable\.changed/, none: 'No session has changes to merge.' });
  if (!chosen) return;
  const { orchestrator } = chosen;
  const { session } = chosen.item;
  const gate = await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, () => gateNow(orchestrator, session));
  if (gate.blockedBy) return blocked(context, orchestrator, session, gate.blockedBy);
  const keepWorktree = await askToMerge(orchestrator, session, gate);
  if (keepWorktree === undefined) return;
  await mergeAndTell(context, orchestrator, session, { keepWorktree }, gate.evaluates);
}

async function gateNow({ evaluations }: Orchestrator, { id, baseBranch }: Session): Promise<GateNow> {
  const mode = gateMode();
  const target = { kind: 'session', sessionId: id } as const;
  if (mode === 'off') return { evaluates: false, sentence: 'Merges are not evaluated here: a setting says so.' };
  if (mode === 'configured' && (await evaluations.definition(target)).source !== 'file') return { evaluates: false, sentence: undefined };
  const { state, report, why } = await evaluations.gate(id);
  if (state === 'none' || !report) return { evaluates: true, sentence: `It was not evaluated yet: that is done first, on the work as it will be on ${baseBranch}.` };
  if (state === 'stale') return { evaluates: true, sentence: `Its evaluation is stale. ${why ?? 'Something has changed since.'} It is evaluated again first.` };
  return report.verdict === 'passed' ? { evaluates: false, sentence: `Its evaluations passed${report.score === null ? '' : ` with ${formatScore(report.score)} of 100`}.` } : { evaluates: true, sentence: undefined, blockedBy: report };
}

/** Whether the worktree is to be kept; undefined when nothing is to be merged. */
async function askToMerge(orchestrator: Orchestrator, session: Session, { evaluates, sentence }: GateNow): Promise<boolean | undefined> {
  const { files } = await orchestrator.sessions.changes(session.id);
  const verb = evaluates ? 'Evaluate and merge' : 'Merge';
  const mergeAndRemove = `${verb} into ${session.baseBranch}`;
  const mergeAndKeep = `${verb}, keep worktree`;
  const answer = await vscode.window.showInformationMessage(
    `Merge "${session.name}" into ${session.baseBranch}?`,
    {
      modal: true,
      detail: [
        sentence,
        `${formatPlural(files.length, 'file')}, ${linesText(files) || 'no lines'}. It becomes one commit on top of ${session.baseBranch}. Then the worktree is removed; its single commits and its files, ignored ones too, stay under refs/amp/trash. Ignored folders that tools make again (node_modules, dist …) are not kept; with any other ignored folder in it, the worktree stays.`,
      ].filter((part) => part !== undefined).join('\n\n'),
    },
    mergeAndRemove,
    mergeAndKeep,
  );
  return answer === undefined ? undefined : answer === mergeAndKeep;
}

async function mergeAndTell(context: CommandContext, orchestrator: Orchestrator, session: Session, request: MergeRequest, evaluates: boolean): Promise<void> {
  try {
    const { commit, worktreeKept } = await mergeWithProgress(context, orchestrator, session, request, evaluates);
    const done = `"${session.name}" is on ${session.baseBranch} as ${commit.slice(0, 8)}.`;
    if (worktreeKept === undefined) void vscode.window.showInformationMessage(done);
    else void vscode.window.showWarningMessage(`${done} ${worktreeKept}`);
  } catch (error) {
    if (!isOrchestratorError(error)) throw error;
    if (error.code === 'merge-conflict') return tellConflict(context, session, error);
    const report = error.code === 'gate-blocked' ? await orchestrator.evaluations.latest({ kind: 'session', sessionId: session.id }) : undefined;
    if (!report) throw error;
    return blocked(context, orchestrator, session, report);
  }
}

/** The view shows that something goes on; what takes long and can be cancelled is told in a notification as well. */
function mergeWithProgress({ places }: CommandContext, { sessions }: Orchestrator, session: Session, request: MergeRequest, evaluates: boolean): ReturnType<Orchestrator['sessions']['merge']> {
  const inView = (work: () => Thenable<Awaited<ReturnType<typeof sessions.merge>>>): Thenable<Awaited<ReturnType<typeof sessions.merge>>> => vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, work);
  if (!evaluates) return Promise.resolve(inView(() => sessions.merge(session.id, request)));
  return places.whileRunning(sessionKey(session.id), async () =>
    inView(() =>
      vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Evaluating "${session.name}"`, cancellable: true }, async (progress, token) => {
        const aborting = new AbortController();
        const cancelled = token.onCancellationRequested(() => { aborting.abort(); });
        try {
          return await sessions.merge(session.id, { ...request, signal: aborting.signal, onProgress: runningEvaluators((message) => { progress.report({ message }); }) });
        } finally {
          cancelled.dispose();
        }
      }),
    ),
  );
}

/** `eslint, tests`: those that run now. */
function runningEvaluators(tell: (message: string) => void): (progress: EvalProgress) => void {
  const running = new Set<string>();
  return ({ kind, evaluator }) => {
    if (kind === 'started') running.add(evaluator);
    else running.delete(evaluator);
    tell([...running].join(', '));
  };
}

async function blocked(context: CommandContext, orchestrator: Orchestrator, session: Session, report: EvalReport): Promise<void> {
  const reason = await answerBlockedMerge(context, session, report);
  if (reason !== undefined) await mergeAndTell(context, orchestrator, session, { override: { reason } }, false);
}

async function tellConflict(context: CommandContext, session: Session, error: unknown): Promise<void> {
  context.log.warn(explain(error));
  const openWorktree = 'Open Worktree';
  const chosenAction = await vscode.window.showWarningMessage(explain(error), 'Run Iteration', openWorktree);
  if (chosenAction === 'Run Iteration') await vscode.commands.executeCommand(commandIds.runIteration, session.id);
  if (chosenAction === openWorktree) await vscode.commands.executeCommand(commandIds.openWorktree, session.id);
}
