import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { systemCode } from '../../base/errors';
import { workflowFolder } from '../../model/workflow/fileFormat';
import type { Orchestrator, WorkflowFile } from '../../orchestrator';
import { checkoutFolder } from '../evaluations/evaluatedPlace';
import { askText, pickOne, steps } from '../platform/multiStep';
import { newWorkflowText, workflowSlug } from '../workflows/newWorkflowText';
import type { CommandContext } from './commandContext';

const mostOfOneName = 100;

/** Asks what to begin with and a name, writes `.amp/workflows/<name>.json`, and opens it. */
export async function newWorkflow({ engines, workflows }: CommandContext): Promise<void> {
  const orchestrators = await engines.require();
  const answers: { orchestrator: Orchestrator | undefined; from?: WorkflowFile | 'scratch'; name?: string } = { orchestrator: orchestrators[0] };
  const finished = await steps('New Workflow', [
    {
      needed: () => orchestrators.length > 1,
      ask: async (step) => (answers.orchestrator = await pickOne(step, 'Repository', orchestrators.map((value) => ({ label: path.basename(value.repository.root), description: value.repository.root, value })))),
    },
    {
      ask: async (step) => {
        const bundled = ((await answers.orchestrator?.workflows.files()) ?? []).filter(({ origin }) => origin === 'bundled');
        answers.from = await pickOne<WorkflowFile | 'scratch'>(step, 'Begin with', [
          { label: 'From scratch', description: 'a start and an end', iconPath: new vscode.ThemeIcon('file'), value: 'scratch' },
          ...bundled.map((value) => ({ label: value.name, description: value.id, ...(value.description === undefined ? {} : { detail: value.description }), iconPath: new vscode.ThemeIcon('library'), value })),
        ]);
      },
    },
    { ask: async (step) => (answers.name = await askText(step, { prompt: 'Name of the workflow', value: answers.name ?? (typeof answers.from === 'object' ? answers.from.name : ''), placeholder: 'Implement, test, review', required: 'Give it a name.', check: (text) => (text.length > 200 ? 'A name has at most 200 characters.' : undefined) })) },
  ]);
  const { orchestrator, from, name } = answers;
  if (!finished || !orchestrator || from === undefined || name === undefined) return;
  const text = from === 'scratch' ? undefined : (await orchestrator.workflows.readFile(from.id)).text;
  const file = await written(orchestrator, name.trim(), text);
  await workflows.open(vscode.Uri.file(file));
}

/** Never over a file that is there, nor with an id that another workflow has. */
async function written(orchestrator: Orchestrator, name: string, from: string | undefined): Promise<string> {
  const folder = path.join(checkoutFolder(orchestrator), workflowFolder);
  await mkdir(folder, { recursive: true });
  const taken = new Set((await orchestrator.workflows.files()).map(({ id }) => id));
  const slug = workflowSlug(name);
  for (let number = 1; ; number++) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    const file = path.join(folder, `${id}.json`);
    if (taken.has(id)) continue;
    try {
      await writeFile(file, newWorkflowText({ id, name, created: new Date().toISOString(), from }), { flag: 'wx' });
      return file;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || number > mostOfOneName) throw error;
    }
  }
}
