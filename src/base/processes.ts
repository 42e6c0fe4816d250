import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { OrchestratorError } from './errors';
import { LineSplitter } from './jsonLines';
import { runMarkerVariable } from './processEnd';
import type { ExitStatus, RunningProcess } from './processLaunch';
import { launch } from './processLaunch';
import { after } from './processWait';

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the program: nothing is inherited. */
  readonly env?: NodeJS.ProcessEnv;
  /** Given to stdin, which is empty otherwise. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Most bytes kept of each of stdout and stderr. More ends the program. Default 64 MiB. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
  /** Put into the environment of the program and so of all its descendants; whatever still carries it when the program has ended is ended too. */
  readonly runMarker?: string;
}

export interface RunResult extends ExitStatus {
  readonly stdout: string;
  readonly stderr: string;
  /** It wrote more than `maxOutputBytes` and was ended. */
  readonly truncated: boolean;
  /** It took longer than `timeoutMs` and was ended. */
  readonly timedOut: boolean;
}

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment of the program: nothing is inherited. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Put into the environment of the program and so of all its descendants, for the sweep. */
  readonly runMarker?: string;
  readonly onStdoutLine?: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
  /** Bytes came on stdout or stderr, whole line or not. */
  readonly onActivity?: () => void;
  /** Longest line given out, in bytes (default 8 MiB); of a longer one `onLongLine` gets the head. */
  readonly maxLineBytes?: number;
  readonly onLongLine?: (stream: 'stdout' | 'stderr', head: string, bytes: number) => void;
}

const defaultMaxOutputBytes = 64 * 1024 * 1024;

/**
 * Runs a program to its end; `args` reach it as they are, without a shell. Rejects only when it cannot be started (Node's system error, see
 * `systemCode`; also `ENOENT` when `cwd` is missing) or with `stopped` when the signal was aborted.
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  throwIfStopped(options.signal, file);
  const child = launch(file, args, marked(options), options.runMarker);
  let end: 'truncated' | 'timedOut' | 'stopped' | undefined;
  const finish = (reason: 'truncated' | 'timedOut' | 'stopped') => (): void => {
    end ??= reason;
    void child.stop();
  };
  const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const stdout = collect(child.stdout, limit, finish('truncated'));
  const stderr = collect(child.stderr, limit, finish('truncated'));
  const onAbort = finish('stopped');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const cancelTimeout = options.timeoutMs === undefined ? undefined : after(options.timeoutMs, finish('timedOut'));
  try {
    const status = await child.exited;
    if (end !== undefined || options.runMarker !== undefined) await child.stop();
    throwIfStopped(options.signal, file);
    return { ...status, stdout: stdout(), stderr: stderr(), truncated: end === 'truncated', timedOut: end === 'timedOut' };
  } finally {
    cancelTimeout?.();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Starts a program whose output is taken line by line. Nothing of the output is kept. */
export function start(file: string, args: readonly string[], options: StartOptions = {}): RunningProcess {
  const child = launch(file, args, marked(options), options.runMarker);
  const splitters: LineSplitter[] = [];
  for (const [name, onLine] of [['stdout', options.onStdoutLine], ['stderr', options.onStderrLine]] as const) {
    const splitter = new LineSplitter(onLine ?? (() => undefined), {
      ...(options.maxLineBytes !== undefined && { maxLineBytes: options.maxLineBytes }),
      onLongLine: (head, bytes) => options.onLongLine?.(name, head, bytes),
    });
    child[name].on('data', (chunk: Uint8Array) => {
      options.onActivity?.();
      splitter.push(chunk);
    });
    splitters.push(splitter);
  }
  // Before anybody hears of the exit: a stream's own end may be told after it when this process was too busy to look.
  const exited = child.exited.finally(() => { for (const splitter of splitters) splitter.end(); });
  exited.catch(() => undefined);
  return { pid: child.pid, exited, stop: child.stop };
}

function marked<T extends { readonly env?: NodeJS.ProcessEnv; readonly runMarker?: string }>(options: T): T {
  return options.runMarker === undefined ? options : { ...options, env: { ...options.env, [runMarkerVariable]: options.runMarker } };
}

/** Keeps the first `limit` bytes of a stream; the result gives them as text. */
function collect(stream: Readable, limit: number, onTooMuch: () => void): () => string {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Uint8Array) => {
    const room = limit - bytes;
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    bytes += chunk.length;
    if (chunk.length > room) onTooMuch();
  });
  return () => {
    const text = Buffer.concat(chunks);
    // A character cut in two at the limit is left out instead of shown broken.
    return bytes > limit ? new StringDecoder('utf8').write(text) : text.toString('utf8');
  };
}

function throwIfStopped(signal: AbortSignal | undefined, file: string): void {
  if (signal?.aborted) throw new OrchestratorError('stopped', `${path.basename(file)} was stopped.`, '', { cause: signal.reason });
}
