import { expect, it } from 'vitest';
import { openTestStore, temporaryFolder } from '../../../support/storageHarness';
import { waitFor } from '../../../support/waitFor';
import { edge, node, workflow } from '../../../support/workflowDriver';
import { openEngine } from '../../../support/workflowEngines';

const secret = 'hunter2-hunter2';
const redact = (text: string): string => text.replaceAll(secret, '[redacted]');

const asks = {
  ...workflow(
    [node('start', 'start'), node('use', 'notify', { message: '${variables.key}' }), node('ask', 'approval', { message: 'Go on?', content: '${variables.key}' }), node('end', 'end', { result: { key: '${variables.key}' } })],
    [edge('start', 'use'), edge('use', 'ask'), edge('ask', 'end', { outcome: 'approved' })],
  ),
  id: 'asks', name: 'Asks', variables: { key: { type: 'string' as const } },
};

it('a secret in a variable is seen by no step, before a restart and after it: what was approved is the same', async () => {
  const folder = temporaryFolder();
  const seen: unknown[] = [];
  const store = await openTestStore(folder, { redact });
  const options = { redactor: { redact }, behaviours: { use: ({ config }: { readonly config: Readonly<Record<string, unknown>> }) => void seen.push(config['message']) } };
  const first = openEngine(store, options);
  const { id } = await first.start({ definition: asks, variables: { key: `is ${secret}` } });
  const approval = await waitFor('the approval', async () => (await first.openApprovals())[0]);
  expect(first.logged).toEqual([expect.stringContaining('hold secrets')]);
  await first.close();

  const second = openEngine(store, options);
  await second.decide({ execution: id, approval: approval.id, decision: 'approved', hash: approval.hash });
  const { status, result, approvals } = await (await second.resume(id)).done;
  expect({ status, result, seen, reopened: approvals.get(approval.id)?.reopened }).toEqual({ status: 'succeeded', result: { value: { key: 'is [redacted]' } }, seen: ['is [redacted]'], reopened: 0 });
});
