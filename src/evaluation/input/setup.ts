import { newId } from '../../base/ids';
import { OrchestratorError } from '../../base/errors';
import type { LaidOutTree } from '../evaluationInput';
import { createRunTool } from '../process/runTool';

export interface SetupOptions {
  readonly signal?: AbortSignal;
  readonly marker?: string;
}

const outputTail = 2_000;

/**
 * Runs the commands one after the other in the tree, with network: they install things.
 * @throws OrchestratorError `setup-failed`, `tool-missing`, `stopped`
 */
export async function runSetup(tree: LaidOutTree, commands: readonly (readonly string[])[], { signal, marker }: SetupOptions): Promise<void> {
  const runTool = createRunTool({ signal: signal ?? new AbortController().signal, marker: marker ?? newId() });
  for (const [program = '', ...args] of commands) {
    const { exitCode, stdout, stderr, truncated } = await runTool({ argv: [program, ...args], tree, network: true });
    if (exitCode === 0 && !truncated) continue;
    const said = `${stdout}\n${stderr}`.trim().slice(-outputTail);
    throw new OrchestratorError('setup-failed', `The set-up command "${[program, ...args].join(' ')}" failed${exitCode === null ? '' : ` (exit ${exitCode})`}: ${said || 'no message'}`, 'Run it in a fresh clone to see why, or change "setup" in .amp/evals.json.');
  }
}
