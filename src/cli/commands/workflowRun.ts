import { present } from '../../base/jsonShape';
import { amountOf } from '../amountOption';
import { text, texts, type Command, type CommandInput } from '../command';
import { followExecution, followOptions, followUsage } from '../executions/follow';
import { required, soundWorkflow } from '../executions/named';
import { variablesOf } from '../executions/variables';

export const workflowRunCommand: Command = {
  name: 'run',
  summary: 'Run a workflow to its end',
  usage: `amp-orchestrator workflow run FILE|ID [--var NAME=VALUE …] [--budget USD] ${followUsage} [--trial] [--node NODE]`,
  words: 1,
  options: { var: { type: 'string', multiple: true }, budget: { type: 'string' }, trial: { type: 'boolean' }, node: { type: 'string' }, ...followOptions },
  run,
};

async function run(input: CommandInput): Promise<number> {
  const { orchestrator, positionals, values } = input;
  const budget = text(values['budget']);
  const budgetNano = budget === undefined ? undefined : amountOf(budget, '--budget');
  const definition = await soundWorkflow(input, required(positionals[0], 'workflow', workflowRunCommand.usage));
  const variables = variablesOf(texts(values['var']), definition);
  const node = text(values['node']);
  const trial = values['trial'] === true || node !== undefined ? present({ node }) : undefined;
  return followExecution(input, (approvals) => orchestrator.workflows.start({ definition, variables, approvals, ...present({ budgetNano, trial }) }));
}
