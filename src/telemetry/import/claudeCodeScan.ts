import { closeBrace, closeBracket, colon, comma, endOfPlain, endOfText, isText, openBrace, openBracket, plainCount, plainTime, quote } from './jsonBytes';

/** `unclear`: it has to be parsed to know it. */
export type LineKind = 'assistant' | 'title' | 'other' | 'unclear';

const afterContent = Buffer.from('],"stop_reason":');
const titleTypes = ['summary', 'ai-title', 'custom-title', 'last-prompt'];

/**
 * One line of Claude Code's logs, read as bytes in one pass: what it is, and the fields of a call. Anything that is not written as usual
 * is left to the parser, which takes ten times as long.
 */
export class ClaudeCodeScan {
  idStart = 0;
  idEnd = 0;
  modelStart = 0;
  modelEnd = 0;
  /** First byte of the blocks of the content, which may be long and hold whatever a tool was given. */
  contentStart = 0;
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

  /** Reads up to the type of the line, or to the content of a message of the model. */
  head(bytes: Buffer, start: number, end: number): LineKind {
    this.idStart = this.modelStart = this.contentStart = 0;
    if (bytes[start] !== openBrace) return 'unclear';
    let inMessage = false;
    let isModel = false;
    for (let at = start + 1; at < end; ) {
      if (bytes[at] !== quote) return 'unclear';
      const keyStart = at + 1;
      const keyEnd = endOfText(bytes, keyStart, end);
      if (bytes[keyEnd + 1] !== colon) return 'unclear';
      const value = keyEnd + 2;
      const first = bytes[value];
      if (first === openBrace) {
        if (inMessage || !isText(bytes, keyStart, keyEnd, 'message')) return 'unclear';
        inMessage = true;
        at = value + 1;
        continue;
      }
      if (first === openBracket) {
        if (!inMessage || !isModel || !isText(bytes, keyStart, keyEnd, 'content')) return 'unclear';
        this.contentStart = value + 1;
        return 'assistant';
      }
      const valueStart = first === quote ? value + 1 : value;
      const valueEnd = first === quote ? endOfText(bytes, valueStart, end) : endOfPlain(bytes, value, end);
      const key = keyEnd - keyStart;
      if (inMessage) {
        if (key === 2 && isText(bytes, keyStart, keyEnd, 'id')) [this.idStart, this.idEnd] = [valueStart, valueEnd];
        else if (key === 5 && isText(bytes, keyStart, keyEnd, 'model')) [this.modelStart, this.modelEnd] = [valueStart, valueEnd];
        else if (key === 4 && isText(bytes, keyStart, keyEnd, 'role')) {
          isModel = isText(bytes, valueStart, valueEnd, 'assistant');
          if (!isModel) return 'other';
        }
      } else if (key === 4 && isText(bytes, keyStart, keyEnd, 'type') && !isText(bytes, valueStart, valueEnd, 'assistant')) {
        return titleTypes.some((type) => isText(bytes, valueStart, valueEnd, type)) ? 'title' : 'other';
      }
      at = first === quote ? valueEnd + 1 : valueEnd;
      if (bytes[at] !== comma) return 'unclear';
      at += 1;
    }
    return 'unclear';
  }

  /** Finds the end of the content of a line whose head was read. */
  content(bytes: Buffer, end: number): boolean {
    this.contentEnd = this.contentStart === 0 ? -1 : bytes.lastIndexOf(afterContent, end - afterContent.length);
    return this.contentEnd >= this.contentStart;
  }

  /** Reads what follows the content. False when there is anything that plain counts and a plain call do not have. */
  tail(bytes: Buffer, end: number): boolean {
    this.input = this.output = -1;
    this.cacheRead = this.cacheWrite = this.cacheWrite5m = this.cacheWrite1h = this.thinking = 0;
    this.requestStart = this.sessionStart = 0;
    this.ts = Number.NaN;
    let depth = 2;
    let usageDepth = 0;
    let usages = 0;
    let isCall = false;
    for (let at = this.contentEnd + 1; at < end; at++) {
      const byte = bytes[at];
      if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth < usageDepth) usageDepth = 0;
      } else if (byte === quote) {
        const keyStart = at + 1;
        const keyEnd = endOfText(bytes, keyStart, end);
        at = keyEnd;
        if (bytes[keyEnd + 1] !== colon) continue;
        const value = keyEnd + 2;
        if (usageDepth > 0) {
          if (!this.count(bytes, keyStart, keyEnd, value, end, depth - usageDepth)) return false;
        } else if (depth === 2 && isText(bytes, keyStart, keyEnd, 'usage')) {
          if (bytes[value] !== openBrace || ++usages > 1) return false;
          usageDepth = 3;
        } else if (depth === 1) {
          if (isText(bytes, keyStart, keyEnd, 'costUSD')) return false;
          if (bytes[value] === quote) {
            const valueEnd = endOfText(bytes, value + 1, end);
            if (isText(bytes, keyStart, keyEnd, 'type')) isCall = isText(bytes, value + 1, valueEnd, 'assistant');
            else this.field(bytes, keyStart, keyEnd, value + 1, valueEnd);
            at = valueEnd;
          }
        }
      }
    }
    return isCall && depth === 0 && usages === 1 && this.input >= 0 && this.output >= this.thinking && this.requestStart > 0 && this.sessionStart > 0 && !Number.isNaN(this.ts);
  }

  private field(bytes: Buffer, keyStart: number, keyEnd: number, start: number, end: number): void {
    if (keyEnd - keyStart !== 9) return;
    if (isText(bytes, keyStart, keyEnd, 'requestId')) [this.requestStart, this.requestEnd] = [start, end];
    else if (isText(bytes, keyStart, keyEnd, 'sessionId')) [this.sessionStart, this.sessionEnd] = [start, end];
    else if (isText(bytes, keyStart, keyEnd, 'timestamp')) this.ts = plainTime(bytes, start, end);
  }

  /** One field of the usage, `nested` levels below it. */
  private count(bytes: Buffer, keyStart: number, keyEnd: number, value: number, end: number, nested: number): boolean {
    const length = keyEnd - keyStart;
    if (nested === 0) {
      if (length === 12 && isText(bytes, keyStart, keyEnd, 'input_tokens')) return (this.input = plainCount(bytes, value, end)) >= 0;
      if (length === 13 && isText(bytes, keyStart, keyEnd, 'output_tokens')) return (this.output = plainCount(bytes, value, end)) >= 0;
      if (length === 23 && isText(bytes, keyStart, keyEnd, 'cache_read_input_tokens')) return (this.cacheRead = plainCount(bytes, value, end)) >= 0;
      if (length === 27 && isText(bytes, keyStart, keyEnd, 'cache_creation_input_tokens')) return (this.cacheWrite = plainCount(bytes, value, end)) >= 0;
      if ((length === 12 && isText(bytes, keyStart, keyEnd, 'service_tier')) || (length === 5 && isText(bytes, keyStart, keyEnd, 'speed'))) return isText(bytes, value, value + 10, '"standard"');
      return true;
    }
    if (nested > 1) return true;
    if (length === 25 && isText(bytes, keyStart, keyEnd, 'ephemeral_5m_input_tokens')) return (this.cacheWrite5m = plainCount(bytes, value, end)) >= 0;
    if (length === 25 && isText(bytes, keyStart, keyEnd, 'ephemeral_1h_input_tokens')) return (this.cacheWrite1h = plainCount(bytes, value, end)) >= 0;
    if (length === 15 && isText(bytes, keyStart, keyEnd, 'thinking_tokens')) return (this.thinking = plainCount(bytes, value, end)) >= 0;
    return !(length === 19 && isText(bytes, keyStart, keyEnd, 'web_search_requests')) || plainCount(bytes, value, end) === 0;
  }
}
