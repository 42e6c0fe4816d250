import type { ParseArgsOptionsConfig } from 'node:util';
import { OrchestratorError } from '../../base/errors';
import { plainText } from '../../base/plainText';
import { hasEnded, type ExecutionState } from '../../model/workflow/state';
import type { ApprovalMode, ExecutionView, RunningExecution } from '../../orchestrator';
import { text, type CommandInput } from '../command';
import { executionJson } from './json';
import { writeJUnit } from './junit';
import { ExecutionPrinter } from './progress';
import { waitsForPerson } from './waiting';
import { endWords, resumeCommand } from './words';

export const followOptions = { approvals: { type: 'string' }, json: { type: 'boolean' }, junit: { type: 'string' } } satisfies ParseArgsOptionsConfig;
export const followUsage = '[--approvals fail|auto-reject|wait] [--json] [--junit FILE]';

const modes: Readonly<Record<string, ApprovalMode>> = { wait: 'wait', fail: 'fail', reject: 'reject', 'auto-reject': 'reject' };
const stoppedExitCode = 130;
const waitingExitCode = 3;
/** So long nothing has to happen before it is believed that only a person can make it go on. */
const quietMs = 300;

const exitCodes: Readonly<Record<ExecutionState['status'], number>> = { succeeded: 0, failed: 1, cancelled: 1, parked: waitingExitCode, running: waitingExitCode };

/** @throws OrchestratorError `invalid-argument` */
function approvalsOf(values: CommandInput['values']): ApprovalMode {
  const given = text(values['approvals']) ?? 'wait';
  const mode = Object.hasOwn(modes, given) ? modes[given] : undefined;
  if (mode) return mode;
  throw new OrchestratorError('invalid-argument', `Approvals cannot be "${given}".`, 'Choose fail (the step fails), auto-reject, or wait (for somebody who decides).');
}

/**
 * Begins or goes on with an execution and tells what it does, until it has ended, nobody but a person can make it go on, or Ctrl-C.
 * `--approvals wait` stays for the person. The exit code: 0 succeeded, 1 failed or cancelled, 3 parked or waiting, 130 stopped.
 */
export async function followExecution(input: CommandInput, begin: (approvals: ApprovalMode) => Promise<RunningExecution>): Promise<number> {
  const { orchestrator: { workflows }, values, signal, print } = input;
  const approvals = approvalsOf(values);
  if (signal.aborted) return stoppedExitCode;
  const isQuiet = values['json'] === true;
  const heard: Parameters<Parameters<typeof workflows.onDidAppend>[0]>[0][] = [];
  let tell: (heard: Parameters<ExecutionPrinter['events']>) => void = ([execution, events]) => { heard.push({ execution, events }); };
  let lastHeard = performance.now();
  const listener = workflows.onDidAppend(({ execution, events }) => {
    lastHeard = performance.now();
    tell([execution, events]);
  });
  const said = workflows.onDidNotify(({ message, level }) => { if (!isQuiet) print(`${level === 'info' ? '' : `${level}: `}${plainText(message)}`); });
  try {
    const running = await begin(approvals);
    const view = await workflows.execution(running.id);
    if (!isQuiet) print(`${plainText(view.state.name)}  ${running.id}`);
    const printer = new ExecutionPrinter(isQuiet ? () => undefined : print, running.id, view.definition);
    tell = ([execution, events]) => { printer.events(execution, events); };
    for (const { execution, events } of heard) printer.events(execution, events);
    const outcome = await Promise.race([running.done, aborted(signal), ...(text(values['approvals']) === 'wait' ? [] : [waiting(input, running, () => lastHeard)])]);
    await report(input, running.id, outcome);
    return outcome === 'stopped' ? stoppedExitCode : outcome === 'waits' ? waitingExitCode : exitCodes[outcome.status];
  } finally {
    listener.dispose();
    said.dispose();
  }
}

type Outcome = ExecutionState | 'stopped' | 'waits';

async function report(input: CommandInput, id: string, outcome: Outcome): Promise<void> {
  const { orchestrator: { workflows }, values, print } = input;
  const view: ExecutionView = await workflows.execution(id);
  const junit = text(values['junit']);
  if (junit !== undefined) await writeJUnit(input, junit, view);
  if (values['json'] === true) {
    print(JSON.stringify(executionJson(view), undefined, 2));
    return;
  }
  const { state } = view;
  if (hasEnded(state.status)) print(endWords(state, Date.now()));
  else print(`${outcome === 'stopped' ? 'Stopped.' : state.status === 'parked' ? `Parked: ${plainText(state.error?.message ?? 'it was interrupted too often.')}` : outcome === 'waits' ? 'It waits for a person.' : 'It goes on elsewhere.'} Go on with: ${resumeCommand(id)}`);
}

function aborted(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    else signal.addEventListener('abort', () => { resolve('stopped'); }, { once: true });
  });
}

/** Looked at when nothing has been heard for a while; ends with the execution. */
async function waiting({ orchestrator: { workflows } }: CommandInput, { id, done }: RunningExecution, lastHeard: () => number): Promise<'waits'> {
  const ended = done.then(() => 'ended' as const, () => 'ended' as const);
  for (;;) {
    if ((await Promise.race([ended, later(quietMs)])) === 'ended') return new Promise(() => undefined);
    if (performance.now() - lastHeard() >= quietMs && (await waitsForPerson(workflows, id)) && performance.now() - lastHeard() >= quietMs) return 'waits';
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
