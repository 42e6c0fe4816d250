import type { Disposable } from './disposable';

/** Takes secrets out of what is about to be stored, logged, shown or sent. */
export interface Redactor {
  /**
   * The text with each secret replaced by `[redacted: NAME]`, the same text when there is none. JSON stays JSON of the same structure:
   * only content of its strings is replaced. Redacting twice changes nothing more.
   */
  redact(text: string): string;
  /** From now on the value is replaced wherever it occurs, also as JSON, a URL or base64 writes it. Shorter than four characters, it is not. */
  addSecret(name: string, value: string): Disposable;
  /** For text that arrives in pieces. */
  stream(): StreamRedactor;
}

/** Redacts text that arrives in pieces, wherever it is cut; holds back what could be the beginning of a secret. */
export interface StreamRedactor {
  /** What can be told of the text so far; may be empty. */
  push(chunk: string): string;
  /** What was held back. */
  end(): string;
}

/** Takes nothing out. */
export const noRedaction: Redactor = {
  redact: (text) => text,
  addSecret: () => ({ dispose: () => undefined }),
  stream: () => ({ push: (chunk) => chunk, end: () => '' }),
};
