import path from 'node:path';
import { formatClock, formatPlural } from '../../base/format';
import { plainText } from '../../base/plainText';
import { formatSpent } from '../../model/workflow/spent';
import type { Command, CommandInput } from '../command';
import { tableLines } from '../table';
import { decideCommand, shortMessage, shown, shownHash } from '../executions/words';

export const workflowListCommand: Command = {
  name: 'list',
  summary: 'List the executions that have not ended and what they ask, all executions, or the workflows',
  usage: 'amp-orchestrator workflow list [--all] [--files] [--json]',
  words: 0,
  options: { all: { type: 'boolean' }, files: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (input) => {
    if (input.values['files'] === true) await listFiles(input);
    else await listExecutions(input);
    return 0;
  },
};

const ownerWords = { here: 'here', elsewhere: 'elsewhere', none: 'nobody' } as const;

async function listExecutions({ orchestrator: { workflows }, values, print }: CommandInput): Promise<void> {
  const [executions, approvals] = await Promise.all([workflows.executions(values['all'] === true ? {} : { statuses: ['running', 'parked'] }), workflows.openApprovals()]);
  if (values['json'] === true) {
    print(JSON.stringify({ executions, approvals }, undefined, 2));
    return;
  }
  const now = Date.now();
  if (executions.length === 0) print(values['all'] === true ? 'No workflow has been run yet. Start one with: amp-orchestrator workflow run FILE|ID' : 'No workflow is under way. See those that have ended with --all.');
  else {
    const rows = executions.map(({ id, status, owner, startedAt, workflow, name, problem, spent = {} }) => [
      shown(id), status, status === 'running' ? ownerWords[owner] : '', formatClock(startedAt, now), formatSpent(spent) ?? '', workflow, plainText(problem === undefined ? name : `${name}: ${problem}`),
    ]);
    for (const line of tableLines(['ID', 'STATUS', 'RUN BY', 'STARTED', 'COST', 'WORKFLOW', 'NAME'], rows)) print(line);
  }
  if (approvals.length === 0) return;
  print('');
  print(`${formatPlural(approvals.length, 'approval')} open:`);
  for (const { id, execution, executionName, message, hash } of approvals) {
    print(`  ${shortMessage(message)}  (${plainText(executionName)}, ${shownHash(hash)})`);
    print(`    ${decideCommand(execution, id)}`);
  }
}

async function listFiles({ orchestrator: { workflows }, values, print }: CommandInput): Promise<void> {
  const files = await workflows.files();
  if (values['json'] === true) print(JSON.stringify(files, undefined, 2));
  else if (files.length === 0) print('There are no workflows: write one in .amp/workflows.');
  else {
    const rows = files.map(({ id, origin, errors, file, name }) => [plainText(id), errors > 0 ? formatPlural(errors, 'error') : 'sound', origin === 'bundled' ? 'bundled' : plainText(path.relative(process.cwd(), file)), plainText(name)]);
    for (const line of tableLines(['ID', 'STATE', 'FILE', 'NAME'], rows)) print(line);
  }
}
