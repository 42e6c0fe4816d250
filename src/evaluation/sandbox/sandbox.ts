import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError, errorMessage } from '../../base/errors';
import type { TreeFiles } from '../evaluationInput';
import { sandboxLimits, type SandboxAnswer, type SandboxKind, type SandboxLanguage, type SandboxProblem, type SandboxQuestion } from './sandboxProtocol';
import { SandboxThread, type ThreadHost } from './sandboxThread';

export interface SandboxRequest {
  readonly source: string;
  readonly language: SandboxLanguage;
  readonly kind: SandboxKind;
  /** JSON: what is no JSON in it does not arrive. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly deadlineMs: number;
  /** All that the program can see besides its data. Absent: none. */
  readonly files?: Pick<TreeFiles, 'read' | 'size' | 'list'>;
  /** Told of each line while the program runs. */
  readonly onConsole?: (line: string) => void;
  /** Members of the result that are lists: at most so many entries of each are kept, the others are counted. */
  readonly listLimits?: Readonly<Record<string, number>>;
  /** The time that stands still in the program, in epoch milliseconds. Default: that of the call. */
  readonly now?: number;
  /** What it gets beyond its deadline to say where it was; afterwards its thread is ended. Default 50 ms. */
  readonly graceMs?: number;
  /** It goes on for so long beyond its deadline while it has not had a processor for as long as that. Default: not at all. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

export interface SandboxTold {
  readonly console: readonly string[];
  /** Lines beyond those. */
  readonly moreConsole: number;
}

export type SandboxResult = SandboxTold &
  ({ readonly ok: true; readonly value: unknown; readonly leftOut: Readonly<Record<string, number>> } | { readonly ok: false; readonly problem: SandboxProblem });

/**
 * Runs programs that nobody trusts: each in an engine of its own (QuickJS in WebAssembly) in a thread of its own. There is no network, no file
 * but those of `files`, no environment, no timer, no clock, and the same random numbers for all.
 */
export interface Sandbox {
  /** Settles at the deadline + `graceMs` (+ `patienceMs` on a busy machine) at the latest, once its thread has started. @throws OrchestratorError `stopped` when aborted */
  run(request: SandboxRequest): Promise<SandboxResult>;
  /** Starts a thread for the next program and settles when it is ready: that program is run within milliseconds. */
  prepare(): Promise<void>;
  dispose(): void;
}

export interface SandboxOptions {
  /** Folder of `evalSandboxWorker.js` and `quickjs.wasm`. */
  readonly assetsDirectory: string;
  /** How long a started thread waits for a program after the last one. Default 30 s. */
  readonly idleMs?: number;
}

/** The little of `WebAssembly` that is used here; the type library without DOM leaves it out. */
const webAssembly = (globalThis as unknown as { readonly WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> } }).WebAssembly;

export function createSandbox({ assetsDirectory, idleMs = 30_000 }: SandboxOptions): Sandbox {
  const running = new Set<SandboxThread>();
  let module: Promise<unknown> | undefined;
  let spare: SandboxThread | undefined;
  let idle: NodeJS.Timeout | undefined;
  let disposed = false;

  /** Compiled once, off this thread, and shared by all of them. */
  async function compiled(): Promise<unknown> {
    module ??= readFile(path.join(assetsDirectory, 'quickjs.wasm')).then((bytes) => webAssembly.compile(bytes));
    try {
      return await module;
    } catch (error) {
      module = undefined;
      throw error;
    }
  }

  async function take(): Promise<SandboxThread> {
    const started = spare;
    spare = undefined;
    clearTimeout(idle);
    return started?.isUsable ? started : newThread(await compiled());
  }

  function newThread(from: unknown): SandboxThread {
    return new SandboxThread(path.join(assetsDirectory, 'evalSandboxWorker.js'), from);
  }

  /** The next program need not wait for a thread to start. */
  async function keepSpare(): Promise<SandboxThread | undefined> {
    const from = await compiled();
    if (disposed || spare?.isUsable) return spare;
    spare = newThread(from);
    clearTimeout(idle);
    idle = setTimeout(endSpare, idleMs);
    idle.unref();
    return spare;
  }

  function endSpare(): void {
    clearTimeout(idle);
    spare?.end();
    spare = undefined;
  }

  async function answerOf(request: SandboxRequest, dataJson: string, host: ThreadHost): Promise<SandboxAnswer> {
    const { source, language, kind, deadlineMs, listLimits = {}, now = Date.now(), graceMs, patienceMs = 0, signal } = request;
    let thread: SandboxThread;
    try {
      thread = await take();
    } catch (error) {
      return failure({ reason: 'broken', message: `the sandbox cannot be started: ${errorMessage(error)}` });
    }
    if (disposed) thread.stop();
    running.add(thread);
    try {
      return await thread.run({ source, language, kind, dataJson, deadlineMs, patienceMs, now, listLimits }, host, { signal, graceMs });
    } finally {
      running.delete(thread);
      keepSpare().catch(() => undefined);
    }
  }

  return {
    run: async (request) => {
      const { signal, files, onConsole } = request;
      throwIfStopped(signal);
      const lines: string[] = [];
      const hear = (line: string): void => {
        lines.push(line);
        onConsole?.(line);
      };
      const dataJson = JSON.stringify(request.data);
      const tooLong = request.source.length > sandboxLimits.sourceLength ? 'it is too long' : dataJson.length > sandboxLimits.dataLength ? `it would be given ${dataJson.length} characters of data, and may be given ${sandboxLimits.dataLength}` : undefined;
      const answer = tooLong === undefined ? await answerOf(request, dataJson, { console: hear, answer: reader(files) }).catch((error: unknown) => {
        throwIfStopped(signal);
        throw error;
      }) : failure({ reason: 'broken', message: tooLong });
      const told: SandboxTold = { console: lines, moreConsole: answer.moreConsole };
      if (answer.problem) return { ...told, ok: false, problem: answer.problem };
      return { ...told, ok: true, value: answer.json === undefined ? undefined : JSON.parse(answer.json), leftOut: answer.leftOut };
    },
    prepare: async () => {
      await (await keepSpare())?.ready;
    },
    dispose: () => {
      disposed = true;
      endSpare();
      for (const thread of running) thread.stop();
    },
  };
}

function failure(problem: SandboxProblem): SandboxAnswer {
  return { problem, leftOut: {}, moreConsole: 0 };
}

/** What one run may read, within what all of it may have. */
function reader(files: SandboxRequest['files']): ThreadHost['answer'] {
  let bytesLeft: number = sandboxLimits.allFilesBytes;
  return async (question: SandboxQuestion) => {
    if (!files) return { problem: 'there are no files to read' };
    if (question.kind === 'list') return { content: JSON.stringify((await files.list()).slice(0, sandboxLimits.names)) };
    const size = await files.size(question.name);
    if (size === undefined || size > sandboxLimits.fileBytes) return {};
    if ((bytesLeft -= size) < 0) return { problem: `more than ${sandboxLimits.allFilesBytes / 1024 / 1024} MiB of files were read` };
    const content = await files.read(question.name);
    // A copy of its own: the buffer may be a part of a larger one, all of which would be sent.
    return content === undefined || content.byteLength > sandboxLimits.fileBytes ? {} : { content: new Uint8Array(content) };
  };
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OrchestratorError('stopped', 'It was stopped.', 'Start it again for a result.', { cause: signal.reason });
}
