import { isPlainText, openBrace, openBracket, plainTime, quote } from './jsonBytes';
import { JsonCursor } from './jsonCursor';
import { JsonNames } from './jsonNames';

/** `unclear`: it has to be parsed to know it. */
export type LineKind = 'assistant' | 'title' | 'other' | 'unclear';

const keys = new JsonNames([
  'type', 'message', 'requestId', 'sessionId', 'timestamp', 'costUSD',
  'id', 'model', 'role', 'content', 'usage',
  'input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'service_tier', 'speed',
  'cache_creation', 'ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens', 'output_tokens_details', 'thinking_tokens', 'server_tool_use', 'web_search_requests',
]);
const values = new JsonNames(['assistant', 'user', 'standard', 'summary', 'ai-title', 'custom-title', 'last-prompt']);
const afterContent = Buffer.from('],"stop_reason":');
const usageKey = Buffer.from('"usage":');

/** The places of what the beginning of a line tells, up to the content of its message. */
export class LineHead {
  idStart = 0;
  idEnd = 0;
  modelStart = 0;
  modelEnd = 0;
  /** First byte of the blocks of the content, which may be long and hold whatever a tool was given; 0 for none. */
  contentStart = 0;
}

/** One line of Claude Code's logs, read as bytes in one pass: what it is, and the fields of a call. What is not written as usual is left to the parser. */
export class ClaudeCodeScan {
  contentEnd = 0;
  requestStart = 0;
  requestEnd = 0;
  sessionStart = 0;
  sessionEnd = 0;
  ts = Number.NaN;
  input = -1;
  cacheRead = 0;
  cacheWrite = 0;
  cacheWrite5m = 0;
  cacheWrite1h = 0;
  output = -1;
  thinking = 0;
  private readonly cursor = new JsonCursor(keys);

  /** Reads up to the type of the line, or to the content of a message of the model. */
  head(bytes: Buffer, start: number, end: number, found: LineHead): LineKind {
    const { cursor } = this;
    found.idStart = found.idEnd = found.modelStart = found.contentStart = 0;
    if (bytes[start] !== openBrace) return 'unclear';
    cursor.goTo(bytes, start + 1, end);
    let inMessage = false;
    let isModel = false;
    while (cursor.next()) {
      const { key, first } = cursor;
      if (first === openBrace) {
        if (inMessage || key !== 'message') return 'unclear';
        inMessage = true;
        cursor.enter();
      } else if (first === openBracket) {
        if (!isModel || key !== 'content') return 'unclear';
        found.contentStart = cursor.at + 1;
        return 'assistant';
      } else if (key === 'type') {
        if (!inMessage && this.value() !== 'assistant') return this.kindOfType();
      } else if (!inMessage || first !== quote) continue;
      else if (key === 'role') {
        isModel = this.value() === 'assistant';
        if (!isModel) return 'other';
      } else if (key === 'id') {
        found.idStart = cursor.valueStart;
        found.idEnd = cursor.valueEnd;
      } else if (key === 'model') {
        found.modelStart = cursor.valueStart;
        found.modelEnd = cursor.valueEnd;
      }
    }
    return 'unclear';
  }

  /** Finds the end of the content of a line whose head was read; false when the usage does not come behind it, since then it is no end. */
  content(bytes: Buffer, contentStart: number, end: number): boolean {
    this.contentEnd = contentStart === 0 ? -1 : bytes.indexOf(afterContent, contentStart);
    return this.contentEnd >= 0 && this.contentEnd < end && bytes.indexOf(usageKey, contentStart) > this.contentEnd;
  }

  /** Reads what follows the content. False when there is anything that plain counts and a plain call do not have. */
  tail(bytes: Buffer, end: number): boolean {
    const { cursor } = this;
    this.input = this.output = -1;
    this.cacheRead = this.cacheWrite = this.cacheWrite5m = this.cacheWrite1h = this.thinking = 0;
    cursor.goTo(bytes, this.contentEnd + 1, end);
    let usages = 0;
    while (cursor.next()) {
      if (cursor.key !== 'usage') cursor.skip();
      else if (cursor.first !== openBrace || ++usages > 1 || !this.usage()) return false;
    }
    return usages === 1 && this.output >= this.thinking && this.input >= 0 && cursor.leave() && this.call() && cursor.leave() && cursor.at === end;
  }

  /** What the line says outside of its message. */
  private call(): boolean {
    const { cursor } = this;
    this.requestStart = this.sessionStart = 0;
    this.ts = Number.NaN;
    let isCall = false;
    while (cursor.next()) {
      const { first, valueStart, valueEnd } = cursor;
      if (first !== quote) cursor.skip();
      switch (cursor.key) {
        case 'type':
          isCall = this.value() === 'assistant';
          break;
        case 'timestamp':
          this.ts = plainTime(cursor.bytes, valueStart, valueEnd);
          break;
        case 'requestId':
          if (first !== quote) return false;
          this.requestStart = valueStart;
          this.requestEnd = valueEnd;
          break;
        case 'sessionId':
          if (first !== quote) return false;
          this.sessionStart = valueStart;
          this.sessionEnd = valueEnd;
          break;
        case 'costUSD':
        case 'message':
          return false;
        default:
      }
    }
    return isCall && !Number.isNaN(this.ts) && this.requestStart > 0 && isPlainText(cursor.bytes, this.sessionStart, this.sessionEnd);
  }

  private usage(): boolean {
    const { cursor } = this;
    cursor.enter();
    while (cursor.next()) {
      switch (cursor.key) {
        case 'input_tokens':
          if ((this.input = cursor.count()) < 0) return false;
          break;
        case 'output_tokens':
          if ((this.output = cursor.count()) < 0) return false;
          break;
        case 'cache_read_input_tokens':
          if ((this.cacheRead = cursor.count()) < 0) return false;
          break;
        case 'cache_creation_input_tokens':
          if ((this.cacheWrite = cursor.count()) < 0) return false;
          break;
        case 'service_tier':
        case 'speed':
          if (this.value() !== 'standard') return false;
          break;
        case 'cache_creation':
        case 'output_tokens_details':
        case 'server_tool_use':
          if (cursor.first === openBrace && !this.details()) return false;
          break;
        default:
          cursor.skip();
      }
    }
    return cursor.leave();
  }

  /** An object in the usage: parts of what it counts, and what is charged besides. */
  private details(): boolean {
    const { cursor } = this;
    cursor.enter();
    while (cursor.next()) {
      switch (cursor.key) {
        case 'ephemeral_5m_input_tokens':
          if ((this.cacheWrite5m = cursor.count()) < 0) return false;
          break;
        case 'ephemeral_1h_input_tokens':
          if ((this.cacheWrite1h = cursor.count()) < 0) return false;
          break;
        case 'thinking_tokens':
          if ((this.thinking = cursor.count()) < 0) return false;
          break;
        case 'web_search_requests':
          if (cursor.count() !== 0) return false;
          break;
        default:
          cursor.skip();
      }
    }
    return cursor.leave();
  }

  private kindOfType(): LineKind {
    const type = this.value();
    return type === 'summary' || type === 'ai-title' || type === 'custom-title' || type === 'last-prompt' ? 'title' : 'other';
  }

  /** What the text of the value says, if it is one of those asked for. */
  private value(): ReturnType<typeof values.at> {
    const { first, bytes, valueStart, valueEnd } = this.cursor;
    return first === quote ? values.at(bytes, valueStart, valueEnd) : '';
  }
}
