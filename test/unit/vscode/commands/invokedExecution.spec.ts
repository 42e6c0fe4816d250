import { expect, it } from 'vitest';
import { invokedExecution } from '../../../../src/vscode/commands/invokedExecution';

it.each([
  ['e1', { execution: 'e1' }],
  [undefined, {}],
  [{ kind: 'execution', record: { id: 'e1' } }, { execution: 'e1' }],
  [{ kind: 'approval', approval: { id: 'a1', execution: 'e1' } }, { execution: 'e1', approval: 'a1' }],
  [{ kind: 'step', execution: 'e1', step: { id: 'n#1', node: 'n' } }, { execution: 'e1', node: 'n' }],
  [{ execution: 'e1', approval: 'a1' }, { execution: 'e1', approval: 'a1' }],
  [{ kind: 'workflow', executions: [{ record: { id: 'e2' } }, { record: { id: 'e1' } }] }, { execution: 'e2' }],
  [{ kind: 'workflow', executions: [] }, {}],
])('a command on %j is for that execution', (invokedOn, expected) => {
  expect(invokedExecution(invokedOn)).toEqual(expected);
});
