import { OrchestratorError } from '../../base/errors';
import { canonicalJson, sha256 } from '../../evaluation/canonicalJson';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import { buildGraph, type WorkflowGraph } from '../../model/workflow/graph';
import type { PinnedDefinition, WorkflowRepository } from '../../storage/workflowStore';
import { validateDefinition } from '../language/validateDefinition';

const kept = 32;

/** Definitions as executions are pinned to them: by the SHA-256 of their canonical JSON. */
export class PinnedDefinitions {
  private readonly graphs = new Map<string, Promise<WorkflowGraph>>();

  constructor(private readonly repository: Pick<WorkflowRepository, 'saveDefinition' | 'definition'>) {}

  /** @throws OrchestratorError `workflow-invalid` naming the first error */
  async pin(definition: WorkflowDefinition): Promise<PinnedDefinition & { readonly graph: WorkflowGraph }> {
    const text = canonicalJson(definition);
    const hash = sha256(text);
    const known = await this.graphs.get(hash)?.catch(() => undefined);
    if (known === undefined) refuseErrors(definition);
    const pinned = { hash, workflow: definition.id, name: definition.name, text };
    await this.repository.saveDefinition(pinned);
    return { ...pinned, graph: known ?? (await this.keep(hash, Promise.resolve(buildGraph(JSON.parse(text) as WorkflowDefinition)))) };
  }

  /** @throws OrchestratorError `store-failed` when the store does not have it as it was */
  graph(hash: string): Promise<WorkflowGraph> {
    const known = this.graphs.get(hash);
    if (!known) return this.keep(hash, this.load(hash));
    this.graphs.delete(hash);
    this.graphs.set(hash, known);
    return known;
  }

  private keep(hash: string, graph: Promise<WorkflowGraph>): Promise<WorkflowGraph> {
    this.graphs.set(hash, graph);
    graph.catch(() => this.graphs.delete(hash));
    const [oldest] = this.graphs.keys();
    if (this.graphs.size > kept && oldest !== undefined) this.graphs.delete(oldest);
    return graph;
  }

  private async load(hash: string): Promise<WorkflowGraph> {
    const pinned = await this.repository.definition(hash);
    // It was validated when it was pinned, and has to be read also when later rules would refuse it: the hash says that it is the same.
    if (pinned !== undefined && sha256(pinned.text) === hash) return buildGraph(JSON.parse(pinned.text) as WorkflowDefinition);
    throw new OrchestratorError('store-failed', 'The definition that the execution began with is not in the store as it was.', 'Start the workflow anew.');
  }
}

function refuseErrors(definition: WorkflowDefinition): void {
  const [first, ...others] = validateDefinition(definition).filter(({ severity }) => severity === 'error');
  if (first === undefined) return;
  throw new OrchestratorError('workflow-invalid', `The workflow ${definition.id} is not right: ${first.path === '' ? '' : `${first.path}: `}${first.message}${others.length === 0 ? '' : ` (and ${others.length} more)`}`, 'Correct it; amp-orchestrator workflow validate lists all problems.');
}
