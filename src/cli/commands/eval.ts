import { OrchestratorError } from '../../base/errors';
import { refuseWordsBeyond, type Command, type CommandInput } from '../command';
import { evalCheckCommand } from './evalCheck';
import { evalInitCommand } from './evalInit';
import { evalRunCommand } from './evalRun';
import { evalShowCommand } from './evalShow';

/** What follows `eval`. Its first word is its name. */
const subcommands: readonly Command[] = [evalRunCommand, evalShowCommand, evalCheckCommand, evalInitCommand];

/** Options that every command takes. */
const common = ['repo', 'verbose', 'help'];

export const evalCommand: Command = {
  name: 'eval',
  summary: 'Evaluate a session or the checkout, show the last report, check or write the configuration',
  usage: subcommands.map(({ usage }) => usage).join('\n'),
  words: 2,
  options: Object.assign({}, ...subcommands.map(({ options }) => options)) as Command['options'],
  // A script must be able to tell "it could not be evaluated" from "it failed".
  errorExitCode: 2,
  run: runSubcommand,
};

async function runSubcommand(input: CommandInput): Promise<number> {
  const [name, ...positionals] = input.positionals;
  const subcommand = subcommands.find((candidate) => candidate.name === name);
  const names = subcommands.map((candidate) => candidate.name).join(', ');
  if (!subcommand) throw new OrchestratorError('invalid-argument', name === undefined ? 'What is to be done with evaluations?' : `There is no command "eval ${name}".`, `Choose one of: ${names}. See amp-orchestrator eval --help.`);
  refuseWordsBeyond(subcommand.words, positionals, subcommand.usage);
  const foreign = Object.keys(input.values).find((option) => !common.includes(option) && !(option in subcommand.options));
  if (foreign !== undefined) throw new OrchestratorError('invalid-argument', `eval ${subcommand.name} takes no --${foreign}.`, `Usage: ${subcommand.usage}`);
  return subcommand.run({ ...input, positionals });
}
