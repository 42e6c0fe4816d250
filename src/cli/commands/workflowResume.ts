import type { Command } from '../command';
import { followExecution, followOptions, followUsage } from '../executions/follow';
import { namedExecution } from '../executions/named';

export const workflowResumeCommand: Command = {
  name: 'resume',
  summary: 'Go on with an execution that nobody runs, or take it over',
  usage: `amp-orchestrator workflow resume [EXECUTION] [--take-over] ${followUsage}`,
  words: 1,
  options: { 'take-over': { type: 'boolean' }, ...followOptions },
  run: async (input) => {
    const id = await namedExecution(input);
    return followExecution(input, (approvals) => input.orchestrator.workflows.resume(id, { approvals, takeOver: input.values['take-over'] === true }));
  },
};
