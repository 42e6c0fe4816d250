import type { UsageEvent } from '../model/agentEvent';
import type { CostBasis, NanoDollars } from '../model/money';
import type { PriceList } from '../model/pricing';
import type { Provider } from '../model/span';
import { addUsage, isNoUsage, noUsage, usageBeyond } from '../model/usage';
import type { SpanAmendment } from '../telemetry/tracer';
import { isCountable } from '../llm/prices/callCost';
import { sharesByDay } from './adjustments';
import { correctionOf, type RunEnd, type ToldOfRun } from './callCorrections';
import { priceRemainder } from './remainderPrice';
import { isInDoubt, type Figures, type RunCall } from './runCall';

/** What a run has to be charged beyond its calls. */
export interface Settlement extends Figures {
  readonly ts: number;
  readonly model: string | undefined;
  readonly provider: Provider;
  readonly costBasis: CostBasis;
  /** What the calls had been counted at, when the whole was reported. */
  readonly settledNano?: NanoDollars;
  /** What was reported as the whole, where this settles only one of several days of it. */
  readonly wholeNano?: NanoDollars;
}

const nothing: Figures = { usage: noUsage };
const unknownCall = { counted: nothing, latest: nothing, started: false, open: false, final: false, estimated: false, spoiled: false, untold: false, inTotal: false } as const;

/**
 * The costs of one agent run: each call is priced as soon as its tokens are known, never their sum, since prices have tiers. What the agent
 * reports for the whole run wins: the settlements bring the sum to exactly that.
 */
export class RunCosts {
  private readonly calls = new Map<string, RunCall>();
  /** The run's own totals by model; a later word replaces an earlier one. */
  private readonly totals = new Map<string, UsageEvent>();

  constructor(private readonly prices: PriceList) {}

  call(callId: string): RunCall | undefined {
    return this.calls.get(callId);
  }

  /** The figures to begin with: usage may have been told before its call. Undefined for a call that is known. */
  start(callId: string, of: Pick<RunCall, 'model' | 'provider' | 'tsStart'>): RunCall | undefined {
    const early = this.calls.get(callId);
    if (early?.started) return undefined;
    const call: RunCall = { ...unknownCall, ...early, ...of, started: true, open: true };
    call.counted = call.latest;
    this.calls.set(callId, call);
    return call;
  }

  /** What is known of a call now; false when what was told is no count. */
  learn(event: UsageEvent): boolean {
    const callId = event.callId ?? '';
    const call = this.calls.get(callId) ?? { ...unknownCall, model: event.model, provider: event.provider, tsStart: event.ts };
    this.calls.set(callId, call);
    if (event.incomplete === true) {
      call.untold = true;
      return true;
    }
    call.spoiled = !isSound(event);
    if (call.spoiled) return false;
    call.latest = this.figures(event, call);
    if (call.open) call.counted = call.latest;
    return true;
  }

  /** False when what was told is no count. */
  total(event: UsageEvent): boolean {
    this.totals.set(event.model ?? '', event);
    for (const call of this.calls.values()) call.inTotal = true;
    return isSound(event);
  }

  /** What has to be said anew of calls whose spans were written; by the ids of the calls. */
  corrections(end: RunEnd): readonly (readonly [callId: string, SpanAmendment])[] {
    return [...this.calls].flatMap(([callId, call]) => {
      const correction = correctionOf(call, toldBy(call.inTotal ? this.totalFor(call) : undefined), end);
      return correction ? [[callId, correction] as const] : [];
    });
  }

  settlements(outcome: RunEnd): readonly Settlement[] {
    const calls = [...this.calls.values()];
    const totalled = calls.filter(({ inTotal }) => inTotal);
    // A run that ended in a turn after its last total: that total knows nothing of them.
    const others = calls.filter(({ inTotal }) => !inTotal);
    return [
      ...[...this.totals.values()].flatMap((total) => this.settle(total, totalled.filter((call) => this.totalFor(call) === total))),
      ...others.flatMap(lateWord),
      ...unknownModels(others, outcome),
    ];
  }

  /** The total that holds a call: its model's, or else the first one. */
  private totalFor({ model }: RunCall): UsageEvent | undefined {
    const totals = [...this.totals.values()];
    return totals.find((total) => sameModel(total.model, model)) ?? totals[0];
  }

  /** The difference between what was reported for a model and what its calls were counted at. */
  private settle(total: UsageEvent, own: readonly RunCall[]): readonly Settlement[] {
    const counted = own.reduce((sum, call) => addUsage(sum, call.counted.usage), noUsage);
    const settledNano = own.reduce((sum, call) => sum + (call.counted.costNano ?? 0), 0);
    const usage = isCountable(total.usage) ? usageBeyond(total.usage, counted) : noUsage;
    const of = { ts: total.ts, model: total.model ?? own[0]?.model, provider: total.provider, usage };
    if (isAmount(total.costNano)) {
      const costNano = total.costNano - settledNano;
      const whole: Settlement = { ...of, costNano, costBasis: total.costBasis === 'unknown' ? 'reported' : total.costBasis, settledNano };
      const settled = costNano < 0 ? byDay(whole, total.costNano, own) : isNoUsage(usage) && costNano === 0 ? [] : [whole];
      // What it holds was reported, and what it leaves out is known to nobody.
      return total.incomplete === true ? [...settled, { ...of, usage: noUsage, costBasis: 'unknown' }] : settled;
    }
    if (total.incomplete === true || !isSound(total) || own.some(isInDoubt)) return [{ ...of, costBasis: 'unknown' }];
    if (isNoUsage(usage)) return [];
    const priced = priceRemainder(this.prices, { ...of, total: total.usage, calls: own });
    return [{ ...of, costBasis: 'unknown', ...priced }];
  }

  private figures(event: UsageEvent, call: RunCall): Figures {
    const { usage } = event;
    if (event.costNano !== undefined) return { usage, costNano: event.costNano, costBasis: event.costBasis === 'unknown' ? 'reported' : event.costBasis };
    const priced = this.prices.price({ model: event.model ?? call.model, provider: event.provider, usage, tsStart: call.tsStart });
    if (priced) return { usage, ...priced };
    return isNoUsage(usage) ? { usage } : { usage, costBasis: 'unknown' };
  }
}

/** What is taken back is taken from the days that it was counted on: a run over midnight must not begin the new day below zero. */
function byDay(adjustment: Settlement, wholeNano: NanoDollars, calls: readonly RunCall[]): readonly Settlement[] {
  const shares = sharesByDay(-(adjustment.costNano ?? 0), calls);
  return shares.map(({ ts, costNano }, index) => ({
    ...adjustment,
    ts,
    costNano: -costNano,
    usage: index === shares.length - 1 ? adjustment.usage : noUsage,
    ...(shares.length > 1 && { wholeNano }),
  }));
}

function toldBy(total: UsageEvent | undefined): ToldOfRun {
  if (!total || total.incomplete === true) return 'nothing';
  if (isAmount(total.costNano) && (total.costBasis === 'reported' || total.costBasis === 'unknown')) return 'amount';
  return isCountable(total.usage) ? 'tokens' : 'nothing';
}

/** A call whose span had ended when more became known of it. */
function lateWord({ counted, latest, model, provider, tsStart }: RunCall): readonly Settlement[] {
  if (latest === counted) return [];
  const usage = usageBeyond(latest.usage, counted.usage);
  if (latest.costNano === undefined) return isNoUsage(usage) ? [] : [{ ts: tsStart, model, provider, usage, costBasis: 'unknown' }];
  const costNano = latest.costNano - (counted.costNano ?? 0);
  if (isNoUsage(usage) && costNano === 0) return [];
  return [{ ts: tsStart, model, provider, usage, costNano, costBasis: latest.costBasis ?? 'unknown', settledNano: counted.costNano ?? 0 }];
}

/** Models of whose calls something is unknown that no call says by itself: counts that were none, or not a word. Said once a model. */
function unknownModels(calls: readonly RunCall[], outcome: RunEnd): readonly Settlement[] {
  const cut = outcome === 'succeeded' ? [] : calls.filter((call) => call.started && !call.final && call.latest === nothing);
  const unknown = [...calls.filter(isInDoubt), ...cut];
  const byModel = new Map(unknown.map((call) => [plainModel(call.model), call]));
  return [...byModel.values()].map(({ tsStart, model, provider }) => ({ ts: tsStart, model, provider, usage: noUsage, costBasis: 'unknown' }));
}

function isSound({ usage, costNano }: UsageEvent): boolean {
  return isCountable(usage) && (costNano === undefined || isAmount(costNano));
}

function isAmount(costNano: number | undefined): costNano is number {
  return costNano !== undefined && Number.isSafeInteger(costNano) && costNano >= 0;
}

/** Programs name one model in several ways: with a date, with its context size (`model[1m]`). */
function sameModel(one: string | undefined, other: string | undefined): boolean {
  return plainModel(one) === plainModel(other);
}

function plainModel(model: string | undefined): string | undefined {
  return model?.replace(/\[[^\]]*\]$/, '').replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
}
