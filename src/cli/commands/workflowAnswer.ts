import { OrchestratorError } from '../../base/errors';
import type { Answer } from '../../model/workflow/event';
import type { Command, CommandInput } from '../command';
import { namedExecution, required, splitName } from '../executions/named';
import { resumeCommand } from '../executions/words';

const answers: readonly Answer[] = ['again', 'done', 'failed'];

export const workflowAnswerCommand: Command = {
  name: 'answer',
  summary: 'Say what became of a step of which nobody can tell whether it happened',
  usage: 'amp-orchestrator workflow answer EXECUTION[/STEP] again|done|failed',
  words: 2,
  options: {},
  run: answer,
};

async function answer({ orchestrator, positionals: [given, word], print }: CommandInput): Promise<number> {
  const { workflows } = orchestrator;
  const [wanted, wantedStep] = splitName(required(given, 'step', workflowAnswerCommand.usage));
  const said = answers.find((known) => known === word);
  if (!said) throw new OrchestratorError('invalid-argument', word === undefined ? 'What became of the step?' : `The answer cannot be "${word}".`, 'Answer again (run it again), done (it happened) or failed (it did not).');
  const id = await namedExecution({ orchestrator, positionals: [wanted] });
  const { state, record } = await workflows.execution(id);
  const asking = [...state.steps.values()].filter((step) => step.status === 'asking');
  const step = wantedStep ?? (asking.length === 1 ? asking[0]?.id : undefined);
  if (step === undefined) throw new OrchestratorError('invalid-argument', asking.length === 0 ? 'The execution asks about no step.' : `The execution asks about ${asking.length} steps.`, asking.length === 0 ? 'See it with: amp-orchestrator workflow show.' : `Name one: ${asking.map((one) => `${wanted}/${one.id}`).join(', ')}.`);
  await workflows.answer({ execution: id, step, answer: said });
  print(`Answered for ${step}: ${said}.`);
  if (record.owner === 'none') print(`Nobody runs the execution now. Go on with: ${resumeCommand(id)}`);
  return 0;
}
