import { expect, it } from 'vitest';
import { waitsForPerson } from '../../../src/cli/executions/waiting';
import { openTestStore, temporaryFolder } from '../../support/storageHarness';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';
import { openEngine } from '../../support/workflowEngines';

const asks = workflow([node('start', 'start'), node('ask', 'approval', { message: 'Well?' }), node('end', 'end')], [edge('start', 'ask'), edge('ask', 'end', { outcome: 'approved' })]);

it('an execution waits for a person until one has decided, whether or not the decision has been taken up', async () => {
  const folder = temporaryFolder();
  const mine = openEngine(await openTestStore(folder));
  const { id } = await mine.start({ definition: asks });
  const [approval] = await waitFor('the question', async () => { const open = await mine.openApprovals(); return open.length > 0 && open; });
  expect(await waitsForPerson(mine, id)).toBe(true);
  await mine.close();
  const others = openEngine(await openTestStore(folder));
  expect(await waitsForPerson(others, id)).toBe(true);
  await others.decide({ execution: id, approval: approval?.id ?? '', decision: 'approved', hash: approval?.hash ?? '' });
  expect(await waitsForPerson(others, id)).toBe(false);
});
