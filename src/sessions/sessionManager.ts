import type { Disposable } from '../base/disposable';
import { Emitter, type Listen } from '../base/events';
import { OrchestratorError } from '../base/errors';
import { changedFiles } from '../git/changes';
import type { ChangedFile, Iteration, Session, SpanTotals } from '../model/session';
import type { NanoDollars } from '../model/money';
import { lazyPriceList } from '../llm/prices/priceList';
import { noRedaction, type Redactor } from '../base/redactor';
import { BudgetKeeper, type BudgetKeeperOptions } from './budgetKeeper';
import { createSession, type NewSession } from './createSession';
import { deleteSession, type DeleteResult } from './deleteSession';
import { openGate, type MergeGate } from './mergeGate';
import { mergedCommit, mergeSession, type MergeRequest, type MergeResult } from './mergeSession';
import { StrayKeeper } from './recoverSessions';
import { runIteration, type IterationResult, type RunRequest } from './runIteration';
import { TotalsCache } from './totalsCache';
import { sessionById, type SessionContext } from './sessionContext';

export interface SessionOverview {
  readonly session: Session;
  readonly iterations: readonly Iteration[];
  readonly totals: SpanTotals;
  /** The name of the step that it is at, while it runs. */
  readonly activity: string | undefined;
}

export interface SessionChanges {
  /** The two commits compared; `to` is the worktree's last commit, or the merged one. */
  readonly from: string;
  readonly to: string;
  readonly files: readonly ChangedFile[];
}

interface ActiveRun {
  readonly controller: AbortController;
  iterationId: string | undefined;
  readonly done: Promise<unknown>;
}

export interface SessionManagerOptions extends Omit<SessionContext, 'budgets' | 'prices' | 'redactor' | 'gate'>, Pick<BudgetKeeperOptions, 'executionLimit'> {
  /** The built-in list, if absent. */
  readonly prices?: SessionContext['prices'];
  /** Nothing is taken out, if absent. */
  readonly redactor?: Redactor;
  /** Open, if absent. */
  readonly gate?: MergeGate;
}

/** The sessions of one repository: what a person (or a workflow) can do with them. */
export class SessionManager implements Disposable {
  private readonly active = new Map<string, ActiveRun>();
  private readonly changed = new Emitter<void>();
  private readonly storeListener: Disposable;
  private readonly strays: StrayKeeper;
  private readonly totals: TotalsCache;
  private readonly underWay = new Set<Promise<unknown>>();
  private closed = false;
  /** Something about the sessions changed, in this process or in another one. */
  readonly onDidChange: Listen<void> = this.changed.listen;
  /** The limits of the repository, and the gate in front of the product's own model calls. */
  readonly budgets: BudgetKeeper;
  private readonly context: SessionContext;
  /** The prompts of sessions made here, as they were given. */
  private readonly prompts = new Map<string, string>();

  constructor(options: SessionManagerOptions) {
    const context = (this.context = { prices: lazyPriceList(), redactor: noRedaction, gate: openGate, ...options, budgets: new BudgetKeeper(options) });
    this.budgets = context.budgets;
    this.strays = new StrayKeeper(context);
    this.totals = new TotalsCache(context);
    this.storeListener = context.store.onDidChange(({ external, tables }) => {
      if (external) this.obeySoon();
      if (tables.includes('sessions')) this.lookForStrays();
      this.changed.fire();
    });
    this.lookForStrays();
  }

  async create(request: NewSession): Promise<Session> {
    const session = await this.track(createSession(this.context, request));
    this.prompts.set(session.id, request.prompt);
    return session;
  }

  /** @throws OrchestratorError `session-missing`, `invalid-argument` */
  setBudget(sessionId: string, budgetNano: NanoDollars | undefined): Promise<Session> {
    return this.budgets.setSessionLimit(sessionId, budgetNano);
  }

  /** Runs the agent once. Rejects only when it could not be run; see the iteration's status for how it went. */
  async run(sessionId: string, request: Omit<RunRequest, 'signal' | 'ownPrompt'> = {}): Promise<IterationResult> {
    if (this.active.has(sessionId)) throw new OrchestratorError('session-busy', 'The session is running.', 'Wait for it to end, or stop it.');
    const controller = new AbortController();
    const done = runIteration(this.context, sessionId, {
      ...request,
      ownPrompt: this.prompts.get(sessionId),
      signal: controller.signal,
      onStarted: (iteration) => {
        run.iterationId = iteration.id;
        // A request that came before we knew the iteration.
        this.obeySoon();
        request.onStarted?.(iteration);
      },
    });
    const run: ActiveRun = { controller, iterationId: undefined, done };
    this.active.set(sessionId, run);
    try {
      return await done;
    } finally {
      this.active.delete(sessionId);
    }
  }

  /** Stops the session's run, in whichever process it is; resolves when that has been asked for (elsewhere) or done (here). False when nothing runs. */
  async stop(sessionId: string): Promise<boolean> {
    const here = this.active.get(sessionId);
    if (here) {
      here.controller.abort();
      await here.done.catch(() => undefined);
      return true;
    }
    const running = (await this.context.store.iterations.bySession(sessionId)).find(({ status }) => status === 'running');
    return running ? this.context.store.iterations.requestStop(running.id, this.context.clock.now()) : false;
  }

  merge(sessionId: string, request?: MergeRequest): Promise<MergeResult> {
    return this.track(mergeSession(this.context, sessionId, request));
  }

  /** The commit on the base branch, once the session is merged: also where a process ended before it had recorded that. @throws OrchestratorError `session-missing` */
  mergedCommit(sessionId: string): Promise<string | undefined> {
    return mergedCommit(this.context, sessionId);
  }

  delete(sessionId: string): Promise<DeleteResult> {
    this.prompts.delete(sessionId);
    return this.track(deleteSession(this.context, sessionId));
  }

  get(sessionId: string): Promise<Session> {
    return sessionById(this.context, sessionId);
  }

  /** All sessions but the deleted ones, newest first. */
  async overview(): Promise<SessionOverview[]> {
    const { sessions, iterations } = this.context.store;
    return Promise.all(
      (await sessions.list())
        .filter(({ status }) => status !== 'deleted')
        .map(async (session) => ({
          session,
          iterations: await iterations.bySession(session.id),
          totals: await this.totals.of(session),
          activity: session.status === 'running' ? await this.activity(session.id) : undefined,
        })),
    );
  }

  /** The innermost step that is open: a tool, or what the model is asked. */
  private async activity(sessionId: string): Promise<string | undefined> {
    const recent = await this.context.store.spans.bySession(sessionId, { since: this.context.clock.now() });
    return recent.findLast(({ status, type }) => status === 'running' && type !== 'ui')?.name;
  }

  /** What the session (or one of its iterations) changed. */
  async changes(sessionId: string, iterationId?: string): Promise<SessionChanges> {
    const session = await this.get(sessionId);
    const { git } = this.context.repository;
    const iterations = await this.context.store.iterations.bySession(sessionId);
    const iteration = iterations.find(({ id }) => id === iterationId);
    const to = iteration ? iteration.commitSha : (session.mergedSha ?? (await git.resolveCommit(`refs/heads/${session.branch}`)));
    if (!to) return { from: session.baseSha, to: session.baseSha, files: [] };
    const before = iteration ? iterations.findLast(({ number, commitSha }) => commitSha !== undefined && number < iteration.number)?.commitSha : undefined;
    const from = before ?? (await git.output(['merge-base', session.baseSha, to]));
    return { from, to, files: await changedFiles(git, from, to) };
  }

  /** Stops what runs here, waits for its work to be committed and for what else is under way. */
  async shutDown(): Promise<void> {
    const runs = [...this.active.values()];
    for (const { controller } of runs) controller.abort('shutdown');
    await Promise.allSettled([...runs.map(({ done }) => done), ...this.underWay]);
  }

  dispose(): void {
    this.closed = true;
    this.storeListener.dispose();
    this.budgets.dispose();
    this.changed.dispose();
  }

  private track<T>(operation: Promise<T>): Promise<T> {
    this.underWay.add(operation);
    const done = (): void => { this.underWay.delete(operation); };
    operation.then(done, done);
    return operation;
  }

  private obeySoon(): void {
    this.obeyStopRequests().catch((error: unknown) => {
      if (!this.closed) this.context.log.error('Requests to stop could not be read', error);
    });
  }

  private lookForStrays(): void {
    this.strays.look().catch((error: unknown) => {
      if (!this.closed) this.context.log.error('Interrupted sessions could not be looked after', error);
    });
  }

  private async obeyStopRequests(): Promise<void> {
    for (const { controller, iterationId } of this.active.values()) {
      if (iterationId === undefined) continue;
      const iteration = await this.context.store.iterations.get(iterationId);
      if (iteration?.stopRequestedAt !== undefined) controller.abort();
    }
  }
}
