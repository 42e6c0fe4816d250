import type { ParseArgsOptionsConfig } from 'node:util';
import type { Orchestrator } from '../orchestrator';

export interface CommandInput {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** What was given beside options. */
  readonly positionals: readonly string[];
  readonly orchestrator: Orchestrator;
  readonly print: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One command of the program. `run` gives the exit code. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  readonly run: (input: CommandInput) => Promise<number>;
}

export function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
