import { OrchestratorError } from '../base/errors';
import { refuseWordsBeyond, type Command, type CommandInput } from './command';

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  /** What may follow the name. The first word is the one of these. */
  readonly subcommands: readonly Command[];
  /** Asked where nothing follows. */
  readonly question: string;
}

/** Options that every command takes. */
const common = ['repo', 'verbose', 'help'];

/** A command that is several. A script must be able to tell "it could not be done" from "it failed", so an error's exit code is 2. */
export function commandOf(group: CommandGroup): Command {
  const { name, summary, subcommands } = group;
  return {
    name,
    summary,
    usage: subcommands.map(({ usage }) => usage).join('\n'),
    words: 1 + Math.max(...subcommands.map(({ words }) => words)),
    options: Object.assign({}, ...subcommands.map(({ options }) => options)) as Command['options'],
    errorExitCode: 2,
    run: (input) => runSubcommand(group, input),
  };
}

async function runSubcommand(group: CommandGroup, input: CommandInput): Promise<number> {
  const [name, ...positionals] = input.positionals;
  const subcommand = group.subcommands.find((candidate) => candidate.name === name);
  const names = group.subcommands.map((candidate) => candidate.name).join(', ');
  if (!subcommand) throw new OrchestratorError('invalid-argument', name === undefined ? group.question : `There is no command "${group.name} ${name}".`, `Choose one of: ${names}. See amp-orchestrator ${group.name} --help.`);
  refuseWordsBeyond(subcommand.words, positionals, subcommand.usage);
  const foreign = Object.keys(input.values).find((option) => !common.includes(option) && !(option in subcommand.options));
  if (foreign !== undefined) throw new OrchestratorError('invalid-argument', `${group.name} ${subcommand.name} takes no --${foreign}.`, `Usage: ${subcommand.usage}`);
  return subcommand.run({ ...input, positionals });
}
