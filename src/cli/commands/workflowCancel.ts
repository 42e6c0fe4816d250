import { plainText } from '../../base/plainText';
import { hasEnded } from '../../model/workflow/state';
import { text, type Command } from '../command';
import { namedExecution } from '../executions/named';
import { shown } from '../executions/words';

export const workflowCancelCommand: Command = {
  name: 'cancel',
  summary: 'Cancel an execution, whichever window or terminal runs it',
  usage: 'amp-orchestrator workflow cancel [EXECUTION] [--reason TEXT]',
  words: 1,
  options: { reason: { type: 'string' } },
  run: async (input) => {
    const { orchestrator: { workflows }, print, values } = input;
    const id = await namedExecution(input);
    const { record } = await workflows.execution(id);
    if (hasEnded(record.status)) {
      print(`"${plainText(record.name)}" (${shown(id)}) is not under way: it is ${record.status}.`);
      return 0;
    }
    await workflows.cancel(id, text(values['reason']));
    const { state } = await workflows.execution(id);
    print(state.status === 'cancelled' ? `"${plainText(record.name)}" (${shown(id)}) was cancelled.` : `"${plainText(record.name)}" (${shown(id)}) was asked to stop.`);
    return 0;
  },
};
