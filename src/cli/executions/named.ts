import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { OpenedWorkflow } from '../../orchestrator';
import type { CommandInput } from '../command';

/** A workflow by its id, or by a path from where the program was started. */
export function openWorkflow({ orchestrator }: Pick<CommandInput, 'orchestrator'>, idOrPath: string): Promise<OpenedWorkflow> {
  return orchestrator.workflows.readFile(/[\\/]|\.json$/.test(idOrPath) ? path.resolve(idOrPath) : idOrPath);
}

/** @throws OrchestratorError `workflow-missing`, `workflow-invalid` */
export async function soundWorkflow(input: Pick<CommandInput, 'orchestrator'>, idOrPath: string): Promise<WorkflowDefinition> {
  const { definition, issues, isNewer } = await openWorkflow(input, idOrPath);
  if (definition) return definition;
  const [first, ...others] = issues.filter(({ severity }) => severity === 'error');
  const message = `${idOrPath} cannot be run: ${first?.message ?? 'it is not right.'}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
  throw new OrchestratorError('workflow-invalid', message, isNewer ? 'Run it with a newer version of the program.' : `See all problems with: amp-orchestrator workflow validate ${idOrPath}`);
}

/**
 * The execution that the first word names, by id or the beginning of one; without a word the newest that has not ended.
 * @throws OrchestratorError `execution-missing`
 */
export async function namedExecution({ orchestrator, positionals: [given] }: Pick<CommandInput, 'orchestrator' | 'positionals'>): Promise<string> {
  if (given !== undefined) return (await orchestrator.workflows.execution(given)).record.id;
  const [newest] = await orchestrator.workflows.executions({ statuses: ['running', 'parked'], limit: 1 });
  if (newest) return newest.id;
  throw new OrchestratorError('execution-missing', 'No execution is under way.', 'Name one; list all with: amp-orchestrator workflow list --all.');
}

/** `EXECUTION` or `EXECUTION/REST`. */
export function splitName(given: string): readonly [string, string | undefined] {
  const at = given.indexOf('/');
  return at < 0 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
}

/** An execution and all that it waits for, one for the other. */
export async function family({ workflows }: Pick<CommandInput['orchestrator'], 'workflows'>, id: string): Promise<readonly string[]> {
  const children = await workflows.executions({ parent: id });
  return [id, ...(await Promise.all(children.map((child) => family({ workflows }, child.id)))).flat()];
}

/** @throws OrchestratorError `invalid-argument` */
export function required(value: string | undefined, what: string, usage: string): string {
  if (value !== undefined && value !== '') return value;
  throw new OrchestratorError('invalid-argument', `Which ${what}?`, `Usage: ${usage}`);
}
