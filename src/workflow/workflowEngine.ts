import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { explain, OrchestratorError } from '../base/errors';
import { Emitter } from '../base/events';
import { newId } from '../base/ids';
import { present } from '../base/jsonShape';
import type { Log } from '../base/log';
import type { Redactor } from '../base/redactor';
import type { NanoDollars } from '../model/money';
import type { WorkflowDefinition } from '../model/workflow/definition';
import type { WorkflowEvent } from '../model/workflow/event';
import { hasEnded, type ExecutionState } from '../model/workflow/state';
import type { EvaluationService } from '../sessions/evaluationService';
import type { Store } from '../storage/store';
import type { ExecutionFilter, ExecutionRecord, OpenApproval } from '../storage/workflowStore';
import type { AmpTracer } from '../telemetry/tracer';
import { createArtifacts } from './executions/artifacts';
import { childExecutions, mayHaveChildren } from './executions/children';
import { Execution } from './engine/execution';
import type { Artifacts } from './engine/executionParts';
import type { Expressions } from './language/expressionScope';
import { budgetOfFork, ownBudget } from './executions/executionBudgets';
import { executionNamed, mostListed, waitedFor } from './executions/executionRecords';
import { ExecutionViews } from './executions/executionViews';
import { forkEvents } from './executions/fork';
import { knownNames } from './language/knownNames';
import type { NodeExecutors } from './nodeExecutor';
import type { Notice } from './nodes/nodeServices';
import { executionFinished, OwnedExecutions, type OwnedExecution } from './executions/ownedExecutions';
import { PinnedDefinitions } from './executions/pinnedDefinitions';
import { Signals } from './executions/signals';
import { createTimers } from './engine/timers';
import { checkedVariables, variableValues } from './executions/variableValues';
import { readWorkflow } from './language/workflowFile';
import { WorkflowFiles } from './language/workflowFiles';
import type { ExecutionView, ForkRequest, KnownNames, OpenedWorkflow, ReadWorkflow, RunningExecution, StartRequest, WorkflowFile, WorkflowService } from './workflowService';

export interface WorkflowEngineOptions {
  readonly store: Pick<Store, 'workflows' | 'onDidChange'>;
  /** Kind of this program: executions of another kind are not resumed unasked. */
  readonly kind: ExecutionRecord['host'];
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Pick<Redactor, 'redact'>;
  /** The checkout whose workflows are run. */
  readonly repositoryRoot: string;
  /** Folder of the workflows that come with the product. */
  readonly bundledDirectory: string;
  readonly artifactsDirectory: string;
  readonly expressions: Expressions;
  readonly evaluations: Pick<EvaluationService, 'definition'>;
  readonly executors: (services: { readonly notify: (notice: Notice) => void }) => NodeExecutors;
  /** Name of the person at the keyboard. */
  readonly by: () => Promise<string>;
  /** Aborted when the program closes: nothing is begun after that. */
  readonly closing: AbortSignal;
}

/** Runs the workflows of one repository. What it knows is in the store; another process sees the same. */
export class WorkflowEngine implements WorkflowService {
  private readonly changed = new Emitter<void>();
  private readonly appended = new Emitter<{ readonly execution: string; readonly events: readonly WorkflowEvent[] }>();
  private readonly notified = new Emitter<Notice>();
  private readonly storeListener: Disposable;
  private readonly workflowFiles: WorkflowFiles;
  private readonly definitions: PinnedDefinitions;
  private readonly artifacts: Artifacts;
  private readonly owned: OwnedExecutions;
  private readonly views: ExecutionViews;
  private readonly signals: Signals;
  readonly onDidChange = this.changed.listen;
  readonly onDidAppend = this.appended.listen;
  readonly onDidNotify = this.notified.listen;

  constructor(private readonly options: WorkflowEngineOptions) {
    const { store, clock, log, tracer, redactor, expressions } = options;
    const repository = store.workflows;
    this.workflowFiles = new WorkflowFiles({ root: options.repositoryRoot, bundled: options.bundledDirectory });
    this.definitions = new PinnedDefinitions(repository);
    this.artifacts = createArtifacts(options.artifactsDirectory);
    const executors = options.executors({ notify: (notice) => { this.notified.fire(notice); } });
    this.owned = new OwnedExecutions({
      repository, definitions: this.definitions, clock, log,
      start: (parts) => new Execution(parts),
      shared: { executors, expressions, artifacts: this.artifacts, clock, timers: createTimers(clock), random: Math.random, newId, tracer, log, redact: (text) => redactor.redact(text) },
      children: (parent, step) => childExecutions({ repository, definitions: this.definitions, owned: this.owned, files: this.workflowFiles, artifacts: this.artifacts, clock }, { ...parent, ...step, by: this.owned.get(parent.id)?.run.state.by ?? '' }),
      onAppend: (execution, events) => { this.appended.fire({ execution, events }); },
      onEnd: (execution, state) => this.endChildren(execution, state),
    });
    this.views = new ExecutionViews({ repository, definitions: this.definitions, owned: this.owned });
    this.signals = new Signals({ repository, owned: this.owned, clock });
    this.storeListener = store.onDidChange(({ tables, external }) => {
      if (!tables.includes('workflow_executions')) return;
      // What this process puts on record is delivered when it is.
      if (external && this.owned.all.length > 0) this.signals.relay().catch((error: unknown) => { log.error('Decisions of others could not be read', error); });
      this.changed.fire();
    });
  }

  files(): Promise<WorkflowFile[]> {
    return this.workflowFiles.list();
  }

  async readFile(idOrPath: string): Promise<OpenedWorkflow> {
    return this.workflowFiles.open(idOrPath, await this.knownNames());
  }

  read(text: string, known?: KnownNames): ReadWorkflow {
    return readWorkflow(text, known);
  }

  knownNames(): Promise<KnownNames> {
    return knownNames(this.workflowFiles, this.options.evaluations);
  }

  async start({ definition, variables, by, budgetNano, approvals = 'wait', trial }: StartRequest): Promise<RunningExecution> {
    this.refuseWhenClosing();
    const { hash, workflow, name, graph } = await this.definitions.pin(definition);
    const values = variableValues(definition, variables);
    if (trial?.node !== undefined && !graph.nodes.has(trial.node)) throw new OrchestratorError('invalid-argument', `The workflow has no node "${trial.node}".`, `It has: ${[...graph.nodes.keys()].join(', ')}.`);
    const person = by ?? (await this.options.by());
    const limit = budgetNano ?? ownBudget(definition);
    return this.begin({ workflow, name, definition: hash, by: person }, [{ type: 'execution.started', definition: hash, workflow, name, variables: values, by: person, ...present({ budgetNano: limit, trial }) }], approvals);
  }

  /** Runs a workflow to its end; the state then. @throws OrchestratorError as `start` */
  async executeWorkflow(definition: WorkflowDefinition, request: Omit<StartRequest, 'definition'> = {}): Promise<ExecutionState> {
    return (await this.start({ ...request, definition })).done;
  }

  async resume(id: string, { takeOver = false, approvals = 'wait' }: { readonly takeOver?: boolean; readonly approvals?: StartRequest['approvals'] } = {}): Promise<RunningExecution> {
    this.refuseWhenClosing();
    const record = await waitedFor(this.options.store.workflows, await this.record(id));
    const { status, owner } = record;
    if (hasEnded(status)) throw executionFinished(record.id, status);
    const adopted = owner === 'elsewhere' && !takeOver ? undefined : await this.owned.adopt(record.id, { approvals, root: record.id, depth: 0, by: await this.options.by(), takeOver });
    if (adopted) return running(adopted);
    throw new OrchestratorError('execution-owned', `The execution ${record.id} is run by another window or terminal.`, 'Let it run there, or take it over (--take-over).');
  }

  async resumeAll(): Promise<readonly RunningExecution[]> {
    const { kind, log } = this.options;
    const records = await this.executions({ statuses: ['running'], limit: mostListed });
    const adopted = await Promise.all(
      records.filter(({ owner, host, parent }) => owner === 'none' && host === kind && parent === undefined).map(async ({ id }) => {
        try {
          return await this.owned.adopt(id, { approvals: 'wait', root: id, depth: 0, by: await this.options.by() });
        } catch (error) {
          log.warn(`The workflow execution ${id} could not be resumed: ${explain(error)}`);
          return undefined;
        }
      }),
    );
    return adopted.flatMap((one) => (one === undefined ? [] : [running(one)]));
  }

  async fork({ execution, node, variables = {}, definition, by, approvals = 'wait', only = false }: ForkRequest): Promise<RunningExecution> {
    this.refuseWhenClosing();
    const record = await this.record(execution);
    const [sourceGraph, events] = await Promise.all([this.definitions.graph(record.definition), this.events(record.id)]);
    const { hash, workflow, name, graph } = await this.definitions.pin(definition ?? sourceGraph.definition);
    const person = by ?? (await this.options.by());
    const first = forkEvents({
      source: { id: record.id, graph: sourceGraph, events }, graph, node, only,
      variables: checkedVariables(graph.definition, variables),
      started: { definition: hash, workflow, name, by: person, ...present({ budgetNano: budgetOfFork(events, sourceGraph.definition, graph.definition) }) },
    });
    return this.begin({ workflow, name, definition: hash, by: person }, first, approvals);
  }

  executions(filter?: ExecutionFilter): Promise<ExecutionRecord[]> {
    return this.options.store.workflows.executions(filter);
  }

  async execution(id: string): Promise<ExecutionView> {
    const record = await this.record(id);
    const [{ state, definition }, signals] = await Promise.all([this.views.of(record), this.options.store.workflows.signals(record.id)]);
    return { record, state, definition, pending: signals.map((signal) => ({ kind: signal.kind, ...(signal.kind === 'cancel' ? {} : { about: signal.kind === 'decide' ? signal.approval : signal.step }) })) };
  }

  async events(id: string, after?: number): Promise<WorkflowEvent[]> {
    return this.options.store.workflows.events((await this.record(id)).id, after);
  }

  async artifact(sha256: string): Promise<unknown> {
    return JSON.parse(await this.artifacts.read(sha256)) as unknown;
  }

  openApprovals(): Promise<OpenApproval[]> {
    return this.options.store.workflows.openApprovals();
  }

  async decide({ execution, by, ...request }: Parameters<WorkflowService['decide']>[0]): Promise<void> {
    const { state } = await this.execution(execution);
    await this.signals.decide(state, { ...request, by: by ?? (await this.options.by()) });
  }

  async answer({ execution, step, answer, by }: Parameters<WorkflowService['answer']>[0]): Promise<void> {
    const { state } = await this.execution(execution);
    await this.signals.answer(state, step, answer, by ?? (await this.options.by()));
  }

  async cancel(id: string, reason?: string): Promise<void> {
    await this.signals.cancel(await this.record(id), await this.options.by(), reason);
  }

  async remove(id: string): Promise<void> {
    const record = await this.record(id);
    if (!(await this.options.store.workflows.remove(record.id))) throw new OrchestratorError('invalid-argument', `The execution ${record.id} has not ended, so it is kept.`, 'Cancel it first.');
    this.views.forget(record.id);
  }

  limitOf(execution: string): NanoDollars | undefined {
    return this.owned.get(execution)?.run.state.budgetNano;
  }

  /** Gives back what runs here, for another owner or for this program when it is opened again. */
  async close(): Promise<void> {
    this.storeListener.dispose();
    await this.owned.close();
    for (const emitter of [this.changed, this.appended, this.notified]) emitter.dispose();
  }

  private async begin(record: Pick<ExecutionRecord, 'workflow' | 'name' | 'definition' | 'by'>, first: Parameters<OwnedExecutions['create']>[1], approvals: OwnedExecution['approvals']): Promise<RunningExecution> {
    const id = newId();
    const owned = await this.owned.create({ ...record, id }, first, { approvals, root: id, depth: 0 });
    if (owned) return running(owned);
    throw new OrchestratorError('store-failed', `There is an execution ${id} already.`, 'Start it again.');
  }

  private readonly record = (id: string): Promise<ExecutionRecord> => executionNamed(this.options.store.workflows, id);

  /** A crash between two journals may have left a child behind that nobody waits for any more. */
  private async endChildren({ id }: OwnedExecution, { definition, by }: ExecutionState): Promise<void> {
    if (!mayHaveChildren((await this.definitions.graph(definition)).definition)) return;
    const left = await this.executions({ parent: id, statuses: ['running', 'parked'], limit: mostListed });
    await Promise.all(left.map((child) => this.signals.cancel(child, by, 'The execution that waited for it has ended.')));
  }

  private refuseWhenClosing(): void {
    if (this.options.closing.aborted) throw new OrchestratorError('stopped', 'The program is closing.', 'Start the workflow when it is open.');
  }
}

function running({ id, done }: OwnedExecution): RunningExecution {
  return { id, done };
}
