import { present } from '../../base/jsonShape';
import { text, texts, type Command, type CommandInput } from '../command';
import { followExecution, followOptions, followUsage } from '../executions/follow';
import { namedExecution, required, soundWorkflow } from '../executions/named';
import { variablesOf } from '../executions/variables';

export const workflowForkCommand: Command = {
  name: 'fork',
  summary: 'Run a workflow again from one of its nodes, with what an execution had done before it',
  usage: `amp-orchestrator workflow fork EXECUTION --node NODE [--only] [--file FILE|ID] [--var NAME=VALUE …] ${followUsage}`,
  words: 1,
  options: { node: { type: 'string' }, only: { type: 'boolean' }, file: { type: 'string' }, var: { type: 'string', multiple: true }, ...followOptions },
  run: fork,
};

async function fork(input: CommandInput): Promise<number> {
  const { orchestrator, positionals, values } = input;
  required(positionals[0], 'execution', workflowForkCommand.usage);
  const node = required(text(values['node']), 'node', workflowForkCommand.usage);
  const execution = await namedExecution(input);
  const file = text(values['file']);
  const definition = file === undefined ? undefined : await soundWorkflow(input, file);
  const variables = variablesOf(texts(values['var']), definition ?? (await orchestrator.workflows.execution(execution)).definition);
  return followExecution(input, (approvals) => orchestrator.workflows.fork({ execution, node, variables, approvals, only: values['only'] === true, ...present({ definition }) }));
}
