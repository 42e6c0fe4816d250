import { expect, it } from 'vitest';
import { cli, startCli } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';
import { writeWorkflow } from '../../support/workflowEngines';

const asks = { ...workflow([node('start', 'start'), node('ask', 'approval', { message: 'Go on?', content: 'x' }), node('end', 'end')], [edge('start', 'ask'), edge('ask', 'end', { outcome: 'approved' })]), id: 'asks', name: 'Asks' };

it('a run that has nothing to do but to wait for a person stays, and takes the decision of another terminal', { timeout: 60_000 }, async () => {
  const { root } = makeRepository();
  writeWorkflow(root, 'asks.json', asks);
  const run = startCli(root, 'workflow', 'run', 'asks', '--approvals', 'wait');
  const execution = await waitFor('the question', () => /workflow approve (\S+)\//.exec(run.stdout)?.[1], 30_000);
  const approved = await cli(root, 'workflow', 'approve', execution);
  expect(approved.stdout).toMatch(/^Approved: Go on\?/);
  expect(approved.stdout).not.toContain('Nobody runs');
  const { code, stdout } = await run.ended;
  expect(stdout).toMatch(/^Asks: succeeded/m);
  expect(code).toBe(0);
});
