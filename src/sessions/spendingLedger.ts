import { addDays, startOfDay } from '../base/localDay';
import type { Disposable } from '../base/disposable';
import type { NanoDollars } from '../model/money';
import type { AmpTraceEvent } from '../model/span';
import type { RollupRepository } from '../storage/store';
import type { AmpTracer } from '../telemetry/tracer';

/** From `dayStartMs` to just before `dayEndMs`, the start of the next one. */
export interface DayAccount {
  readonly scope: 'day';
  readonly dayStartMs: number;
  readonly dayEndMs: number;
}

/** What a limit is set against. */
export type AccountOf = DayAccount | { readonly scope: 'session' | 'execution'; readonly id: string };

interface Account {
  readonly of: AccountOf;
  /** What the store said, and how much this process had spent when it was asked. */
  base: NanoDollars;
  localAtBase: NanoDollars;
  /** What this process has spent since the account was opened; never reset. */
  local: NanoDollars;
  users: number;
}

/**
 * What has been spent, known at every moment without asking anyone: the store's sum when it was last read, and what this process has
 * written since. A read sees all that this process wrote before it, so nothing is counted twice, however reads and spending interleave.
 */
export class SpendingLedger implements Disposable {
  private readonly accounts = new Map<string, Account>();
  /** Costs of the spans that are open. */
  private readonly open = new Map<string, NanoDollars>();
  private readonly executions = new Map<string, string>();
  /** What is amended after its end was counted at its end. */
  private readonly onUpdate = (span: AmpTraceEvent): void => { if (span.tsEnd === undefined) this.look(span); };
  private readonly onSpan = (span: AmpTraceEvent): void => { this.look(span); };

  constructor(
    private readonly tracer: AmpTracer,
    private readonly rollups: Pick<RollupRepository, 'totals'>,
    /** Called in the very event that spends. */
    private readonly onSpent: (span: AmpTraceEvent) => void,
  ) {
    tracer.on('span:update', this.onUpdate);
    tracer.on('span:finish', this.onSpan);
  }

  /** Follows an account until it is left; its base is zero before the first `read`. */
  follow(of: AccountOf, executionOf?: { readonly sessionId: string; readonly executionId: string }): Disposable {
    const key = keyOf(of);
    const account = this.accounts.get(key) ?? { of, base: 0, localAtBase: 0, local: 0, users: 0 };
    account.users++;
    this.accounts.set(key, account);
    if (executionOf) this.executions.set(executionOf.sessionId, executionOf.executionId);
    let left = false;
    return {
      dispose: () => {
        if (left) return;
        left = true;
        // Each session has an entry of its own, however many share the execution.
        if (executionOf) this.executions.delete(executionOf.sessionId);
        if (--account.users === 0) this.accounts.delete(key);
      },
    };
  }

  /** Zero for an account that nobody follows. */
  spent(of: AccountOf): NanoDollars {
    const account = this.accounts.get(keyOf(of));
    return account ? account.base + account.local - account.localAtBase : 0;
  }

  /** Reads what other processes spent, of all accounts that are followed. */
  async read(): Promise<void> {
    await Promise.all(
      [...this.accounts.values()].map(async (account) => {
        const { local } = account;
        const { costNano } = await this.rollups.totals(filterOf(account.of));
        account.base = costNano;
        account.localAtBase = local;
      }),
    );
  }

  dispose(): void {
    this.tracer.off('span:update', this.onUpdate);
    this.tracer.off('span:finish', this.onSpan);
    this.accounts.clear();
  }

  private look(span: AmpTraceEvent): void {
    const before = this.open.get(span.id) ?? 0;
    const now = span.costNano ?? 0;
    if (span.tsEnd !== undefined) this.open.delete(span.id);
    else if (now !== 0) this.open.set(span.id, now);
    if (now !== before) {
      for (const account of this.accounts.values()) if (this.isFor(account.of, span)) account.local += now - before;
    }
    if (span.usage !== undefined || now !== before || span.costBasis !== undefined) this.onSpent(span);
  }

  private isFor(of: AccountOf, { sessionId, tsStart }: AmpTraceEvent): boolean {
    if (of.scope === 'day') return tsStart >= of.dayStartMs && tsStart < of.dayEndMs;
    return of.id === (of.scope === 'session' ? sessionId : this.executions.get(sessionId));
  }
}

/** The local day of a moment (epoch milliseconds); not always 24 hours long. */
export function dayOf(time: number): DayAccount {
  const dayStartMs = startOfDay(time);
  return { scope: 'day', dayStartMs, dayEndMs: addDays(dayStartMs, 1) };
}

export function filterOf(of: AccountOf): Parameters<RollupRepository['totals']>[0] {
  if (of.scope === 'day') return { fromMs: of.dayStartMs, toMs: of.dayEndMs };
  return of.scope === 'session' ? { sessionId: of.id } : { executionId: of.id };
}

export function keyOf(of: AccountOf): string {
  return of.scope === 'day' ? `day ${of.dayStartMs}` : `${of.scope} ${of.id}`;
}
