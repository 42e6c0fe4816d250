import type { Provider } from '../../model/span';
import { addUsage, isNoUsage, noUsage, usageBeyond, type Usage } from '../../model/usage';
import { KeyHash } from './callLedger';
import { CodexScan } from './codexScan';
import { PlainCall } from './plainCall';
import { asName, asObject, parseObject, type JsonObject } from '../../base/jsonShape';
import { doubtfulCounts, doubtfulTime, unreadableLine, type LineReader, type LogOutput } from './logReader';
import { inclusiveUsage, TokenCounts } from './tokenCounts';

const wanted = ['session_meta', 'turn_context', 'token_usage_record', 'token_count'].map((type) => Buffer.from(`"type":"${type}"`));

interface CodexState {
  readonly thread?: string;
  /** The thread that this one was forked from. */
  readonly root?: string;
  readonly provider: Provider;
  readonly model?: string;
  /** The log has records of single responses: totals tell nothing more. */
  readonly records: boolean;
  /** The highest total so far; absent before the first one. */
  readonly high?: Usage;
}

/**
 * Codex's rollouts. Newer ones have a record for each response, older ones only say what the thread adds up to; then a call is what
 * the total has risen by. A fork may begin with copies of the other thread's totals, so their keys name the thread where it all began.
 */
export class CodexLines implements LineReader {
  private known: CodexState;
  private readonly scan = new CodexScan();
  private readonly call = new PlainCall();

  constructor(
    state: unknown,
    private readonly output: LogOutput,
    /** Stands for the id of the thread where the log does not say it. */
    private readonly fileName: string,
  ) {
    this.known = asState(state);
  }

  line(bytes: Buffer, start: number, end: number): void {
    const kind = this.scan.kind(bytes, start, end);
    if (kind === 'other' || (kind === 'token_count' && this.known.records)) return;
    if (kind === 'unclear') {
      const line = bytes.subarray(start, end);
      if (!wanted.some((needle) => line.includes(needle))) return;
    }
    if (kind === 'token_usage_record' && this.known.records && this.scan.record(bytes, end) && this.plainRecord(bytes)) return;
    const line = parseObject(bytes.toString('utf8', start, end));
    if (line) this.take(line);
    else this.output.problem(unreadableLine);
  }

  state(): unknown {
    return this.known;
  }

  /** Takes over what the scan has found; false for a time that cannot be true. */
  private plainRecord(bytes: Buffer): boolean {
    const { scan, output, known, call } = this;
    if (!output.times.accept(scan.ts)) return false;
    call.key = output.calls.withKeys ? `codex:${bytes.toString('latin1', scan.responseStart, scan.responseEnd)}` : '';
    call.session = this.thread;
    call.model = known.model;
    call.provider = known.provider;
    call.ts = scan.ts;
    call.usage.input.text = scan.input - scan.cacheRead - scan.cacheWrite;
    call.usage.input.cacheRead = scan.cacheRead;
    call.usage.input.cacheWrite5m = scan.cacheWrite;
    call.usage.output.text = scan.output - scan.reasoning;
    call.usage.output.reasoning = scan.reasoning;
    output.calls.add(call, new KeyHash().text('codex:').bytes(bytes, scan.responseStart, scan.responseEnd).value());
    return true;
  }

  private get thread(): string {
    return this.known.thread ?? this.fileName;
  }

  private take(line: JsonObject): void {
    const payload = asObject(line['payload']);
    if (!payload) return;
    if (line['type'] === 'session_meta') this.meta(payload);
    else if (line['type'] === 'turn_context') this.known = { ...this.known, ...named('model', payload['model']) };
    else if (line['type'] === 'token_usage_record') this.record(payload, line['timestamp']);
    else if (line['type'] === 'event_msg' && payload['type'] === 'token_count' && !this.known.records) this.total(asObject(payload['info']), line['timestamp']);
  }

  private meta(payload: JsonObject): void {
    const id = asName(payload['id']);
    // A fork may hold a copy of the other thread's head: the first one is its own.
    if (id === undefined || this.known.thread !== undefined) return;
    this.known = { ...this.known, thread: id, root: asName(payload['forked_from_id']) ?? id, provider: providerOf(asName(payload['model_provider'])) };
    const branch = asName(asObject(payload['git'])?.['branch']);
    this.output.sessions.set(id, { id, cwd: asName(payload['cwd']) ?? '', ...(branch === undefined ? {} : { branch }) });
  }

  private record(payload: JsonObject, timestamp: unknown): void {
    const counts = new TokenCounts();
    const usage = readUsage(counts, asObject(payload['usage']));
    const thread = asObject(payload['thread_token_usage']);
    const high = this.known.high;
    // The first record of a log that told totals before may be of a response that they include.
    const told = !this.known.records && high !== undefined && thread !== undefined && isNoUsage(usageBeyond(readUsage(new TokenCounts(), thread), high));
    this.known = { ...this.known, records: true };
    const response = asName(payload['response_id']);
    if (!told) this.add(`codex:${response ?? `${this.thread}:${String(timestamp)}`}`, usage, counts, timestamp);
  }

  private total(info: JsonObject | undefined, timestamp: unknown): void {
    const totals = asObject(info?.['total_token_usage']);
    if (!totals) return;
    const root = this.known.root ?? this.thread;
    const counts = new TokenCounts();
    const total = readUsage(counts, totals);
    const forked = this.known.root !== this.known.thread;
    const high = this.known.high ?? (forked ? usageBeyond(total, readUsage(new TokenCounts(), asObject(info?.['last_token_usage']))) : noUsage);
    const usage = usageBeyond(total, high);
    if (counts.doubtful) return this.add(`codex:${root}:${String(timestamp)}`, noUsage, counts, timestamp);
    this.known = { ...this.known, high: addUsage(high, usage) };
    const { input, output } = total;
    this.add(`codex:${root}:${input.text}/${input.cacheRead}/${input.cacheWrite5m}/${output.text}/${output.reasoning}`, usage, counts, timestamp);
  }

  private add(key: string, usage: Usage, counts: TokenCounts, timestamp: unknown): void {
    if (isNoUsage(usage) && !counts.doubtful) return;
    const { ts, ok } = this.output.times.read(timestamp);
    if (counts.doubtful) this.output.problem(doubtfulCounts);
    if (!ok) this.output.problem(doubtfulTime);
    const { provider, model } = this.known;
    const costing = counts.doubtful ? 'doubtful' : 'list';
    this.output.calls.add({ key, session: this.thread, ts, model, provider, usage, costing, serviceTier: 'standard', extras: false });
  }
}

function readUsage(counts: TokenCounts, raw: JsonObject | undefined): Usage {
  return inclusiveUsage(
    counts,
    counts.count(raw?.['input_tokens']),
    counts.count(raw?.['cached_input_tokens']),
    counts.count(raw?.['cache_write_input_tokens']),
    counts.count(raw?.['output_tokens']),
    counts.count(raw?.['reasoning_output_tokens']),
  );
}

function providerOf(name: string | undefined): Provider {
  if (name === undefined || /^(openai|azure)/i.test(name)) return 'openai';
  return /^(oss|ollama|lmstudio|llama)/i.test(name) ? 'local' : 'unknown';
}

function asState(value: unknown): CodexState {
  const state = asObject(value);
  const high = asObject(state?.['high']);
  return {
    ...named('thread', state?.['thread']),
    ...named('root', state?.['root']),
    ...named('model', state?.['model']),
    provider: state?.['provider'] === 'openai' || state?.['provider'] === 'local' ? state['provider'] : state ? 'unknown' : 'openai',
    records: state?.['records'] === true,
    ...(high ? { high: storedUsage(high) } : {}),
  };
}

function storedUsage(value: JsonObject): Usage {
  const counts = new TokenCounts();
  const input = asObject(value['input']);
  const output = asObject(value['output']);
  return {
    input: { text: counts.count(input?.['text']), cacheRead: counts.count(input?.['cacheRead']), cacheWrite5m: counts.count(input?.['cacheWrite5m']), cacheWrite1h: 0 },
    output: { text: counts.count(output?.['text']), reasoning: counts.count(output?.['reasoning']) },
  };
}

function named<Key extends string>(key: Key, value: unknown): { readonly [K in Key]?: string } {
  const name = asName(value);
  return (name === undefined ? {} : { [key]: name }) as { readonly [K in Key]?: string };
}
