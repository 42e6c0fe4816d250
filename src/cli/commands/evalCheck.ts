import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import { formatPlural } from '../../base/format';
import { plainText } from '../../base/plainText';
import { evalConfigFile } from '../../model/evalConfig';
import type { Command, CommandInput } from '../command';
import { textPlace } from '../textPlace';

export const evalCheckCommand: Command = {
  name: 'check',
  summary: 'Check the configuration of evaluations',
  usage: 'amp-orchestrator eval check [FILE]',
  words: 1,
  options: {},
  run: checkConfiguration,
};

async function checkConfiguration({ positionals: [given], orchestrator, print }: CommandInput): Promise<number> {
  const file = given === undefined ? path.join(orchestrator.repository.opened.location.workTree, evalConfigFile) : path.resolve(given);
  const shown = given ?? evalConfigFile;
  const text = await readConfiguration(file, shown);
  const issues = orchestrator.evaluations.issues(text);
  for (const { offset, path: place, message } of issues) {
    const { line, column } = textPlace(text, offset);
    print(`${plainText(shown)}:${line}:${column}: ${place === '' ? '' : `${plainText(place)}: `}${plainText(message)}`);
  }
  if (issues.length > 0) {
    print(`${formatPlural(issues.length, 'problem')} found.`);
    return 1;
  }
  // Whether the scripts and rubrics that it names are there.
  const definition = given === undefined ? await orchestrator.evaluations.definition({ kind: 'checkout' }, 'tree') : undefined;
  print(`${plainText(shown)} is sound${definition === undefined ? '' : `: ${formatPlural(definition.evaluators.length, 'evaluator')} in ${formatPlural(definition.suites.length, 'suite')}`}.`);
  return 0;
}

async function readConfiguration(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT';
    throw new OrchestratorError('invalid-argument', isMissing ? `There is no file ${shown}.` : `The file ${shown} could not be read: ${errorMessage(error)}.`, isMissing ? 'Write one with: amp-orchestrator eval init.' : 'Make it readable.', { cause: error });
  }
}
