import type { Disposable } from '../base/disposable';
import { explain, type OrchestratorError } from '../base/errors';
import { budgetReason } from '../agents/agentDriver';
import { budgetWarning, type BudgetScope, type BudgetWarning, type Spender } from '../model/budget';
import type { NanoDollars } from '../model/money';
import type { AmpTraceEvent } from '../model/span';
import { isNoUsage } from '../model/usage';
import type { AmpTracer } from '../telemetry/tracer';
import { spentOf, usedUp } from './budgetWords';
import type { AccountOf, SpendingLedger } from './spendingLedger';
import type { Log } from '../base/log';

export interface Limit {
  readonly scope: BudgetScope;
  readonly of: AccountOf;
  readonly limitNano: NanoDollars;
}

export interface GuardedRun {
  readonly spender: Spender;
  /** The name of the session, for the log. */
  readonly name: string;
  /** The iteration's span: what there is to say goes below it. */
  readonly span: AmpTraceEvent;
}

/**
 * Watches one run: it is told of every event that spends, in the event itself. Says once when a limit is nearly used up and once when
 * nobody knows a cost, and ends the run as soon as a limit is used up.
 */
export class RunGuard implements Disposable {
  private readonly controller = new AbortController();
  private readonly warned = new Set<BudgetScope>();
  private limits: readonly Limit[] = [];
  private stoppedBy: Limit | undefined;
  private saidUnknown = false;
  private sawCost = false;

  constructor(
    readonly run: GuardedRun,
    private readonly ledger: SpendingLedger,
    private readonly tracer: AmpTracer,
    private readonly log: Log,
    private readonly hooks: { readonly warn: (warning: BudgetWarning, of: AccountOf) => void; readonly leave: () => void },
  ) {}

  /** Aborted with `budgetReason` when a limit is used up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The limit that was used up, with what has been spent by now; undefined while none is. */
  get problem(): OrchestratorError | undefined {
    return this.stoppedBy && usedUp({ ...this.stoppedBy, spentNano: this.ledger.spent(this.stoppedBy.of) });
  }

  /** The run's own total may have taken back what used the limit up: then nothing keeps the session from going on. */
  get isUsedUp(): boolean {
    return this.stoppedBy !== undefined && this.ledger.spent(this.stoppedBy.of) >= this.stoppedBy.limitNano;
  }

  limitsAre(limits: readonly Limit[]): void {
    for (const scope of this.warned) if (this.limits.find((limit) => limit.scope === scope)?.limitNano !== limits.find((limit) => limit.scope === scope)?.limitNano) this.warned.delete(scope);
    this.limits = limits;
    this.check();
  }

  /** Another day has begun: from now on its spending counts, and nothing of the day before. */
  dayIs(of: AccountOf): void {
    this.warned.delete('day');
    this.limits = this.limits.map((limit) => (limit.scope === 'day' ? { ...limit, of } : limit));
  }

  check(): void {
    if (this.stoppedBy) return;
    for (const limit of this.limits) {
      const state = { ...limit, spentNano: this.ledger.spent(limit.of) };
      if (state.spentNano >= state.limitNano) {
        this.stoppedBy = limit;
        // Its session says so to people, until the limit is raised.
        this.log.info(`"${this.run.name}" is stopped: ${explain(usedUp(state))}`);
        this.controller.abort(budgetReason);
        return;
      }
      if (state.spentNano >= state.limitNano * budgetWarning && !this.warned.has(limit.scope)) {
        this.warned.add(limit.scope);
        this.warn(state);
      }
    }
  }

  /** A span of any session told of usage or cost. */
  spent({ sessionId, usage, costNano, costBasis, model }: AmpTraceEvent): void {
    if (sessionId === this.run.spender.sessionId) {
      this.sawCost ||= costNano !== undefined;
      const unknown = costNano === undefined && (costBasis === 'unknown' || (usage !== undefined && !isNoUsage(usage)));
      if (unknown) this.sayUnknown(`Nobody knows what ${model ?? 'this model'} costs`);
    }
    this.check();
  }

  /** The agent has ended. */
  ended(): void {
    if (!this.sawCost) this.sayUnknown('The agent does not tell what it costs');
  }

  dispose(): void {
    this.hooks.leave();
  }

  private warn({ scope, of, spentNano, limitNano }: Limit & { readonly spentNano: NanoDollars }): void {
    const message = spentOf({ scope, spentNano, limitNano });
    this.say(message, 'The run is stopped when the limit is reached.');
    const { spender, name } = this.run;
    this.hooks.warn({ scope, spentNano, limitNano, message, ...(scope === 'day' ? {} : { session: { id: spender.sessionId, name } }) }, of);
  }

  private sayUnknown(what: string): void {
    if (this.saidUnknown || this.limits.length === 0) return;
    this.saidUnknown = true;
    this.say(`${what}: the budget cannot be kept`, 'Costs that nobody knows do not count. Prices of your own can be set in a file.');
  }

  private say(message: string, text: string): void {
    const { span, name } = this.run;
    this.log.warn(`"${name}": ${message}`);
    const notice = this.tracer.startSpan({ sessionId: span.sessionId, iterationId: span.iterationId, parentId: span.id, type: 'ui', name: message, attrs: { 'amp.notice': 'warning', 'amp.text': text } });
    this.tracer.finishSpan(notice.id, { tsEnd: notice.tsStart });
  }
}
