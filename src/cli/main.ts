import path from 'node:path';
import { parseArgs } from 'node:util';
import { explain, isOrchestratorError, OrchestratorError, errorMessage } from '../base/errors';
import { refuseWordsBeyond, text, type Command, type CommandInput } from './command';
import { askCommand } from './commands/ask';
import { budgetCommand } from './commands/budget';
import { costCommand } from './commands/cost';
import { deleteCommand } from './commands/delete';
import { doctorCommand } from './commands/doctor';
import { evalCommand } from './commands/eval';
import { exportCommand } from './commands/export';
import { mergeCommand } from './commands/merge';
import { runCommand } from './commands/run';
import { sessionsCommand } from './commands/sessions';
import { stopCommand } from './commands/stop';
import { timelineCommand } from './commands/timeline';
import { workflowCommand } from './commands/workflow';
import { terminalText } from '../base/plainText';

const commands: readonly Command[] = [runCommand, sessionsCommand, timelineCommand, mergeCommand, stopCommand, deleteCommand, evalCommand, workflowCommand, costCommand, budgetCommand, askCommand, exportCommand, doctorCommand];

type Given = Pick<CommandInput, 'values' | 'positionals' | 'program'>;

const commonOptions = {
  repo: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const warn = (line: string): void => { process.stderr.write(`${line}\n`); };

const oldestNode = 22;
const stoppedExitCode = 130;
const awakeMs = 60_000;

// A reader that has gone (`| head`, a closed terminal) must not end a run that is under way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function main(argv: readonly string[]): Promise<number> {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new OrchestratorError('invalid-argument', `Node ${process.versions.node} is too old.`, `Run amp-orchestrator with Node ${oldestNode} or newer.`);
  }
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    refuseWordsBeyond(1, rest, 'amp-orchestrator help [COMMAND]');
    const [about] = rest;
    print(about === undefined ? usage() : help(commandNamed(about)));
    return 0;
  }
  const command = commandNamed(name);
  const given = parse(command, rest);
  if (given.values['help'] === true) {
    print(help(command));
    return 0;
  }
  refuseWordsBeyond(command.words, given.positionals, command.usage);
  return withOrchestrator(command, given);
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  throw new OrchestratorError('invalid-argument', `There is no command "${name}".`, `Commands: ${commands.map((candidate) => candidate.name).join(', ')}. See amp-orchestrator help.`);
}

async function withOrchestrator(command: Command, given: Given): Promise<number> {
  const { values } = given;
  const verbose = values['verbose'] === true;
  const signals = abortOnSignals();
  const { createOrchestrator } = await import('../orchestrator');
  const orchestrator = await createOrchestrator({
    folder: path.resolve(text(values['repo']) ?? process.cwd()),
    assetsDirectory: __dirname,
    kind: 'cli',
    log: {
      info: (message) => { if (verbose) warn(message); },
      warn,
      error: (message, error) => { warn(verbose ? `${message}\n${error instanceof Error ? (error.stack ?? error.message) : errorMessage(error)}` : message); },
    },
  });
  // What waits for another process alone, such as a question for its answer, gives the event loop nothing to do: it would end here, as if it were done.
  const awake = setInterval(() => undefined, awakeMs);
  try {
    await orchestrator.telemetryExports.startFromEnvironment();
    // In CI a terminal is a log: what agents name and print goes through the redactor here as everywhere.
    return await command.run({ ...given, orchestrator, print: (line) => { print(orchestrator.redactor.redact(line)); }, signal: signals });
  } finally {
    await orchestrator.close().finally(() => { clearInterval(awake); });
  }
}

/**
 * The first signal asks for an orderly end, the second one ends the program at once. It does so by `process.exit`: a signal's own death
 * would skip the exit hook that ends the agents that still run.
 */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(stoppedExitCode);
    warn('Stopping … (once more to end at once)');
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
}

function parse(command: Command, args: readonly string[]): Given {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options: { ...commonOptions, ...command.options }, allowPositionals: true, strict: true, tokens: true });
    const words = tokens.filter((token) => token.kind === 'positional');
    const end = command.takesProgram ? tokens.find(({ kind }) => kind === 'option-terminator')?.index : undefined;
    const isProgram = ({ index }: { readonly index: number }): boolean => end !== undefined && index > end;
    return {
      values: values as Given['values'],
      positionals: words.filter((word) => !isProgram(word)).map(({ value }) => value),
      program: words.filter(isProgram).map(({ value }) => value),
    };
  } catch (error) {
    throw new OrchestratorError('invalid-argument', `${(errorMessage(error).split('. ')[0] ?? '').replace(/\.$/, '')}.`, `Usage: ${command.usage}`, { cause: error });
  }
}

function help({ usage: words, summary }: Command): string {
  return `${words}\n\n${summary}`;
}

function usage(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'amp-orchestrator: coding agents in sessions of their own, traced and merged',
    '',
    'Usage: amp-orchestrator <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command takes --repo PATH (default: here), --verbose and --help.',
  ].join('\n');
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  async (error: unknown) => {
    const { errorRedactor } = await import('../errorRedactor');
    const { redact } = errorRedactor();
    // There is no log here: what the editor writes into it comes with --verbose.
    warn(terminalText(redact(`amp-orchestrator: ${explain(error).replace('The log has the details.', 'Add --verbose for the details.')}`)));
    if (!isOrchestratorError(error) || process.argv.includes('--verbose')) warn(terminalText(redact(error instanceof Error ? (error.stack ?? '') : '')));
    process.exitCode = isOrchestratorError(error) && error.code === 'invalid-argument' ? 2 : (commands.find(({ name }) => name === process.argv[2])?.errorExitCode ?? 1);
  },
);
