import type { Command } from '../command';
import { commandOf } from '../subcommands';
import { evalCheckCommand } from './evalCheck';
import { evalInitCommand } from './evalInit';
import { evalRunCommand } from './evalRun';
import { evalShowCommand } from './evalShow';

export const evalCommand: Command = commandOf({
  name: 'eval',
  summary: 'Evaluate a session or the checkout, show the last report, check or write the configuration',
  subcommands: [evalRunCommand, evalShowCommand, evalCheckCommand, evalInitCommand],
  question: 'What is to be done with evaluations?',
});
