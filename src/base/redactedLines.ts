import type { Redactor, StreamRedactor } from './redactor';

/** Redacts text that comes line by line: a private key or a known value may go over several lines, which come out as one. */
export class RedactedLines {
  private readonly stream: StreamRedactor;
  private held = '';

  constructor(redactor: Redactor) {
    this.stream = redactor.stream();
  }

  /** The whole lines that can be told now; mostly this one. */
  push(line: string): readonly string[] {
    return this.whole(this.stream.push(`${line}\n`));
  }

  /** What was held back. */
  end(): readonly string[] {
    const lines = this.whole(this.stream.end());
    const rest = this.held;
    this.held = '';
    return rest === '' ? lines : [...lines, rest];
  }

  private whole(text: string): readonly string[] {
    const lines = `${this.held}${text}`.split('\n');
    this.held = lines.pop() ?? '';
    return lines;
  }
}
