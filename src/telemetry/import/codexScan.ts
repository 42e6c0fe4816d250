import { closeBrace, isPlainText, openBrace, openBracket, plainTime, quote } from './jsonBytes';
import { JsonCursor } from './jsonCursor';
import { JsonNames } from './jsonNames';
import { mostTokens } from './tokenCounts';

/** `unclear`: it has to be parsed to know it. */
export type CodexLineKind = 'session_meta' | 'turn_context' | 'token_usage_record' | 'token_count' | 'other' | 'unclear';

const keys = new JsonNames([
  'timestamp', 'type', 'payload', 'response_id', 'usage', 'turn_token_usage',
  'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens',
]);
const types = new JsonNames(['session_meta', 'turn_context', 'token_usage_record', 'event_msg', 'token_count']);

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
  private readonly cursor = new JsonCursor(keys);

  /** Reads up to the type of the line, and of an event up to its own type. */
  kind(bytes: Buffer, start: number, end: number): CodexLineKind {
    const { cursor } = this;
    this.ts = Number.NaN;
    if (bytes[start] !== openBrace) return 'unclear';
    cursor.goTo(bytes, start + 1, end);
    while (cursor.next()) {
      if (cursor.first === openBrace || cursor.first === openBracket) return 'unclear';
      if (cursor.key === 'type') return this.kindOfType();
      if (cursor.key === 'timestamp') this.ts = plainTime(bytes, cursor.valueStart, cursor.valueEnd);
    }
    return 'unclear';
  }

  /** Reads a record whose kind was read, up to what it adds up to; that is three quarters of it. False when it is not written as usual, or cannot be true. */
  record(bytes: Buffer, end: number): boolean {
    const { cursor } = this;
    this.input = this.cacheRead = this.cacheWrite = this.output = this.reasoning = this.responseStart = 0;
    if (Number.isNaN(this.ts) || bytes[end - 1] !== closeBrace || !this.payload()) return false;
    while (cursor.next()) {
      if (cursor.first === openBrace) return cursor.key === 'usage' && this.usage() && this.isFollowedByTurn() && this.isPlausible();
      if (cursor.first === openBracket) return false;
      if (cursor.key !== 'response_id') continue;
      if (cursor.first !== quote || !isPlainText(bytes, cursor.valueStart, cursor.valueEnd)) return false;
      this.responseStart = cursor.valueStart;
      this.responseEnd = cursor.valueEnd;
    }
    return false;
  }

  private usage(): boolean {
    const { cursor } = this;
    cursor.enter();
    while (cursor.next()) {
      const count = cursor.count();
      if (count < 0 || count > mostTokens) return false;
      switch (cursor.key) {
        case 'input_tokens':
          this.input = count;
          break;
        case 'cached_input_tokens':
          this.cacheRead = count;
          break;
        case 'cache_write_input_tokens':
          this.cacheWrite = count;
          break;
        case 'output_tokens':
          this.output = count;
          break;
        case 'reasoning_output_tokens':
          this.reasoning = count;
          break;
        default:
      }
    }
    return cursor.leave();
  }

  private isFollowedByTurn(): boolean {
    return this.cursor.next() && this.cursor.key === 'turn_token_usage';
  }

  private isPlausible(): boolean {
    return this.responseStart > 0 && this.cacheRead + this.cacheWrite <= this.input && this.reasoning <= this.output && this.input + this.output > 0;
  }

  private kindOfType(): CodexLineKind {
    const { cursor } = this;
    const type = this.type();
    if (type !== 'event_msg') return type === '' || type === 'token_count' ? 'other' : type;
    if (!this.payload() || !cursor.next() || cursor.key !== 'type') return 'unclear';
    return this.type() === 'token_count' ? 'token_count' : 'other';
  }

  private type(): ReturnType<typeof types.at> {
    const { first, bytes, valueStart, valueEnd } = this.cursor;
    return first === quote ? types.at(bytes, valueStart, valueEnd) : '';
  }

  /** Goes into the payload, which follows the type. */
  private payload(): boolean {
    const { cursor } = this;
    if (!cursor.next() || cursor.first !== openBrace || cursor.key !== 'payload') return false;
    cursor.enter();
    return true;
  }
}
