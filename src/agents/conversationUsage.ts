import type { Usage } from '../model/usage';
import { addUsage, isNoUsage, noUsage, usageBeyond } from '../model/usage';
import type { ModelUsage, UsageByModel } from '../model/usageByModel';

export interface ConversationUsageOptions {
  /** True when the conversation began before this run: totals then hold earlier runs as well. */
  readonly resumed: boolean;
  /** The totals of the conversation when the run before ended. */
  readonly mark?: UsageByModel;
}

/** What a program says of usage at the end of a turn. */
export interface UsageReport {
  /** Of the whole conversation so far. */
  readonly totals?: UsageByModel | undefined;
  /** Since its report before. */
  readonly since?: UsageByModel | undefined;
  /** Of this turn, but not all of it. */
  readonly atLeast?: UsageByModel | undefined;
}

/**
 * Turns what programs say of a conversation into the usage of one run: the only place where that is done. Totals hold earlier runs, resumed
 * and forked ones included, so the mark of the last run is taken off. Where there is no mark, or totals that do not reach it, the usage of
 * this run cannot be told: it is `incomplete`, never the conversation's.
 */
export class ConversationUsage {
  private readonly given: UsageByModel | undefined;
  private latest: UsageByModel | undefined;
  private sum: UsageByModel = {};
  private missesSome = false;

  constructor(options: ConversationUsageOptions) {
    this.given = options.mark ?? (options.resumed ? undefined : {});
  }

  /** Usage of this run so far. */
  get run(): UsageByModel {
    return this.sum;
  }

  /** True when `run` is only a lower bound. */
  get incomplete(): boolean {
    return this.missesSome;
  }

  /** The last totals that were told. */
  get totals(): UsageByModel | undefined {
    return this.latest;
  }

  /** What the next run is to be measured from, also when this one told nothing. */
  get mark(): UsageByModel | undefined {
    return this.latest ?? this.given;
  }

  /** Returns false when the report says nothing. */
  add({ totals: told, since, atLeast }: UsageReport): boolean {
    // Totals only grow: lower ones in the same run are an old line that came late.
    const totals = told && this.latest && !reaches(told, this.latest) ? undefined : told;
    const turn = since ?? (totals && this.beyond(totals));
    if (totals) this.latest = totals;
    const known = turn ?? atLeast;
    if (!known && !totals) return false;
    if (!turn) this.missesSome = true;
    this.sum = addByModel(this.sum, known ?? {});
    return true;
  }

  private beyond(totals: UsageByModel): UsageByModel | undefined {
    const mark = this.mark;
    return mark && reaches(totals, mark) ? beyondMark(totals, mark) : undefined;
  }
}

export function addByModel(a: UsageByModel, b: UsageByModel): UsageByModel {
  return combine(a, b, addUsage, (x, y) => x + y);
}

/** What the totals of a conversation hold beyond an earlier mark of them: usage and cost since then. */
function beyondMark(totals: UsageByModel, mark: UsageByModel): UsageByModel {
  const beyond = combine(totals, mark, usageBeyond, (x, y) => Math.max(0, x - y));
  return Object.fromEntries(Object.entries(beyond).filter(([model]) => model in totals));
}

function reaches(totals: UsageByModel, mark: UsageByModel): boolean {
  return Object.entries(mark).every(([model, { usage }]) => isNoUsage(usageBeyond(usage, totals[model]?.usage ?? noUsage)));
}

function combine(a: UsageByModel, b: UsageByModel, usage: (x: Usage, y: Usage) => Usage, cost: (x: number, y: number) => number): UsageByModel {
  const result: Record<string, ModelUsage> = { ...a };
  for (const [model, right] of Object.entries(b)) {
    const left = a[model];
    if (!left) {
      result[model] = right;
      continue;
    }
    const known = left.costNano !== undefined && right.costNano !== undefined;
    result[model] = {
      usage: usage(left.usage, right.usage),
      ...(known ? { costNano: cost(left.costNano, right.costNano), costBasis: left.costBasis } : { costBasis: 'unknown' }),
    };
  }
  return result;
}
