import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import { evalConfigFile, type EvalFile } from '../../model/evalConfig';
import { evalFileText } from '../../model/evalFileText';
import type { Command, CommandInput } from '../command';
import { evalWorkflow, evalWorkflowFile } from '../evalWorkflow';

export const evalInitCommand: Command = {
  name: 'init',
  summary: 'Write a configuration that fits the repository, and a workflow for GitHub Actions',
  usage: 'amp-orchestrator eval init [--github] [--force]',
  words: 0,
  options: { github: { type: 'boolean' }, force: { type: 'boolean' } },
  run: async (input) => {
    const { github, force } = input.values;
    await writeConfiguration(input, { force: force === true && github !== true, isOptional: github === true });
    if (github === true) {
      if (!(await write(input, evalWorkflowFile, evalWorkflow, force === true))) throw alreadyThere(evalWorkflowFile);
      show(input, evalWorkflowFile, evalWorkflow);
    }
    input.print('Commit what was written: what decides on a merge is read from its base.');
    return 0;
  },
};

/** The evaluators that the preset finds are listed, so that a person sees them and can change each. */
async function writeConfiguration(input: CommandInput, { force, isOptional }: { readonly force: boolean; readonly isOptional: boolean }): Promise<void> {
  const preset: EvalFile = { version: 1, preset: 'recommended' };
  if (!(await write(input, evalConfigFile, json(preset), force))) {
    if (!isOptional) throw alreadyThere(evalConfigFile);
    input.print(`${evalConfigFile} stays as it is.`);
    return;
  }
  const listed = evalFileText(await input.orchestrator.evaluations.definition({ kind: 'checkout' }, 'tree'));
  await write(input, evalConfigFile, listed, true);
  show(input, evalConfigFile, listed);
}

/** False: it is there, and stays. */
async function write({ orchestrator }: CommandInput, file: string, content: string, force: boolean): Promise<boolean> {
  const target = path.join(orchestrator.repository.opened.location.workTree, file);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content, { flag: force ? 'w' : 'wx' });
    return true;
  } catch (error) {
    if (!force && systemCode(error) === 'EEXIST') return false;
    throw new OrchestratorError('write-failed', `${file} could not be written: ${errorMessage(error)}.`, 'Make its folder writable.', { cause: error });
  }
}

function show({ print }: CommandInput, file: string, content: string): void {
  print(`Wrote ${file}:\n`);
  print(content);
}

function alreadyThere(file: string): OrchestratorError {
  return new OrchestratorError('invalid-argument', `${file} is already there.`, 'Give --force to replace it.');
}

function json(file: EvalFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}
