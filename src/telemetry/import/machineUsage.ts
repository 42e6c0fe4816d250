import { hourMs, startOfDay } from '../../base/localDay';
import { importedSessionPrefix } from '../../model/importedCall';
import type { PriceList } from '../../model/pricing';
import type { UsageDimension, UsageRow } from '../../model/usageRow';
import { callAt } from './callColumns';
import { CallLedger } from './callLedger';
import type { FoundLog, ImportProblem } from './findLogs';
import type { LogResult } from './importProtocol';
import type { LogCall } from './logCall';
import { priceCall } from './priceCall';
import { scanLogs, type ScanOptions } from './scanLogs';

export interface MachineUsageOptions extends ScanOptions {
  /** Asked for when the first log has been read: others are read meanwhile, and nothing waits for it before. */
  readonly prices: () => Promise<PriceList>;
  /** As in `RollupRepository.usage`, but exact: a call outside the period is not counted. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface MachineUsage {
  readonly rows: readonly UsageRow[];
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly ImportProblem[];
}

/**
 * What all logs of this machine add up to, whatever repository they are of. Nothing is kept.
 * @throws OrchestratorError as `scanLogs` does
 */
export async function machineUsage(options: MachineUsageOptions, by: readonly UsageDimension[]): Promise<MachineUsage> {
  let prices: PriceList | undefined;
  const ledger = new CallLedger();
  const problems: ImportProblem[] = [];
  const groups = new Groups(by);
  let files = 0;
  let bytes = 0;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options;
  await scanLogs(options, {
    knowsNothing: true,
    keeps: false,
    known: () => undefined,
    problem: (problem) => problems.push(problem),
    take: async ({ path, agent }: FoundLog, result: LogResult) => {
      prices ??= await options.prices();
      files += 1;
      bytes += result.bytes;
      for (const problem of result.problems) problems.push({ path, ...problem });
      for (let row = 0; row < result.calls.count; row++) {
        const call = callAt(result.calls, row);
        if (call.ts < fromMs || call.ts >= toMs || ledger.claim(path, result.calls.hashes[row] ?? 0) === 'elsewhere') continue;
        groups.of(call, agent).add(call, prices);
      }
    },
  });
  return { rows: groups.rows(), files, bytes, problems };
}

/** No time zone begins its days in the midst of a quarter of an hour. */
const quarterMs = hourMs / 4;

/** The groups of calls that are alike in the dimensions asked for. */
class Groups {
  private readonly groups = new Map<string, Group>();
  /** The one of the call before: calls of a session follow one another. */
  private last: { readonly group: Group; readonly quarter: number; readonly session: string; readonly agent: string; readonly provider: string; readonly model: string | undefined } | undefined;

  constructor(private readonly by: readonly UsageDimension[]) {}

  of(call: LogCall, agent: string): Group {
    const quarter = Math.floor(call.ts / quarterMs);
    const { last } = this;
    if (last?.quarter === quarter && last.session === call.session && last.agent === agent && last.provider === call.provider && last.model === call.model) return last.group;
    const dimensions = dimensionsOf(call, agent, this.by);
    const name = JSON.stringify(dimensions);
    const group = this.groups.get(name) ?? new Group(dimensions);
    this.groups.set(name, group);
    this.last = { group, quarter, session: call.session, agent, provider: call.provider, model: call.model };
    return group;
  }

  rows(): readonly UsageRow[] {
    return [...this.groups.values()].map((group) => group.row());
  }
}

type Dimensions = Pick<UsageRow, 'hour' | 'sessionId' | 'agent' | 'provider' | 'model'>;

function dimensionsOf({ ts, session, provider, model }: LogCall, agent: string, by: readonly UsageDimension[]): Dimensions {
  return {
    ...(by.includes('hour') ? { hour: hourOf(ts) } : {}),
    ...(by.includes('session') ? { sessionId: `${importedSessionPrefix}${agent}:${session}` } : {}),
    ...(by.includes('agent') ? { agent } : {}),
    ...(by.includes('provider') ? { provider } : {}),
    ...(by.includes('model') && model !== undefined ? { model } : {}),
  };
}

/** Of UTC, as in the roll-ups; the one that a local midnight cuts begins anew at midnight. */
function hourOf(ts: number): number {
  return Math.max(Math.floor(ts / hourMs) * hourMs, startOfDay(ts));
}

/** Adds up calls in place: a machine has many, and a new sum for each would be most of the work. */
class Group {
  private calls = 0;
  private costNano = 0;
  private unknownCosts = 0;
  private approximateCosts = 0;
  private readonly input = { text: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  private readonly output = { text: 0, reasoning: 0 };

  constructor(private readonly dimensions: Dimensions) {}

  add(call: LogCall, prices: PriceList): void {
    const { input, output } = call.usage;
    const { costNano = 0, costBasis } = priceCall(call, prices);
    this.calls += 1;
    this.costNano += costNano;
    if (costBasis === 'unknown') this.unknownCosts += 1;
    else if (costBasis === 'approximate') this.approximateCosts += 1;
    this.input.text += input.text;
    this.input.cacheRead += input.cacheRead;
    this.input.cacheWrite5m += input.cacheWrite5m;
    this.input.cacheWrite1h += input.cacheWrite1h;
    this.output.text += output.text;
    this.output.reasoning += output.reasoning;
  }

  row(): UsageRow {
    const { calls, costNano, unknownCosts, approximateCosts, input, output } = this;
    return { ...this.dimensions, calls, errors: 0, usage: { input, output }, costNano, unknownCosts, approximateCosts };
  }
}
