import { formatCount, formatDuration, formatPlural, formatTotalCost, unknownValue } from '../../base/format';
import { isOrchestratorError } from '../../base/errors';
import type { TestOutcome } from '../../model/evalResult';
import type { ChangedFile, SpanTotals } from '../../model/session';
import { text, type Command, type CommandInput } from '../command';
import { plainText } from '../../base/plainText';
import { ProgressPrinter } from '../progress';
import { knownSession, newSession } from '../sessionRequest';

export const runCommand: Command = {
  name: 'run',
  summary: 'Start a session, or go on with one, run its agent once, and (with --merge) merge it',
  usage: 'amp-orchestrator run --agent NAME --prompt TEXT [--tests] [--merge] [--base BRANCH] [--name NAME] [--model MODEL] [--budget USD] [--recording FILE] [--speed N] [-- PROGRAM ARG…]\n       amp-orchestrator run --session SESSION [PROMPT] [--tests] [--merge]',
  words: 1,
  takesProgram: true,
  options: {
    agent: { type: 'string' },
    session: { type: 'string' },
    prompt: { type: 'string' },
    name: { type: 'string' },
    base: { type: 'string' },
    model: { type: 'string' },
    budget: { type: 'string' },
    recording: { type: 'string' },
    speed: { type: 'string' },
    tests: { type: 'boolean' },
    merge: { type: 'boolean' },
  },
  run: runSession,
};

async function runSession(input: CommandInput): Promise<number> {
  const { orchestrator, print, signal, values } = input;
  const { sessions, tracer } = orchestrator;
  const progress = new ProgressPrinter(print, process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  tracer.on('span:start', (span) => { progress.started(span); });
  tracer.on('span:finish', (span) => { progress.finished(span); });

  const wanted = text(values['session']);
  const { session, prompt, goesOn, hasCommits } = await (wanted === undefined ? newSession(input, runCommand.usage) : knownSession(input, wanted));
  const sayPlace = (): void => { print(`          Branch ${session.branch}, worktree ${session.worktree}`); };
  if (!goesOn) sayPlace();
  const stop = (): void => { void sessions.stop(session.id); };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) return 130;
  const { iteration, tests, mayMerge } = await sessions.run(session.id, { prompt, tests: values['tests'] === true, ...(goesOn ? { onStarted: sayPlace } : {}) });
  signal.removeEventListener('abort', stop);

  const done = mayMerge && !signal.aborted;
  const wantsMerge = done && values['merge'] === true && (hasCommits || iteration.commitSha !== undefined);
  const merged = wantsMerge ? await sessions.merge(session.id, { commitsOnly: true, signal }).catch(keptForLook) : undefined;
  await orchestrator.store.flush();
  const whole = await orchestrator.store.spans.totals({ sessionId: session.id });
  const totals = goesOn ? await orchestrator.store.spans.totals({ sessionId: session.id, iterationId: iteration.id }) : whole;
  const { attention, status } = await sessions.get(session.id);
  const files = merged?.files ?? iteration.changedFiles;
  print('');
  const rows: [string, string | undefined][] = [
    ['Session', goesOn ? `${session.name}, iteration ${iteration.number}` : session.name],
    // What a person has to look at may begin with it.
    ['Agent', `${session.agent}, ${iteration.status}${iteration.errorMessage === undefined || (attention !== iteration.errorMessage && attention?.startsWith(iteration.errorMessage)) ? '' : `: ${iteration.errorMessage}`}`],
    ['Said', iteration.summary?.trim().split('\n')[0]],
    ['Tests', testsText(tests)],
    ['Time', formatDuration((iteration.tsEnd ?? iteration.tsStart) - iteration.tsStart)],
    ['Spans', `${formatCount(totals.spans)}${totals.errors > 0 ? ` (${formatPlural(totals.errors, 'error')})` : ''}`],
    ['Tokens', `${formatCount(totals.tokensIn)} in, ${formatCount(totals.tokensOut)} out`],
    ['Cost', costOf(totals)],
    ['In all', goesOn && formatTotalCost(whole) !== unknownValue ? `${formatTotalCost(whole)} for the session` : undefined],
    ['Commit', merged ? `${merged.commit.slice(0, 12)} on ${session.baseBranch}` : iteration.commitSha && `${iteration.commitSha.slice(0, 12)} on ${session.branch}`],
    ['Look at', attention === iteration.errorMessage ? undefined : attention],
    ['Changes', files.length === 0 ? 'none' : undefined],
  ];
  for (const [label, value] of rows) if (value !== undefined && value !== '') print(`${label.padEnd(9)} ${plainText(value)}`);
  for (const line of diffStat(files)) print(`          ${line}`);
  if ((iteration.status === 'stopped' && status !== 'budget-exceeded') || signal.aborted) return 130;
  return done && (merged !== undefined || !wantsMerge) ? 0 : 1;
}

/** A merge that is blocked needs a person, who wants to see what the run came to: the session says why. */
function keptForLook(error: unknown): undefined {
  if (!isOrchestratorError(error) || error.code !== 'gate-blocked') throw error;
}

function testsText(tests: TestOutcome | undefined): string | undefined {
  if (tests === undefined) return undefined;
  if (tests === 'none') return 'the project has none';
  if (tests === 'not-run') return 'not run';
  return tests.passed ? `passed in ${formatDuration(tests.duration)}` : (tests.error ?? 'failed');
}

function costOf(totals: SpanTotals): string {
  const cost = formatTotalCost(totals);
  return cost === unknownValue ? 'unknown: the agent does not say' : cost;
}

function diffStat(files: readonly ChangedFile[]): string[] {
  const width = Math.max(0, ...files.map(({ path: name }) => name.length));
  return files.map(({ path: name, change, linesAdded, linesDeleted }) => `${change.charAt(0).toUpperCase()} ${name.padEnd(width)}  ${linesAdded === undefined ? 'binary' : `+${linesAdded} −${linesDeleted ?? 0}`}`);
}
