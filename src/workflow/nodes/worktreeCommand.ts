import { OrchestratorError, systemCode } from '../../base/errors';
import { formatCount, formatDuration } from '../../base/format';
import { newId } from '../../base/ids';
import { endWithVariable } from '../../base/processEnd';
import { run, type RunResult } from '../../base/processes';
import { commandEnvironment } from '../../evaluation/commandCheck';
import type { Session } from '../../model/session';
import type { SpanType } from '../../model/span';
import type { StepContext } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';

const tailLength = 4000;
const mostBytes = 64 * 1024 * 1024;
/** Where the node names no time of its own. */
const defaultTimeoutMs = 3_600_000;

/** The environment variable by which what an earlier process left behind is found. */
const stepVariable = 'AMP_WORKFLOW_STEP';

export interface WorktreeCommand {
  readonly session: Session;
  readonly argv: readonly string[];
  readonly span: { readonly type: SpanType; readonly name: string };
}

export interface CommandEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Without secrets. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/**
 * Runs a program in the worktree of a session; nothing that it started is left, also when an earlier process of ours left it behind.
 * @throws OrchestratorError `tool-missing`, `stopped`, `step-failed` when it did not end in time or wrote too much
 */
export async function runInWorktree({ tracer, clock, redactor }: Pick<NodeServices, 'tracer' | 'clock' | 'redactor'>, context: Pick<StepContext, 'execution' | 'step' | 'node' | 'signal'>, { session, argv: [program = '', ...args], span }: WorktreeCommand): Promise<CommandEnd> {
  const { execution, step, node, signal } = context;
  const key = `${execution.id}/${step}`;
  await endWithVariable(stepVariable, key);
  return tracer.trace(
    { sessionId: session.id, type: span.type, name: span.name, attrs: { 'amp.workflow.execution': execution.id, 'amp.workflow.step': step } },
    async () => {
      const startedAt = clock.now();
      const result = await run(program, args, {
        cwd: session.worktree,
        env: { ...commandEnvironment(), AMP_WORKFLOW_EXECUTION: execution.id, [stepVariable]: key },
        maxOutputBytes: mostBytes,
        // Of this run alone: an owner that has lost the execution ends its own program, and not the one that the next owner has begun.
        runMarker: `${key} ${newId()}`,
        signal,
        ...(node.attemptTimeoutMs === undefined && node.timeoutMs === undefined ? { timeoutMs: defaultTimeoutMs } : {}),
      }).catch((error: unknown) => { throw systemCode(error) === 'ENOENT' ? new OrchestratorError('tool-missing', `The program ${program} was not found.`, 'Install it, or correct the command.', { cause: error }) : error; });
      const { exitCode, stdout, stderr } = whole(result, program);
      return { exitCode, stdout: redactor.redact(stdout), stderr: redactor.redact(stderr), durationMs: clock.now() - startedAt };
    },
    ({ exitCode }) => ({ status: exitCode === 0 ? 'success' : 'error', errorMessage: exitCode === 0 ? undefined : ending(exitCode), attrs: { 'process.exit.code': exitCode } }),
  );
}

export function ending(exitCode: number | null): string {
  return exitCode === null ? 'It was ended by a signal.' : `It ended with exit code ${exitCode}.`;
}

export function tail(text: string): string {
  return text.trim().slice(-tailLength);
}

function whole(result: RunResult, program: string): RunResult {
  const advice = 'See what it does in a terminal, or give the node more time.';
  if (result.timedOut) throw new OrchestratorError('step-failed', `${program} did not end within ${formatDuration(defaultTimeoutMs)} and was ended.`, advice);
  if (result.truncated) throw new OrchestratorError('step-failed', `${program} wrote more than ${formatCount(mostBytes)} bytes and was ended.`, 'Let it write less.');
  return result;
}
