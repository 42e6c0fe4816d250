import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { Emitter, type Listen } from '../base/events';
import { explain, OrchestratorError } from '../base/errors';
import { newId } from '../base/ids';
import type { BudgetGate, BudgetLimits, BudgetLimitsPatch, BudgetState, BudgetWarning, Spender } from '../model/budget';
import type { NanoDollars } from '../model/money';
import { outsideSessions, sessionStatuses, statusAfter, type Session } from '../model/session';
import type { Store } from '../storage/store';
import type { AmpTracer } from '../telemetry/tracer';
import { doesNotFit, usedUp } from './budgetWords';
import { RunGuard, type GuardedRun, type Limit } from './runGuard';
import { dayOf, filterOf, keyOf, SpendingLedger, type AccountOf, type DayAccount } from './spendingLedger';
import type { Log } from '../base/log';

export interface BudgetKeeperOptions {
  readonly store: Store;
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly log: Log;
  /** The limit of a workflow execution; none, if absent. Nothing starts executions yet, so nothing gives one. */
  readonly executionLimit?: (executionId: string) => NanoDollars | undefined;
}

/**
 * Keeps the limits of a day and of a session (and of a workflow execution, where `executionLimit` knows one; those are not stored): refuses calls whose estimate does not fit, and ends runs in the very
 * event that uses a limit up. What has been spent is what the store says, so a restart refunds nothing and all processes share it.
 */
export class BudgetKeeper implements BudgetGate, Disposable {
  private readonly ledger: SpendingLedger;
  private readonly guards = new Set<RunGuard>();
  private readonly storeListener: Disposable;
  /** The day that is followed while runs are watched, and the next one, so that its account is open when it begins. */
  private days: { readonly today: AccountOf; readonly accounts: readonly Disposable[] } | undefined;
  private readonly warned = new Emitter<BudgetWarning>();
  /** Of each account, the limit that was warned of: the runs that share it warn together. */
  private readonly lastWarned = new Map<string, NanoDollars>();
  private refreshing: Promise<void> | undefined;
  private again = false;
  private closed = false;
  /** Four fifths of a limit are spent; told once a limit, by the process that runs what spends. */
  readonly onDidWarn: Listen<BudgetWarning> = this.warned.listen;

  constructor(private readonly options: BudgetKeeperOptions) {
    const { store, tracer } = options;
    this.ledger = new SpendingLedger(tracer, store.rollups, (span) => {
      if (this.guards.size > 0 && this.followToday()) this.refreshSoon();
      for (const guard of this.guards) guard.spent(span);
    });
    this.storeListener = store.onDidChange(({ tables }) => {
      // A change of another process names all tables.
      if (this.guards.size > 0 && (tables.includes('budgets') || tables.includes('sessions'))) this.refreshSoon();
    });
  }

  limits(): Promise<BudgetLimits> {
    return this.options.store.budgets.limits();
  }

  /** @throws OrchestratorError `invalid-argument` for what is no amount */
  async setLimits(patch: BudgetLimitsPatch): Promise<void> {
    await this.options.store.budgets.setLimits(patch);
    await this.releaseStopped();
  }

  /**
   * A session's own limit; undefined puts it back to the default.
   * @throws OrchestratorError `session-missing`, `invalid-argument`
   */
  async setSessionLimit(sessionId: string, budgetNano: NanoDollars | undefined): Promise<Session> {
    const { store, clock } = this.options;
    if (budgetNano !== undefined && !(Number.isSafeInteger(budgetNano) && budgetNano >= 0)) throw new OrchestratorError('invalid-argument', `The budget is no amount: ${budgetNano}.`, 'Give an amount of 0 or more.');
    const changed = await store.sessions.transition(sessionId, sessionStatuses, { budgetNano, updatedAt: clock.now() });
    if (!changed) throw new OrchestratorError('session-missing', 'There is no such session in this repository.', 'List them with amp-orchestrator sessions.');
    await this.releaseStopped();
    return (await store.sessions.get(sessionId)) ?? changed;
  }

  /** The limits that hold now and what has been spent of them: the day's, then those of the sessions that can still spend. */
  async states(): Promise<BudgetState[]> {
    const { store } = this.options;
    const [{ dayNano, sessionNano }, sessions, today, bySession, reserved] = await Promise.all([this.limits(), store.sessions.list(), store.rollups.totals(filterOf(this.today())), store.rollups.usage({}, ['session']), store.budgets.reservations()]);
    const spent = new Map(bySession.map(({ sessionId, costNano }) => [sessionId, costNano]));
    return [
      ...(dayNano === undefined ? [] : [{ scope: 'day' as const, limitNano: dayNano, spentNano: today.costNano, reservedNano: [...reserved.values()].reduce((sum, costNano) => sum + costNano, 0) }]),
      ...sessions.flatMap(({ id, status, budgetNano = sessionNano }): BudgetState[] => {
        if (budgetNano === undefined || status === 'merged' || status === 'deleted') return [];
        return [{ scope: 'session', id, limitNano: budgetNano, spentNano: spent.get(id) ?? 0, reservedNano: reserved.get(id) ?? 0 }];
      }),
    ];
  }

  async admit(spender: Spender, costNano: NanoDollars | undefined): Promise<{ release(): Promise<void> }> {
    const { store } = this.options;
    const limits = await this.limitsOf(spender);
    if (limits.length === 0) return { release: () => Promise.resolve() };
    const id = newId();
    const limit = (scope: Limit['scope']): NanoDollars | undefined => limits.find((one) => one.scope === scope)?.limitNano;
    const [dayLimitNano, sessionLimitNano, executionLimitNano] = [limit('day'), limit('session'), limit('execution')];
    const full = await store.budgets.reserve({
      id,
      sessionId: spender.sessionId,
      costNano: costNano ?? 0,
      dayStartMs: this.today().dayStartMs,
      ...(spender.executionId === undefined ? {} : { executionId: spender.executionId }),
      ...(dayLimitNano === undefined ? {} : { dayLimitNano }),
      ...(sessionLimitNano === undefined ? {} : { sessionLimitNano }),
      ...(executionLimitNano === undefined ? {} : { executionLimitNano }),
    });
    if (full) throw doesNotFit(full, costNano);
    return { release: () => store.budgets.release(id) };
  }

  /**
   * `ownNano`: the limit that a session which is not there yet is going to have of its own.
   * @throws OrchestratorError `budget-exceeded` while a limit is used up
   */
  async refuse(spender: Spender, ownNano?: NanoDollars): Promise<void> {
    const { rollups } = this.options.store;
    for (const limit of await this.limitsOf(spender, ownNano)) {
      const { costNano } = await rollups.totals(filterOf(limit.of));
      if (costNano >= limit.limitNano) throw usedUp({ ...limit, spentNano: costNano });
    }
  }

  /** Watches a run until the guard is disposed of; has to be there before the agent starts. */
  async guard(run: GuardedRun): Promise<RunGuard> {
    const { tracer, log } = this.options;
    const { sessionId, executionId } = run.spender;
    const followed = [
      this.ledger.follow({ scope: 'session', id: sessionId }),
      ...(executionId === undefined ? [] : [this.ledger.follow({ scope: 'execution', id: executionId }, { sessionId, executionId })]),
    ];
    const guard = new RunGuard(run, this.ledger, tracer, log, {
      warn: (warning, of) => { this.warn(warning, of); },
      leave: () => {
        this.guards.delete(guard);
        for (const account of followed) account.dispose();
      },
    });
    this.guards.add(guard);
    try {
      await this.refresh();
    } catch (error) {
      guard.dispose();
      throw error;
    }
    return guard;
  }

  dispose(): void {
    this.closed = true;
    this.storeListener.dispose();
    this.ledger.dispose();
    this.warned.dispose();
  }

  private today(): DayAccount {
    return dayOf(this.options.clock.now());
  }

  private warn(warning: BudgetWarning, of: AccountOf): void {
    const key = keyOf(of);
    if (this.lastWarned.get(key) === warning.limitNano) return;
    this.lastWarned.set(key, warning.limitNano);
    this.warned.fire(warning);
  }

  private async limitsOf({ sessionId, executionId }: Spender, ownNano?: NanoDollars): Promise<readonly Limit[]> {
    const { store, executionLimit } = this.options;
    const { dayNano, sessionNano } = await this.limits();
    const session = sessionId === outsideSessions ? undefined : await store.sessions.get(sessionId);
    const ofSession = sessionId === outsideSessions ? undefined : (session?.budgetNano ?? ownNano ?? sessionNano);
    const ofExecution = executionId === undefined ? undefined : executionLimit?.(executionId);
    return [
      ...(ofSession === undefined ? [] : [{ scope: 'session', of: { scope: 'session', id: sessionId }, limitNano: ofSession } as const]),
      ...(ofExecution === undefined || executionId === undefined ? [] : [{ scope: 'execution', of: { scope: 'execution', id: executionId }, limitNano: ofExecution } as const]),
      ...(dayNano === undefined ? [] : [{ scope: 'day', of: this.today(), limitNano: dayNano } as const]),
    ];
  }

  /** What other processes spent and which limits hold now; one reading at a time, and one more when something changed meanwhile. */
  private refresh(): Promise<void> {
    this.again = true;
    return (this.refreshing ??= this.readAgain());
  }

  private async readAgain(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        this.followToday();
        await this.ledger.read();
        for (const guard of this.guards) guard.limitsAre(await this.limitsOf(guard.run.spender));
      }
    } finally {
      // At once with the last look at `again`: who asks later starts a new reading.
      this.refreshing = undefined;
    }
  }

  /** True when another day has begun: the guards have its account at once, and what other processes spent of it has to be read. */
  private followToday(): boolean {
    const today = this.today();
    if (this.days && keyOf(this.days.today) === keyOf(today)) return false;
    // Opened before the old ones are left: the account that both share keeps what it knows.
    const accounts = [today, dayOf(today.dayEndMs)].map((day) => this.ledger.follow(day));
    for (const account of this.days?.accounts ?? []) account.dispose();
    this.days = { today, accounts };
    for (const guard of this.guards) guard.dayIs(today);
    return true;
  }

  private refreshSoon(): void {
    this.refresh().catch((error: unknown) => {
      if (!this.closed) this.options.log.error('Budgets could not be read', error);
    });
  }

  /** Sessions that a limit held back are what their last run left them as, once it does not any more. */
  private async releaseStopped(): Promise<void> {
    const { store, clock, log } = this.options;
    for (const session of await store.sessions.list()) {
      if (session.status !== 'budget-exceeded') continue;
      try {
        await this.refuse(spenderOf(session));
        const last = (await store.iterations.bySession(session.id)).at(-1);
        await store.sessions.transition(session.id, ['budget-exceeded'], { status: last ? statusAfter(last) : 'stopped', attention: undefined, updatedAt: clock.now() });
      } catch (error) {
        if (!(error instanceof OrchestratorError) || error.code !== 'budget-exceeded') log.warn(`"${session.name}" could not be looked at: ${explain(error)}`);
      }
    }
  }
}

export function spenderOf({ id, executionId }: Session): Spender {
  return { sessionId: id, ...(executionId === undefined ? {} : { executionId }) };
}
