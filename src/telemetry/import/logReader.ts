import type { CallWriter } from './callColumns';
import type { LogSession } from './logCall';
import type { LogTimes } from './logTime';

/** Where a reader puts what it finds in one log. */
export interface LogOutput {
  readonly calls: CallWriter;
  readonly sessions: Map<string, LogSession>;
  readonly times: LogTimes;
  /** Something could not be read or cannot be true; counted by its text. */
  problem(text: string): void;
}

/** Reads one log line by line. What it must know to go on later is its `state`: plain JSON. */
export interface LineReader {
  /** One line, without its end, of a buffer that is used again after `settle`. */
  line(bytes: Buffer, start: number, end: number): void;
  /** Called before the buffer is used for something else, and at the end; only for readers that hold on to a line. */
  settle?(): void;
  state(): unknown;
}

export const unreadableLine = 'a line is no JSON';
export const doubtfulCounts = 'a call has token counts that cannot be true';
export const doubtfulTime = 'a call has a time that cannot be true';
