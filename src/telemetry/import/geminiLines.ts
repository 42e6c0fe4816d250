import { isNoUsage, type Usage } from '../../model/usage';
import { titleOf } from './logTitle';
import { asName, asObject, asObjects, parseObject, type JsonObject } from '../../base/jsonShape';
import { doubtfulCounts, doubtfulTime, unreadableLine, type LineReader, type LogOutput } from './logReader';
import { TokenCounts } from './tokenCounts';

const tokens = Buffer.from('"tokens":{');
const session = Buffer.from('"sessionId":"');
const summary = Buffer.from('"summary":"');
/** An id of a session of that length makes its beginning cheap to tell from a line that only quotes one. */
const headBytes = 64;

/**
 * Gemini's chats: a head, messages, and patches (`$set`) that may repeat whole messages. A message is written again when its tools have
 * run; the last one counts. Older versions keep the whole chat in one JSON object.
 */
export class GeminiLines implements LineReader {
  private sessionId: string;

  /** `cwd`: where the project lies, when it is known. */
  constructor(
    state: unknown,
    private readonly output: LogOutput,
    private readonly cwd: string,
  ) {
    this.sessionId = asName(asObject(state)?.['sessionId']) ?? '';
  }

  line(bytes: Buffer, start: number, end: number): void {
    const line = bytes.subarray(start, end);
    if (line.length === 0 || !(line.includes(tokens) || line.includes(summary) || line.subarray(0, headBytes).includes(session))) return;
    const parsed = parseObject(line.toString('utf8'));
    if (parsed) this.take(parsed);
    else this.output.problem(unreadableLine);
  }

  /** A line, or a whole chat of an older version. */
  take(line: JsonObject): void {
    this.meet(line);
    const patch = asObject(line['$set']);
    for (const message of [line, ...asObjects(line['messages']), ...asObjects(patch?.['messages'])]) this.message(message);
    if (patch) this.meet(patch);
  }

  state(): unknown {
    return { sessionId: this.sessionId };
  }

  private meet(line: JsonObject): void {
    const id = asName(line['sessionId']) ?? this.sessionId;
    this.sessionId = id;
    if (id === '') return;
    const title = titleOf(line['summary']);
    const known = this.output.sessions.get(id) ?? { id, cwd: this.cwd };
    this.output.sessions.set(id, { ...known, ...(title === undefined ? {} : { title }) });
  }

  private message(message: JsonObject): void {
    const raw = asObject(message['tokens']);
    const id = asName(message['id']);
    if (message['type'] !== 'gemini' || !raw || id === undefined) return;
    const counts = new TokenCounts();
    const usage = readUsage(counts, raw);
    if (isNoUsage(usage) && !counts.doubtful) return;
    const { ts, ok } = this.output.times.read(message['timestamp']);
    if (counts.doubtful) this.output.problem(doubtfulCounts);
    if (!ok) this.output.problem(doubtfulTime);
    const model = asName(message['model']);
    const costing = counts.doubtful ? 'doubtful' : 'list';
    this.output.calls.add({ key: `gemini:${id}`, session: this.sessionId, ts, model, provider: 'google', usage, costing, serviceTier: 'standard', extras: false });
  }
}

/** `input` includes what was cached; thoughts are beside `output`, and what tools put into the prompt is beside `input`. */
function readUsage(counts: TokenCounts, raw: JsonObject): Usage {
  const cached = counts.count(raw['cached']);
  return {
    input: { text: counts.beyond(counts.count(raw['input']), cached) + counts.count(raw['tool']), cacheRead: cached, cacheWrite5m: 0, cacheWrite1h: 0 },
    output: { text: counts.count(raw['output']), reasoning: counts.count(raw['thoughts']) },
  };
}
