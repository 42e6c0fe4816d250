import { explain, isOrchestratorError, OrchestratorError } from '../base/errors';
import { present } from '../base/jsonShape';
import type { AgentOutcome } from '../agents/agentDriver';
import { changedFiles } from '../git/changes';
import { commitAll, nestedRepositories } from '../git/checkpoints';
import type { Git } from '../git/git';
import { repositoryCode } from '../git/repositoryCode';
import { checkWorktree } from '../git/worktrees';
import type { ChangedFile, Iteration } from '../model/session';
import { compareCheckouts, checkoutState, type CheckoutState } from './checkoutGuard';
import { commitSubject } from './names';
import type { AgentRun } from './runAgent';
import type { SessionContext } from './sessionContext';

export interface PlaceBefore {
  readonly git: Git;
  /** The worktree's commit. */
  readonly head: string;
  readonly checkout: CheckoutState;
}

export interface KeptWork {
  readonly iteration: Iteration;
  /** What a person has to look at; absent when all is well. */
  readonly attention?: string;
  /** Why the iteration failed; absent when it did not. */
  readonly error?: OrchestratorError;
}

function codeChanged(): OrchestratorError {
  return new OrchestratorError(
    'git-code-changed',
    'The agent changed how git behaves in this repository (its configuration, hooks or attributes), which can start programs.',
    'Its work is in the worktree and was not committed. Look at .git/config and .git/hooks before you go on.',
  );
}

export async function placeBefore({ repository }: SessionContext, git: Git): Promise<PlaceBefore> {
  return { git, head: await git.output(['rev-parse', 'HEAD']), checkout: await checkoutState(repository, git) };
}

/**
 * Commits what the agent left in its worktree and says what it did outside of it. Where the agent moved the worktree or changed git's own
 * code, nothing is run there: its work stays as it is, and a person has to look.
 */
export async function keepWork(context: SessionContext, run: AgentRun, before: PlaceBefore, outcome: AgentOutcome): Promise<KeptWork> {
  const { session, iteration } = run;
  const ended: Iteration = {
    ...iteration,
    status: outcome.status,
    tsEnd: context.clock.now(),
    ...(outcome.summary === undefined ? {} : { summary: outcome.summary }),
    ...(outcome.error === undefined ? {} : { errorMessage: explain(outcome.error) }),
    ...(outcome.agentSessionId === undefined ? {} : { agentSessionId: outcome.agentSessionId }),
    ...(outcome.conversationTotals === undefined ? {} : { conversationTotals: outcome.conversationTotals }),
  };
  try {
    if ((await repositoryCode(context.repository, before.git.location.gitDirectory)) !== before.checkout.code) throw codeChanged();
    await checkWorktree(context.repository, session.worktree, session.branch);
    const difference = compareCheckouts(before.checkout, await checkoutState(context.repository, before.git));
    if (difference.files.length > 0 || difference.headMoved) noteCheckout(context, run, difference.files);
    const { commitSha, files } = await commit(context, run, before, ended);
    const nested = await nestedRepositories(before.git);
    const attention = nested.length > 0 ? `The agent made git repositories of its own in ${nested.join(', ')}: their files are not in the session's commits.` : outcome.status === 'failed' ? ended.errorMessage : undefined;
    return { iteration: { ...ended, changedFiles: files, ...(commitSha === undefined ? {} : { commitSha }) }, ...present({ attention, error: outcome.error }) };
  } catch (error) {
    context.log.error(`The work of iteration ${iteration.number} of "${session.name}" could not be committed`, error);
    return { iteration: { ...ended, status: outcome.status === 'succeeded' ? 'failed' : outcome.status, errorMessage: explain(error) }, attention: explain(error), ...(isOrchestratorError(error) ? { error } : {}) };
  }
}

async function commit({ tracer, redactor }: SessionContext, { session, iteration, span }: AgentRun, { git, head }: PlaceBefore, { summary }: Iteration): Promise<{ commitSha: string | undefined; files: ChangedFile[] }> {
  const message = `${commitSubject(redactor.redact(summary ?? iteration.prompt))}\n\nSession: ${session.name}\nIteration: ${iteration.number}\nAgent: ${session.agent}\n`;
  return tracer.trace(
    { sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'git', name: 'git commit' },
    async () => {
      await commitAll(git, message);
      const after = await git.output(['rev-parse', 'HEAD']);
      return after === head ? { commitSha: undefined, files: [] } : { commitSha: after, files: await changedFiles(git, head, after) };
    },
    ({ commitSha, files }) => (commitSha === undefined ? { name: 'git commit: nothing changed' } : { name: `git commit ${commitSha.slice(0, 8)}`, attrs: { 'vcs.ref.head.revision': commitSha, 'amp.files': files.length } }),
  );
}

function noteCheckout({ tracer }: SessionContext, { session, iteration, span }: AgentRun, files: readonly string[]): void {
  const name = files.length > 0 ? `Files in your own checkout changed meanwhile: ${files.slice(0, 5).join(', ')}` : 'Your own checkout moved to another commit meanwhile';
  const note = tracer.startSpan({ sessionId: session.id, iterationId: iteration.id, parentId: span.id, type: 'ui', name, attrs: { 'amp.notice': 'warning', 'amp.text': 'If that was not you, the agent worked outside its worktree.' } });
  tracer.finishSpan(note.id);
}
