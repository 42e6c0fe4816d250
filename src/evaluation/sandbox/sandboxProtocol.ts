import { formatDuration } from '../../base/format';

/** `javascript` and `typescript` are what they say; `either` is JavaScript, or TypeScript where it is no JavaScript. */
export type SandboxLanguage = 'javascript' | 'typescript' | 'either';

/** `function`: the program gives a function, which is called with the data · `expression`: its value is wanted, and the data's members are its variables. */
export type SandboxKind = 'function' | 'expression';

export const sandboxLimits = {
  memoryBytes: 64 * 1024 * 1024,
  /** A deeper one would end the WebAssembly instance instead of the script. */
  stackBytes: 256 * 1024,
  /** UTF-16 units of JSON that go in, and that come out. */
  dataLength: 4 * 1024 * 1024,
  resultLength: 2 * 1024 * 1024,
  resultDepth: 100,
  sourceLength: 512 * 1024,
  /** Of one file, and of all files that a run reads. */
  fileBytes: 2 * 1024 * 1024,
  allFilesBytes: 64 * 1024 * 1024,
  reads: 10_000,
  readsAtOnce: 8,
  nameLength: 1024,
  /** Names in the list of files. */
  names: 100_000,
  consoleLines: 1000,
  consoleLineLength: 2000,
} as const;

/**
 * Why a program gave no value. `syntax`: it cannot be read · `thrown`: it threw, or rejected · `unsettled`: it waits for what never comes ·
 * `deadline`: it did not end in time · `memory`: it needs more memory or a deeper stack than there is · `result`: what it gave is no data, or
 * too much of it · `broken`: the sandbox itself could not run it.
 */
export type SandboxReason = 'syntax' | 'thrown' | 'unsettled' | 'deadline' | 'memory' | 'result' | 'broken';

export interface SandboxProblem {
  readonly reason: SandboxReason;
  /** One sentence without a stop at its end. */
  readonly message: string;
  /** Where in the program, from 1. */
  readonly line?: number;
  readonly column?: number;
}

export function lateProblem({ deadlineMs }: Pick<SandboxProgram, 'deadlineMs'>): SandboxProblem {
  return { reason: 'deadline', message: `it did not end within ${formatDuration(deadlineMs)}` };
}

export interface SandboxProgram {
  readonly source: string;
  readonly language: SandboxLanguage;
  readonly kind: SandboxKind;
  readonly dataJson: string;
  readonly deadlineMs: number;
  /** It goes on for so long beyond its deadline while it has not had a processor for as long as that: a busy machine is not its fault. */
  readonly patienceMs: number;
  /** What the program takes for the time, in epoch milliseconds: it stands still. */
  readonly now: number;
  /** Members of the result that are lists: at most so many entries of each are kept. */
  readonly listLimits: Readonly<Record<string, number>>;
}

export interface SandboxWorkerData {
  /** A compiled `WebAssembly.Module`. */
  readonly module: unknown;
}

export type ToSandboxWorker =
  | { readonly say: 'run'; readonly program: SandboxProgram }
  /** `content` is undefined for what is no text file of the tree. */
  | { readonly say: 'answer'; readonly id: number; readonly content?: Uint8Array | string; readonly problem?: string };

export type SandboxQuestion = { readonly kind: 'read'; readonly name: string } | { readonly kind: 'list' };

export interface SandboxAnswer {
  /** JSON; absent for `undefined`. */
  readonly json?: string;
  readonly problem?: SandboxProblem;
  /** Entries that `listLimits` left out, by member. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Lines beyond those that were told. */
  readonly moreConsole: number;
}

export type FromSandboxWorker =
  | { readonly say: 'ready' }
  | ({ readonly say: 'ask'; readonly id: number } & SandboxQuestion)
  | { readonly say: 'console'; readonly line: string }
  | ({ readonly say: 'done' } & SandboxAnswer);
