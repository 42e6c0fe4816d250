import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import { formatCount, formatDuration, formatPlural, formatTotalCost, unknownValue } from '../../base/format';
import type { TestOutcome } from '../../model/evalResult';
import { agentNames, type AgentName, type AgentOptions, type ChangedFile, type SpanTotals } from '../../model/session';
import { amountOf } from '../amountOption';
import { text, type Command, type CommandInput } from '../command';
import { plainText } from '../plainText';
import { ProgressPrinter } from '../progress';

export const runCommand: Command = {
  name: 'run',
  summary: 'Start a session, run its agent once, and (with --merge) merge it',
  usage: 'amp-orchestrator run --agent NAME --prompt TEXT [--tests] [--merge] [--base BRANCH] [--name NAME] [--model MODEL] [--budget USD] [--recording FILE] [--speed N] [-- PROGRAM ARG…]',
  options: {
    agent: { type: 'string' },
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

  const budget = text(values['budget']);
  const request = { prompt: requiredPrompt(values), agent: agentName(values), agentOptions: agentOptions(input), name: text(values['name']), baseBranch: text(values['base']), budgetNano: budget === undefined ? undefined : amountOf(budget, '--budget') };
  const session = await sessions.create(request);
  print(`          Branch ${session.branch}, worktree ${session.worktree}`);
  const stop = (): void => { void sessions.stop(session.id); };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) return 130;
  const { iteration, tests, mayMerge } = await sessions.run(session.id, { tests: values['tests'] === true });
  signal.removeEventListener('abort', stop);

  const done = mayMerge && !signal.aborted;
  const merged = done && values['merge'] === true && iteration.commitSha !== undefined ? await sessions.merge(session.id, { commitsOnly: true }) : undefined;
  await orchestrator.store.flush();
  const totals = await orchestrator.store.spans.totals({ sessionId: session.id });
  const { attention, status } = await sessions.get(session.id);
  const files = merged?.files ?? iteration.changedFiles;
  print('');
  const rows: [string, string | undefined][] = [
    ['Session', session.name],
    // What a person has to look at may begin with it.
    ['Agent', `${session.agent}, ${iteration.status}${iteration.errorMessage === undefined || (attention !== iteration.errorMessage && attention?.startsWith(iteration.errorMessage)) ? '' : `: ${iteration.errorMessage}`}`],
    ['Said', iteration.summary?.trim().split('\n')[0]],
    ['Tests', testsText(tests)],
    ['Time', formatDuration((iteration.tsEnd ?? iteration.tsStart) - iteration.tsStart)],
    ['Spans', `${formatCount(totals.spans)}${totals.errors > 0 ? ` (${formatPlural(totals.errors, 'error')})` : ''}`],
    ['Tokens', `${formatCount(totals.tokensIn)} in, ${formatCount(totals.tokensOut)} out`],
    ['Cost', costOf(totals)],
    ['Commit', merged ? `${merged.commit.slice(0, 12)} on ${session.baseBranch}` : iteration.commitSha && `${iteration.commitSha.slice(0, 12)} on ${session.branch}`],
    ['Look at', attention === iteration.errorMessage ? undefined : attention],
    ['Changes', files.length === 0 ? 'none' : undefined],
  ];
  for (const [label, value] of rows) if (value !== undefined && value !== '') print(`${label.padEnd(9)} ${plainText(value)}`);
  for (const line of diffStat(files)) print(`          ${line}`);
  if ((iteration.status === 'stopped' && status !== 'budget-exceeded') || signal.aborted) return 130;
  return done ? 0 : 1;
}

function requiredPrompt(values: CommandInput['values']): string {
  const prompt = text(values['prompt']);
  if (prompt !== undefined) return prompt;
  throw new OrchestratorError('invalid-argument', 'No prompt was given.', 'Say what the agent shall do with --prompt TEXT.');
}

function agentName(values: CommandInput['values']): AgentName {
  const wanted = text(values['agent']) ?? 'claudeCode';
  const known = agentNames.find((name) => name.toLowerCase() === wanted.replace(/-/g, '').toLowerCase());
  if (known) return known;
  throw new OrchestratorError('invalid-argument', `There is no agent named "${wanted}".`, `Choose one of: ${agentNames.join(', ')}.`);
}

function agentOptions({ values, positionals }: CommandInput): AgentOptions {
  const model = text(values['model']);
  const recording = text(values['recording']);
  const speed = text(values['speed']);
  if (speed !== undefined && !(Number(speed) >= 0)) throw new OrchestratorError('invalid-argument', `The speed "${speed}" is not a number.`, 'Use 1 for the recorded speed, 0 for as fast as possible.');
  return {
    ...(model === undefined ? {} : { model }),
    ...(recording === undefined ? {} : { recording: path.resolve(recording) }),
    ...(speed === undefined ? {} : { speed: Number(speed) }),
    ...(positionals.length === 0 ? {} : { argv: positionals }),
  };
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
