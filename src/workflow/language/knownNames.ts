import { agentNames } from '../../model/session';
import type { EvaluationService } from '../../sessions/evaluationService';
import type { WorkflowFiles } from './workflowFiles';
import type { KnownNames } from '../workflowService';

/** What a workflow of this checkout may name. Where the evaluations cannot be read, theirs are not checked: their own file tells what is wrong. */
export async function knownNames(files: Pick<WorkflowFiles, 'list'>, evaluations: Pick<EvaluationService, 'definition'>): Promise<KnownNames> {
  const [workflows, definition] = await Promise.all([files.list(), evaluations.definition({ kind: 'checkout' }, 'tree').catch(() => undefined)]);
  return {
    agents: agentNames,
    workflows: workflows.map(({ id }) => id),
    ...(definition === undefined ? {} : { evaluators: definition.evaluators.map(({ name }) => name), suites: definition.suites.map(({ name }) => name) }),
  };
}
