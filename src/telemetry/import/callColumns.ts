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
const firstRows = 64;

/** Collects the calls of one log. A call that comes again takes the place of the earlier word of it. */
export class CallWriter {
  /** How often a call came again. */
  repeated = 0;
  private readonly rows = new Map<number, number>();
  private readonly keys: string[] = [];
  private readonly names = new Map<string, number>();
  private numbers = new Float64Array(firstRows * width);

  /** `withKeys`: else their hashes are enough, and the keys of calls may be left empty. */
  constructor(readonly withKeys: boolean) {}

  get size(): number {
    return this.rows.size;
  }

  /** `hash`: of its key, where the key itself may be empty. */
  add({ key, session, ts, model, provider, usage: { input, output }, costing, reportedNano, serviceTier, extras }: LogCall, hash = hashOfKey(key)): void {
    const known = this.rows.get(hash);
    const row = known ?? this.rows.size;
    if (known === undefined) this.rows.set(hash, row);
    else this.repeated += 1;
    if (known === undefined && this.withKeys) this.keys.push(key);
    const at = row * width;
    if (at === this.numbers.length) this.grow();
    const { numbers } = this;
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

  columns(): CallColumns {
    return { count: this.rows.size, keys: this.keys, hashes: new Float64Array([...this.rows.keys()]), names: [...this.names.keys()], numbers: this.numbers.slice(0, this.rows.size * width) };
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 4);
    larger.set(this.numbers);
    this.numbers = larger;
  }

  private nameIndex(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    this.names.set(name, this.names.size);
    return this.names.size - 1;
  }
}

/** The call in row `row`. One literal: a call put together of parts takes five times as long. */
export function callAt({ keys, names, numbers }: CallColumns, row: number): LogCall {
  const at = row * width;
  const reportedNano = numberAt(numbers, at + 11);
  return {
    key: keys[row] ?? '',
    session: names[numberAt(numbers, at + 1)] ?? '',
    ts: numberAt(numbers, at),
    model: names[numberAt(numbers, at + 2)],
    provider: providers[numberAt(numbers, at + 3)] ?? 'unknown',
    usage: {
      input: { text: numberAt(numbers, at + 4), cacheRead: numberAt(numbers, at + 5), cacheWrite5m: numberAt(numbers, at + 6), cacheWrite1h: numberAt(numbers, at + 7) },
      output: { text: numberAt(numbers, at + 8), reasoning: numberAt(numbers, at + 9) },
    },
    costing: costings[numberAt(numbers, at + 10)] ?? 'doubtful',
    reportedNano: Number.isNaN(reportedNano) ? undefined : reportedNano,
    serviceTier: serviceTiers[numberAt(numbers, at + 12)] ?? 'standard',
    extras: numberAt(numbers, at + 13) === 1,
  };
}

function numberAt(numbers: Float64Array, index: number): number {
  return numbers[index] ?? Number.NaN;
}
