import { startFold, type Fold } from '../../model/workflow/fold/fold';
import type { ExecutionState } from '../../model/workflow/state';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import type { ExecutionRecord, WorkflowRepository } from '../../storage/workflowStore';
import type { OwnedExecutions } from './ownedExecutions';
import type { PinnedDefinitions } from './pinnedDefinitions';

export interface ExecutionViewsParts {
  readonly repository: Pick<WorkflowRepository, 'events'>;
  readonly definitions: PinnedDefinitions;
  readonly owned: OwnedExecutions;
}

interface Seen {
  readonly fold: Fold;
  readonly definition: WorkflowDefinition;
}

const kept = 16;

/** States of executions that others own, or nobody: each is folded once, and then only what has come since. */
export class ExecutionViews {
  private readonly seen = new Map<string, Promise<Seen>>();

  constructor(private readonly parts: ExecutionViewsParts) {}

  async of({ id, definition }: ExecutionRecord): Promise<{ readonly state: ExecutionState; readonly definition: WorkflowDefinition }> {
    const { owned, definitions } = this.parts;
    const own = owned.get(id);
    if (own) {
      this.seen.delete(id);
      return { state: own.run.state, definition: (await definitions.graph(definition)).definition };
    }
    const { fold, definition: pinned } = await this.followed(id, definition);
    return { state: fold.state, definition: pinned };
  }

  forget(id: string): void {
    this.seen.delete(id);
  }

  /** One reading after the other: two at once would fold the same events twice. */
  private followed(id: string, definition: string): Promise<Seen> {
    const following = this.read(id, definition, this.seen.get(id));
    this.seen.delete(id);
    this.seen.set(id, following);
    following.catch(() => {
      if (this.seen.get(id) === following) this.seen.delete(id);
    });
    const [oldest] = this.seen.keys();
    if (this.seen.size > kept && oldest !== undefined) this.seen.delete(oldest);
    return following;
  }

  private async read(id: string, definition: string, before: Promise<Seen> | undefined): Promise<Seen> {
    const { repository, definitions } = this.parts;
    const known = await before?.catch(() => undefined);
    const graph = await definitions.graph(definition);
    const { fold } = known ?? { fold: startFold(graph, id) };
    for (const event of await repository.events(id, fold.state.seq)) fold.apply(event);
    return { fold, definition: graph.definition };
  }
}
