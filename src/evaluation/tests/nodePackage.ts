import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../../base/errors';
import { asObject, asText, parseObject } from '../../base/jsonShape';
import type { LaidOutTree } from '../evaluationInput';

/**
 * The program of a package that a laid-out tree has installed, as a file for `node`: the links of node_modules/.bin are shell scripts on Windows.
 * @throws OrchestratorError `tool-missing` when it is not installed
 */
export async function packageProgram(tree: LaidOutTree, name: string): Promise<string> {
  const folder = path.join(tree.directory, 'node_modules', name);
  try {
    const manifest = parseObject(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const program = asText(manifest?.['bin']) ?? asText(asObject(manifest?.['bin'])?.[name]);
    if (program !== undefined) return path.join(folder, program);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
  throw new OrchestratorError('tool-missing', `${name} is not installed: node_modules/${name} is missing.`, 'Install the dependencies in the checkout, or name a setup command such as ["npm", "ci"] in .amp/evals.json.');
}
