import { stat } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../base/clock';
import { errorMessage, OrchestratorError, systemCode } from '../base/errors';
import { after } from '../base/processWait';
import type { ExitStatus, StopOptions } from '../base/processLaunch';
import { start } from '../base/processes';
import { RedactedLines } from '../base/redactedLines';
import { noRedaction } from '../base/redactor';
import type { AgentRequest } from './agentDriver';
import { shutdownReason } from './agentDriver';

/** What all drivers share. Paths of programs come from settings; without one the usual name is looked for along `PATH`. */
export interface AgentDriverOptions {
  readonly clock: Clock;
  /** The environment that agents inherit from; see `agentEnvironment`. */
  readonly env: NodeJS.ProcessEnv;
  readonly programs?: { readonly claudeCode?: string; readonly amp?: string; readonly codex?: string; readonly gemini?: string; readonly opencode?: string };
  /** No output for that long ends a run. Default 30 minutes: a long test run may be silent. */
  readonly stallTimeoutMs?: number;
  /** How long an agent may take to end by itself after SIGINT. Default 5 s. */
  readonly gracefulMs?: number;
  readonly claudeCode?: { readonly permissionMode?: string; readonly allowedTools?: readonly string[] };
  /** Lets Amp run every tool without asking; without it a tool that needs approval fails the run. Default false. */
  readonly ampAllowsAllTools?: boolean;
  readonly codex?: { readonly sandbox?: 'read-only' | 'workspace-write' | 'danger-full-access' };
  readonly gemini?: { readonly approvalMode?: 'default' | 'auto_edit' | 'yolo' | 'plan' };
  /** Lets opencode do what its configuration says to ask for; without it such a tool is refused, which ends the run. Default false. */
  readonly opencode?: { readonly approvesAll?: boolean };
}

export interface ProgramRun {
  readonly label: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly onStdoutLine: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
  readonly onLongLine: (head: string, bytes: number) => void;
}

export interface ProgramEnd {
  readonly exit?: ExitStatus;
  /** The last lines of stderr, without secrets. */
  readonly stderrTail: string;
  /** Why it ended, when not by itself. */
  readonly ended?: 'stopped' | 'stalled' | 'given-up';
  /** How long it had been silent, when `stalled`. In milliseconds. */
  readonly quietMs?: number;
  /** It could not be started. */
  readonly startError?: OrchestratorError;
}

export interface StartedProgram {
  readonly end: Promise<ProgramEnd>;
  /** Ends the run because of what was read. */
  giveUp(): void;
}

const defaultStallTimeoutMs = 30 * 60 * 1000;
const defaultGracefulMs = 5_000;
/** An editor that closes gives its extensions 5 s; the work has to be committed in that time as well. */
const shutdownLimits = { gracefulMs: 800, terminateMs: 700 } as const;
const tailLines = 20;
const tailLineCharacters = 1_000;
const headCharacters = 400;

/** Runs an agent's program: its lines in, its end out, and nothing of it left when `end` settles. */
export function runProgram(options: AgentDriverOptions, request: AgentRequest, run: ProgramRun): StartedProgram {
  const stallTimeoutMs = options.stallTimeoutMs ?? defaultStallTimeoutMs;
  if (request.signal.aborted) return { end: Promise.resolve({ stderrTail: '', ended: 'stopped' }), giveUp: () => undefined };
  const { redactor = noRedaction } = request;
  const tail: string[] = [];
  const errorLines = new RedactedLines(redactor);
  const addToTail = (lines: readonly string[]): void => {
    for (const line of lines) if (line.trim() !== '') tail.push(line.slice(0, tailLineCharacters));
    tail.splice(0, tail.length - tailLines);
  };
  let ended: ProgramEnd['ended'];
  // Not the clock of the spans: that one jumps forward when the computer wakes up, and sleep is no silence.
  let lastActivity = performance.now();
  const running = start(run.program, run.args, {
    cwd: request.cwd,
    env: { ...run.env, ...(request.traceparent !== undefined && { TRACEPARENT: request.traceparent }) },
    runMarker: request.runMarker,
    ...(run.input !== undefined && { input: run.input }),
    onActivity: () => {
      lastActivity = performance.now();
    },
    onStdoutLine: (line) => {
      request.onLine(line);
      run.onStdoutLine(line);
    },
    onStderrLine: (line) => {
      // Some programs colour what they are asked not to.
      addToTail(errorLines.push(stripVTControlCharacters(line)));
      run.onStderrLine?.(line);
    },
    onLongLine: (stream, head, bytes) => {
      if (stream === 'stdout') run.onLongLine(redactor.redact(head).slice(0, headCharacters), bytes);
    },
  });
  const stop = (reason: 'stopped' | 'stalled' | 'given-up'): void => {
    if (ended !== undefined) return;
    ended = reason;
    void running.stop(limits(reason));
  };
  const limits = (reason: 'stopped' | 'stalled' | 'given-up'): StopOptions => {
    const gracefulMs = reason === 'given-up' ? 0 : (options.gracefulMs ?? defaultGracefulMs);
    if (request.signal.reason !== shutdownReason) return { gracefulMs };
    return { gracefulMs: Math.min(gracefulMs, shutdownLimits.gracefulMs), terminateMs: shutdownLimits.terminateMs };
  };
  const onAbort = (): void => { stop('stopped'); };
  const watch = (waitMs: number): (() => void) =>
    after(waitMs, () => {
      const quietMs = performance.now() - lastActivity;
      if (quietMs >= stallTimeoutMs) stop('stalled');
      else cancelWatch = watch(stallTimeoutMs - quietMs);
    });
  let cancelWatch = watch(stallTimeoutMs);
  request.signal.addEventListener('abort', onAbort, { once: true });
  const settle = async (): Promise<ProgramEnd> => {
    try {
      const exit = await running.exited;
      addToTail(errorLines.end());
      return { exit, stderrTail: tail.join('\n'), ...(ended && { ended }), ...(ended === 'stalled' && { quietMs: stallTimeoutMs }) };
    } catch (error) {
      return { stderrTail: '', startError: await startError(run, request.cwd, error) };
    } finally {
      cancelWatch();
      request.signal.removeEventListener('abort', onAbort);
      // Also after an orderly end: tools may have left servers and watchers behind.
      await running.stop();
    }
  };
  return { end: settle(), giveUp: () => { stop('given-up'); } };
}

async function startError(run: ProgramRun, cwd: string, error: unknown): Promise<OrchestratorError> {
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) return new OrchestratorError('worktree-missing', `The folder ${cwd} does not exist.`, 'Restore it, or delete the session.', { cause: error });
  if (systemCode(error) === 'ENOENT') return agentMissing(run.label, run.program, 'Check that it is installed and on the PATH.', error);
  return new OrchestratorError('agent-failed', `${run.label} could not be started: ${errorMessage(error)}.`, `Check that ${run.program} can be run in a terminal.`, { cause: error });
}

export function agentMissing(label: string, program: string, howToInstall: string, cause?: unknown): OrchestratorError {
  return new OrchestratorError('agent-missing', `${label} was not found: there is no program "${program}".`, howToInstall, cause === undefined ? undefined : { cause });
}
