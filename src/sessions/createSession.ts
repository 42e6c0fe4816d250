import path from 'node:path';
import { isOrchestratorError, OrchestratorError } from '../base/errors';
import { newId } from '../base/ids';
import { checkReadyForSessions, resolveBase } from '../git/repository';
import { addWorktree, removeWorktree, worktreeRoot } from '../git/worktrees';
import type { NanoDollars } from '../model/money';
import type { AgentName, AgentOptions, Session } from '../model/session';
import { nameFromPrompt, sessionSlug, timeStamp } from './names';
import { driverOf, type SessionContext } from './sessionContext';

export interface NewSession {
  /** A new one, if absent. Who has to find the session again after a crash gives it. */
  readonly id?: string | undefined;
  readonly prompt: string;
  readonly agent: AgentName;
  readonly agentOptions?: AgentOptions | undefined;
  /** The first line of the prompt, if absent. */
  readonly name?: string | undefined;
  /** The branch that is checked out, if absent. */
  readonly baseBranch?: string | undefined;
  /** The session's own limit; the repository's default, if absent. */
  readonly budgetNano?: NanoDollars | undefined;
  /** The workflow execution that it belongs to. */
  readonly executionId?: string | undefined;
}

const namesTried = 20;

/**
 * Makes a session with its worktree and branch. When anything is in the way nothing is left behind.
 * @throws OrchestratorError of the repository (`no-commits`, `detached-head`, `base-branch-missing` …), of the agent (`agent-missing` …), `budget-exceeded`, `branch-in-the-way` or `branch-taken`
 */
export async function createSession(context: SessionContext, request: NewSession): Promise<Session> {
  const { repository, store, tracer, clock } = context;
  const prompt = request.prompt.trim();
  if (prompt === '') throw new OrchestratorError('invalid-argument', 'The prompt is empty.', 'Say what the agent shall do.');
  const { budgetNano, executionId } = request;
  if (request.id !== undefined && (await store.sessions.get(request.id))) throw new OrchestratorError('invalid-argument', 'There is a session of this id already.', 'Go on with that one, or leave the id out.');
  if (budgetNano !== undefined && !(Number.isSafeInteger(budgetNano) && budgetNano >= 0)) throw new OrchestratorError('invalid-argument', `The budget is no amount: ${budgetNano}.`, 'Give an amount of 0 or more.');
  const driver = driverOf(context, request.agent);
  const agentOptions = request.agentOptions ?? {};
  await checkReadyForSessions(repository);
  const base = await resolveBase(repository, request.baseBranch);
  await driver.check(agentOptions);
  const id = request.id ?? newId();
  // One that may not spend anything would only leave its branch and worktree behind.
  await context.budgets.refuse({ sessionId: id, executionId }, budgetNano);

  const now = clock.now();
  const name = context.redactor.redact(request.name ?? '').replace(/\s+/g, ' ').trim() || nameFromPrompt(context.redactor.redact(prompt));
  const place = await tracer.trace(
    { sessionId: id, type: 'git', name: 'git worktree add', attrs: { 'vcs.ref.base.name': base.branch, 'vcs.ref.base.revision': base.sha } },
    () => makePlace(context, { name, sha: base.sha, now }),
    ({ branch, worktree }) => ({ attrs: { 'vcs.ref.head.name': branch, 'amp.worktree': worktree } }),
  );
  const session: Session = { id, name, prompt, agent: request.agent, agentOptions, baseBranch: base.branch, baseSha: base.sha, ...place, status: 'ready', createdAt: now, updatedAt: now, ...(budgetNano === undefined ? {} : { budgetNano }), ...(executionId === undefined ? {} : { executionId }) };
  try {
    await store.sessions.save(session);
  } catch (error) {
    await removeWorktree(repository, place.worktree, place.branch).catch((reason: unknown) => {
      context.log.error(`The worktree ${place.worktree} could not be removed`, reason);
    });
    throw error;
  }
  return session;
}

async function makePlace({ repository, log }: SessionContext, { name, sha, now }: { name: string; sha: string; now: number }): Promise<{ branch: string; worktree: string }> {
  const words = sessionSlug(name);
  const stamp = timeStamp(now);
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? '' : `-${attempt}`;
    const branch = `amp/${words}/${stamp}${suffix}`;
    const directory = path.join(worktreeRoot(repository), `${words}-${stamp}${suffix}`);
    try {
      return { branch, worktree: await addWorktree(repository, { directory, branch, sha, onWarning: (message) => { log.warn(message); } }) };
    } catch (error) {
      const taken = isOrchestratorError(error) && error.code === 'branch-taken';
      if (!taken || attempt === namesTried) throw error;
    }
  }
}
