import type { ParseArgsOptionsConfig } from 'node:util';
import { OrchestratorError } from '../base/errors';
import type { Orchestrator } from '../orchestrator';

/** A list only for an option that may be given several times. */
export type OptionValue = string | boolean | readonly string[] | undefined;

export interface CommandInput {
  readonly values: Readonly<Record<string, OptionValue>>;
  /** What was given beside options. */
  readonly positionals: readonly string[];
  /** What follows `--`, for a command that takes a program; else it is among the words beside options. */
  readonly program: readonly string[];
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
  /** How many words it takes beside options, at most. */
  readonly words: number;
  /** A program and its arguments may follow `--`. */
  readonly takesProgram?: true;
  /** Exit code of an error. Default 1; words and options that nobody understands are 2 everywhere. */
  readonly errorExitCode?: number;
  readonly run: (input: CommandInput) => Promise<number>;
}

export function text(value: OptionValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Of an option that may be given several times, in the order in which it was. */
export function texts(value: OptionValue): readonly string[] {
  return typeof value === 'object' ? value : [];
}

/** @throws OrchestratorError `invalid-argument` for a word that nobody would read: it was meant to do something */
export function refuseWordsBeyond(most: number, words: readonly string[], usage: string): void {
  const [extra] = words.slice(most);
  if (extra !== undefined) throw new OrchestratorError('invalid-argument', `Nobody knows what "${extra}" is for.`, `Usage: ${usage}`);
}
