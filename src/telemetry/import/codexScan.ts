import { closeBrace, colon, comma, endOfPlain, endOfText, isPlainText, isText, openBrace, openBracket, plainCount, plainTime, quote } from './jsonBytes';
import { mostTokens } from './tokenCounts';

/** `unclear`: it has to be parsed to know it. */
export type CodexLineKind = 'session_meta' | 'turn_context' | 'token_usage_record' | 'token_count' | 'other' | 'unclear';

const kinds = ['token_usage_record', 'turn_context', 'session_meta'] as const;

/**
 * One line of Codex's rollouts, read as bytes: what it is, and the fields of a record of usage. What is not written in the usual order is
 * left to the parser.
 */
export class CodexScan {
  ts = Number.NaN;
  responseStart = 0;
  responseEnd = 0;
  input = 0;
  cacheRead = 0;
  cacheWrite = 0;
  output = 0;
  reasoning = 0;
  private afterType = 0;

  /** Reads up to the type of the line, and of an event up to its own type. */
  kind(bytes: Buffer, start: number, end: number): CodexLineKind {
    this.ts = Number.NaN;
    if (bytes[start] !== openBrace) return 'unclear';
    for (let at = start + 1; at < end; ) {
      const keyEnd = endOfText(bytes, at + 1, end);
      const value = keyEnd + 2;
      if (bytes[at] !== quote || bytes[keyEnd + 1] !== colon) return 'unclear';
      const after = endOfValue(bytes, value, end);
      if (bytes[after] !== comma) return 'unclear';
      if (isText(bytes, at + 1, keyEnd, 'type')) {
        this.afterType = after + 1;
        return this.kindOfType(bytes, value + 1, after - 1, end);
      }
      if (isText(bytes, at + 1, keyEnd, 'timestamp')) this.ts = plainTime(bytes, value + 1, after - 1);
      at = after + 1;
    }
    return 'unclear';
  }

  /** Reads a record whose kind was read, up to what it adds up to; that is three quarters of it. False when it is not written as usual, or cannot be true. */
  record(bytes: Buffer, end: number): boolean {
    this.input = this.cacheRead = this.cacheWrite = this.output = this.reasoning = this.responseStart = 0;
    let at = this.afterType;
    if (Number.isNaN(this.ts) || !isText(bytes, at, at + 11, '"payload":{')) return false;
    for (at += 11; at < end; ) {
      const keyEnd = endOfText(bytes, at + 1, end);
      const value = keyEnd + 2;
      if (bytes[at] !== quote || bytes[keyEnd + 1] !== colon) return false;
      if (bytes[value] === openBrace) return isText(bytes, at + 1, keyEnd, 'usage') && this.usage(bytes, value + 1, end);
      const after = endOfValue(bytes, value, end);
      if (bytes[after] !== comma) return false;
      if (isText(bytes, at + 1, keyEnd, 'response_id')) {
        if (bytes[value] !== quote || !isPlainText(bytes, value + 1, after - 1)) return false;
        [this.responseStart, this.responseEnd] = [value + 1, after - 1];
      }
      at = after + 1;
    }
    return false;
  }

  private usage(bytes: Buffer, start: number, end: number): boolean {
    for (let at = start; at < end; ) {
      const keyEnd = endOfText(bytes, at + 1, end);
      const value = keyEnd + 2;
      const count = plainCount(bytes, value, end);
      if (bytes[at] !== quote || bytes[keyEnd + 1] !== colon || count < 0 || count > mostTokens) return false;
      const length = keyEnd - at - 1;
      if (length === 12 && isText(bytes, at + 1, keyEnd, 'input_tokens')) this.input = count;
      else if (length === 19 && isText(bytes, at + 1, keyEnd, 'cached_input_tokens')) this.cacheRead = count;
      else if (length === 24 && isText(bytes, at + 1, keyEnd, 'cache_write_input_tokens')) this.cacheWrite = count;
      else if (length === 13 && isText(bytes, at + 1, keyEnd, 'output_tokens')) this.output = count;
      else if (length === 23 && isText(bytes, at + 1, keyEnd, 'reasoning_output_tokens')) this.reasoning = count;
      at = endOfPlain(bytes, value, end);
      if (bytes[at] === closeBrace) {
        const isPlausible = this.responseStart > 0 && this.cacheRead + this.cacheWrite <= this.input && this.reasoning <= this.output && this.input + this.output > 0;
        return isPlausible && isText(bytes, at + 1, at + 21, ',"turn_token_usage":') && bytes[end - 1] === closeBrace;
      }
      at += 1;
    }
    return false;
  }

  private kindOfType(bytes: Buffer, start: number, typeEnd: number, end: number): CodexLineKind {
    for (const kind of kinds) if (isText(bytes, start, typeEnd, kind)) return kind;
    if (!isText(bytes, start, typeEnd, 'event_msg')) return 'other';
    const at = this.afterType;
    if (!isText(bytes, at, at + 19, '"payload":{"type":"')) return 'unclear';
    return isText(bytes, at + 19, endOfText(bytes, at + 19, end), 'token_count') ? 'token_count' : 'other';
  }
}

/** Behind a text or a plain value; at the beginning of what is neither. */
function endOfValue(bytes: Buffer, from: number, end: number): number {
  const first = bytes[from];
  if (first === quote) return endOfText(bytes, from + 1, end) + 1;
  return first === openBrace || first === openBracket ? from : endOfPlain(bytes, from, end);
}
