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
  /** Loaded while the logs are read. */
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

const hourMs = 3_600_000;

/**
 * What all logs of this machine add up to, whatever repository they are of. Nothing is kept.
 * @throws OrchestratorError as `scanLogs` does
 */
export async function machineUsage(options: MachineUsageOptions, by: readonly UsageDimension[]): Promise<MachineUsage> {
  const loading = options.prices();
  loading.catch(() => undefined);
  const ledger = new CallLedger();
  const groups = new Map<string, Group>();
  const problems: ImportProblem[] = [];
  const nameOfGroup = groupNames(by);
  let files = 0;
  let bytes = 0;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options;
  await scanLogs(options, {
    knowsNothing: true,
    needsKeys: false,
    known: () => undefined,
    problem: (problem) => problems.push(problem),
    take: async ({ path, agent }: FoundLog, result: LogResult) => {
      const prices = await loading;
      files += 1;
      bytes += result.bytes;
      for (const problem of result.problems) problems.push({ path, ...problem });
      for (let row = 0; row < result.calls.count; row++) {
        const call = callAt(result.calls, row);
        if (call.ts < fromMs || call.ts >= toMs || ledger.claim(path, result.calls.hashes[row] ?? 0) === 'elsewhere') continue;
        const name = nameOfGroup(call, agent);
        let group = groups.get(name);
        if (!group) groups.set(name, (group = new Group(dimensionsOf(call, agent, by))));
        group.add(call, prices);
      }
    },
  });
  return { rows: [...groups.values()].map((group) => group.row()), files, bytes, problems };
}

/** One text for all calls of a group; nothing of it is kept. */
function groupNames(by: readonly UsageDimension[]): (call: LogCall, agent: string) => string {
  const [hour, session, agents, provider, model] = [by.includes('hour'), by.includes('session'), by.includes('agent'), by.includes('provider'), by.includes('model')];
  return (call, agent) => `${hour ? Math.floor(call.ts / hourMs) : 0} ${agents || session ? agent : ''} ${session ? call.session : ''} ${provider ? call.provider : ''} ${model ? (call.model ?? '') : ''}`;
}

type Dimensions = Pick<UsageRow, 'hour' | 'sessionId' | 'agent' | 'provider' | 'model'>;

function dimensionsOf({ ts, session, provider, model }: LogCall, agent: string, by: readonly UsageDimension[]): Dimensions {
  return {
    ...(by.includes('hour') ? { hour: Math.floor(ts / hourMs) * hourMs } : {}),
    ...(by.includes('session') ? { sessionId: `${importedSessionPrefix}${agent}:${session}` } : {}),
    ...(by.includes('agent') ? { agent } : {}),
    ...(by.includes('provider') ? { provider } : {}),
    ...(by.includes('model') && model !== undefined ? { model } : {}),
  };
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
