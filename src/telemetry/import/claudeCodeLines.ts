import { nanoDollars } from '../../model/money';
import type { ServiceTier } from '../../model/pricing';
import { isNoUsage, type Usage } from '../../model/usage';
import { KeyHash } from './callLedger';
import { ClaudeCodeScan, LineHead } from './claudeCodeScan';
import { isSameRange, isText } from './jsonBytes';
import { PlainCall } from './plainCall';
import { titleOf } from './logTitle';
import { asName, asNumber, asObject, parseObject, type JsonObject } from '../../base/jsonShape';
import { doubtfulCounts, doubtfulTime, unreadableLine, type LineReader, type LogOutput } from './logReader';
import { mostTokens, TokenCounts } from './tokenCounts';

const assistantType = Buffer.from('"type":"assistant"');

/**
 * Claude Code's session logs. Only the lines of the model carry usage; most of the bytes are results of tools. So the head of a line
 * decides whether it is looked at, of repeated lines of one message only the last one is, and of that one not the content.
 */
export class ClaudeCodeLines implements LineReader {
  private readonly scan = new ClaudeCodeScan();
  /** Of the line at hand, and of the one before, which waits for whether the next one repeats it. */
  private head = new LineHead();
  private pending = new LineHead();
  private pendingBytes: Buffer | undefined;
  private pendingStart = 0;
  private pendingEnd = 0;
  /** Of the line before: they seldom change, and texts need not be made of them again. */
  private session = '';
  private model = '';
  private readonly call = new PlainCall();

  constructor(
    _state: unknown,
    private readonly output: LogOutput,
  ) {
    this.call.provider = 'anthropic';
  }

  line(bytes: Buffer, start: number, end: number): void {
    const { scan, head, pending } = this;
    const kind = scan.head(bytes, start, end, head);
    if (kind === 'other') return;
    if (kind === 'title') return this.title(parseObject(bytes.toString('utf8', start, end)));
    if (kind === 'unclear') {
      if (bytes.subarray(start, end).includes(assistantType)) this.assistant(parseObject(bytes.toString('utf8', start, end)));
      return;
    }
    if (this.pendingBytes && isSameRange(bytes, head.idStart, head.idEnd, pending.idStart, pending.idEnd)) this.output.calls.repeated += 1;
    else this.settle();
    if (head.idStart === head.idEnd) return this.assistant(parseObject(bytes.toString('utf8', start, end)));
    this.pendingBytes = bytes;
    this.pendingStart = start;
    this.pendingEnd = end;
    this.pending = head;
    this.head = pending;
  }

  settle(): void {
    const { scan, pending, pendingBytes: bytes, pendingStart: start, pendingEnd: end } = this;
    if (!bytes) return;
    this.pendingBytes = undefined;
    if (!scan.content(bytes, pending.contentStart, end)) return this.assistant(parseObject(bytes.toString('utf8', start, end)));
    if (scan.tail(bytes, end) && this.plainCall(bytes)) return;
    const line = parseObject(bytes.toString('utf8', start, pending.contentStart) + bytes.toString('utf8', scan.contentEnd, end));
    this.assistant(asObject(line?.['message'])?.['usage'] === undefined ? parseObject(bytes.toString('utf8', start, end)) : line);
  }

  /** Takes over what the scan has found; false for the first call of a session, of which more has to be known. */
  private plainCall(bytes: Buffer): boolean {
    const { scan, output, pending } = this;
    if (pending.modelStart === 0) return false;
    if (!isText(bytes, scan.sessionStart, scan.sessionEnd, this.session)) this.session = bytes.toString('latin1', scan.sessionStart, scan.sessionEnd);
    if (!output.sessions.has(this.session)) return false;
    if (!isText(bytes, pending.modelStart, pending.modelEnd, this.model)) this.model = bytes.toString('utf8', pending.modelStart, pending.modelEnd);
    if (this.model === '<synthetic>' || this.model.includes('\\')) return false;
    const { input, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, output: all, thinking } = scan;
    if (Math.max(input, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, all) > mostTokens || input + cacheRead + cacheWrite + cacheWrite5m + cacheWrite1h + all === 0) return false;
    if (!output.times.accept(scan.ts)) return false;
    const { call } = this;
    call.key = output.calls.withKeys ? `claude:${bytes.toString('latin1', pending.idStart, pending.idEnd)}:${bytes.toString('latin1', scan.requestStart, scan.requestEnd)}` : '';
    call.session = this.session;
    call.model = this.model;
    call.ts = scan.ts;
    call.usage.input.text = input;
    call.usage.input.cacheRead = cacheRead;
    call.usage.input.cacheWrite5m = cacheWrite5m + cacheWrite1h === 0 ? cacheWrite : cacheWrite5m;
    call.usage.input.cacheWrite1h = cacheWrite1h;
    call.usage.output.text = all - thinking;
    call.usage.output.reasoning = thinking;
    output.calls.add(call, new KeyHash().text('claude:').bytes(bytes, pending.idStart, pending.idEnd).text(':').bytes(bytes, scan.requestStart, scan.requestEnd).value());
    return true;
  }

  state(): unknown {
    return undefined;
  }

  private assistant(line: JsonObject | undefined): void {
    if (!line) return this.output.problem(unreadableLine);
    const message = asObject(line['message']);
    const raw = asObject(message?.['usage']);
    const session = asName(line['sessionId']);
    const model = asName(message?.['model']);
    // Claude Code writes errors of the API and notes of its own as messages of that model.
    if (line['type'] !== 'assistant' || !message || !raw || session === undefined || model === '<synthetic>') return;
    const id = asName(message['id']);
    const counts = new TokenCounts();
    const usage = readUsage(counts, raw);
    if (isNoUsage(usage) && !counts.doubtful) return;
    const { ts, ok } = this.output.times.read(line['timestamp']);
    const costUSD = asNumber(line['costUSD']);
    const reported = costUSD !== undefined && costUSD >= 0 && !counts.doubtful;
    if (counts.doubtful) this.output.problem(doubtfulCounts);
    if (!ok) this.output.problem(doubtfulTime);
    if (!this.output.sessions.has(session)) this.meet(session, line);
    this.output.calls.add({
      key: id === undefined ? `claude:${asName(line['uuid']) ?? `${session}:${ts}`}` : `claude:${id}:${asName(line['requestId']) ?? ''}`,
      session,
      ts,
      model,
      provider: 'anthropic',
      usage,
      costing: counts.doubtful ? 'doubtful' : reported ? 'reported' : 'list',
      ...(reported ? { reportedNano: nanoDollars(costUSD) } : {}),
      serviceTier: tierOf(raw['service_tier']),
      extras: (asName(raw['speed']) ?? 'standard') !== 'standard' || (asNumber(asObject(raw['server_tool_use'])?.['web_search_requests']) ?? 0) > 0,
    });
  }

  private meet(session: string, line: JsonObject): void {
    const branch = asName(line['gitBranch']);
    this.output.sessions.set(session, { id: session, cwd: asName(line['cwd']) ?? '', ...(branch === undefined ? {} : { branch }) });
  }

  private title(line: JsonObject | undefined): void {
    const id = asName(line?.['sessionId']);
    const known = id === undefined ? undefined : this.output.sessions.get(id);
    const title = titleOf(line?.['customTitle'] ?? line?.['aiTitle'] ?? line?.['summary'] ?? line?.['lastPrompt']);
    if (known && title !== undefined && (known.title === undefined || line?.['type'] !== 'last-prompt')) this.output.sessions.set(known.id, { ...known, title });
  }
}

/** Usage in the words of Anthropic's API: `input_tokens` leaves out what was cached; the parts of cache writes replace their sum. */
function readUsage(counts: TokenCounts, raw: JsonObject): Usage {
  const writes = counts.count(raw['cache_creation_input_tokens']);
  const parts = asObject(raw['cache_creation']);
  const cacheWrite1h = counts.count(parts?.['ephemeral_1h_input_tokens']);
  const cacheWrite5m = counts.count(parts?.['ephemeral_5m_input_tokens']);
  const output = counts.count(raw['output_tokens']);
  const reasoning = counts.count(asObject(raw['output_tokens_details'])?.['thinking_tokens']);
  return {
    input: {
      text: counts.count(raw['input_tokens']),
      cacheRead: counts.count(raw['cache_read_input_tokens']),
      cacheWrite5m: cacheWrite5m + cacheWrite1h === 0 ? writes : cacheWrite5m,
      cacheWrite1h,
    },
    output: { text: counts.beyond(output, reasoning), reasoning: Math.min(reasoning, output) },
  };
}

function tierOf(value: unknown): ServiceTier {
  return value === 'batch' || value === 'priority' ? value : 'standard';
}
