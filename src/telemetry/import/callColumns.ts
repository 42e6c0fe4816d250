import { serviceTiers } from '../../model/pricing';
import { providers } from '../../model/span';
import { hashOfKey } from './callLedger';
import { costings, type LogCall } from './logCall';

/** Calls in columns: what a thread hands to another is copied, and many small objects take ten times as long as a few large arrays. */
export interface CallColumns {
  readonly count: number;
  /** Empty when only their hashes were asked for. */
  readonly keys: readonly string[];
  /** `hashOfKey` of each key. */
  readonly hashes: Float64Array;
  /** Distinct ids of sessions and names of models; the numbers point into them. */
  readonly names: readonly string[];
  readonly numbers: Float64Array;
}

const width = 14;

/** Collects the calls of one log. A call that comes again takes the place of the earlier word of it. */
export class CallWriter {
  /** How often a call came again. */
  repeated = 0;
  private readonly rows = new Map<string, number>();
  private readonly names = new Map<string, number>();
  private readonly numbers: number[] = [];

  get size(): number {
    return this.rows.size;
  }

  add({ key, session, ts, model, provider, usage: { input, output }, costing, reportedNano, serviceTier, extras }: LogCall): void {
    const known = this.rows.get(key);
    if (known === undefined) this.rows.set(key, this.rows.size);
    else this.repeated += 1;
    const at = (known ?? this.rows.size - 1) * width;
    const numbers = this.numbers;
    numbers[at] = ts;
    numbers[at + 1] = this.nameIndex(session);
    numbers[at + 2] = model === undefined ? -1 : this.nameIndex(model);
    numbers[at + 3] = providers.indexOf(provider);
    numbers[at + 4] = input.text;
    numbers[at + 5] = input.cacheRead;
    numbers[at + 6] = input.cacheWrite5m;
    numbers[at + 7] = input.cacheWrite1h;
    numbers[at + 8] = output.text;
    numbers[at + 9] = output.reasoning;
    numbers[at + 10] = costings.indexOf(costing);
    numbers[at + 11] = reportedNano ?? Number.NaN;
    numbers[at + 12] = serviceTiers.indexOf(serviceTier);
    numbers[at + 13] = extras ? 1 : 0;
  }

  columns({ withKeys }: { readonly withKeys: boolean }): CallColumns {
    const keys = [...this.rows.keys()];
    return { count: keys.length, keys: withKeys ? keys : [], hashes: Float64Array.from(keys, hashOfKey), names: [...this.names.keys()], numbers: Float64Array.from(this.numbers) };
  }

  private nameIndex(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, this.names.size);
    return this.names.size - 1;
  }
}

/** The call in row `row`. */
export function callAt({ keys, names, numbers }: CallColumns, row: number): LogCall {
  const at = row * width;
  const number = (column: number): number => numbers[at + column] ?? Number.NaN;
  const model = names[number(2)];
  const reportedNano = number(11);
  return {
    key: keys[row] ?? '',
    session: names[number(1)] ?? '',
    ts: number(0),
    ...(model === undefined ? {} : { model }),
    provider: providers[number(3)] ?? 'unknown',
    usage: {
      input: { text: number(4), cacheRead: number(5), cacheWrite5m: number(6), cacheWrite1h: number(7) },
      output: { text: number(8), reasoning: number(9) },
    },
    costing: costings[number(10)] ?? 'doubtful',
    ...(Number.isNaN(reportedNano) ? {} : { reportedNano }),
    serviceTier: serviceTiers[number(12)] ?? 'standard',
    extras: number(13) === 1,
  };
}
