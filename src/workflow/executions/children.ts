import { createHash } from 'node:crypto';
import { OrchestratorError } from '../../base/errors';
import type { Clock } from '../../base/clock';
import { newId } from '../../base/ids';
import { present } from '../../base/jsonShape';
import type { WorkflowDefinition } from '../../model/workflow/definition';
import { foldEvents } from '../../model/workflow/fold/fold';
import { hasEnded, type ExecutionState } from '../../model/workflow/state';
import type { WorkflowRepository } from '../../storage/workflowStore';
import type { Artifacts, WaitingStep } from '../engine/executionParts';
import type { ChildExecutions, ChildRequest, ChildResult } from '../nodeExecutor';
import type { OwnedExecution, OwnedExecutions, RunOptions } from './ownedExecutions';
import type { PinnedDefinitions } from './pinnedDefinitions';
import { variableValues } from './variableValues';
import type { WorkflowFiles } from '../language/workflowFiles';

export interface ChildrenParts {
  readonly repository: Pick<WorkflowRepository, 'execution' | 'events'>;
  readonly definitions: PinnedDefinitions;
  readonly owned: OwnedExecutions;
  readonly files: Pick<WorkflowFiles, 'definition'>;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
}

/** The step that waits, and the execution that it is of. */
export interface ParentStep extends Omit<RunOptions, 'parentSpan'>, WaitingStep {
  readonly id: string;
  readonly by: string;
}

const lettersAndDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 21;
/** A workflow that calls itself would go on for ever. */
const deepest = 20;
/** One that calls itself more than once would be a thousand before it is that deep. */
const mostAtOnce = 200;

export function mayHaveChildren({ nodes }: Pick<WorkflowDefinition, 'nodes'>): boolean {
  return nodes.some(({ type }) => type === 'workflow' || type === 'forEach' || type === 'bestOf');
}

export function childExecutions(parts: ChildrenParts, parent: ParentStep): ChildExecutions {
  return { run: (request) => runChild(parts, parent, request), definition: (id) => parts.files.definition(id) };
}

/** The same for the same step and key, so that a child is found again after a crash; as long as other ids, and of the same characters. */
export function childId(execution: string, step: string, key: string): string {
  const hash = createHash('sha256').update(JSON.stringify([execution, step, key])).digest('hex');
  let rest = BigInt(`0x${hash}`);
  let id = '';
  while (id.length < idLength) {
    id += lettersAndDigits.charAt(Number(rest % 62n));
    rest /= 62n;
  }
  return id;
}

async function runChild(parts: ChildrenParts, parent: ParentStep, request: ChildRequest): Promise<ChildResult> {
  const id = childId(parent.id, parent.step, request.key);
  const ended = await resultOnRecord(parts, id);
  if (ended) return ended;
  // One that is there has to be ended, too; a new one is not begun.
  if (parent.signal.aborted && (isHandOver(parent.signal.reason) || (await parts.repository.execution(id)) === undefined)) throw stopped();
  const owned = await childOf(parts, parent, id, request);
  const { signal: own } = request;
  const end = (): void => { endWithParent(parts, parent, owned); };
  const callOff = (): void => { cancel(parts, parent, owned, 'It is not needed any more.'); };
  parent.signal.addEventListener('abort', end, { once: true });
  own?.addEventListener('abort', callOff, { once: true });
  if (parent.signal.aborted) end();
  if (own?.aborted === true) callOff();
  try {
    return await resultOf(parts, id, await owned.done);
  } finally {
    parent.signal.removeEventListener('abort', end);
    own?.removeEventListener('abort', callOff);
  }
}

/** What it came to, if it has ended: it is never run again. */
async function resultOnRecord(parts: ChildrenParts, id: string): Promise<ChildResult | undefined> {
  const record = await parts.repository.execution(id);
  if (record === undefined || !hasEnded(record.status)) return undefined;
  return resultOf(parts, id, foldEvents(await parts.definitions.graph(record.definition), id, await parts.repository.events(id)));
}

async function childOf(parts: ChildrenParts, parent: ParentStep, id: string, request: ChildRequest): Promise<OwnedExecution> {
  const { root, approvals, by, spanId: parentSpan } = parent;
  const options: RunOptions = { root, approvals, depth: parent.depth + 1, ...present({ parentSpan }) };
  if (options.depth > deepest) throw new OrchestratorError('workflow-invalid', `Workflows call each other more than ${deepest} deep.`, 'A workflow that calls itself needs a condition that ends it.');
  if (parts.owned.all.filter((other) => other.root === root).length >= mostAtOnce) throw new OrchestratorError('workflow-invalid', `More than ${mostAtOnce} executions would run at once, one waiting for the other.`, 'A workflow that calls itself needs a condition that ends it; lists need a smaller concurrency.');
  const owned =
    ((await parts.repository.execution(id)) === undefined ? await newChild(parts, parent, id, request, options) : undefined) ??
    // One that is there goes on with the definition that it began with, whatever the file says now. Whoever owns the parent owns its
    // children: one that is run elsewhere was left behind by an owner before this one.
    (await parts.owned.adopt(id, { ...options, by, takeOver: true }));
  if (owned) return owned;
  throw new OrchestratorError('execution-owned', `The execution ${id} is run by another process.`, 'Wait until it has ended, or end that process.');
}

async function newChild({ definitions, owned }: ChildrenParts, { id: parent, step, by }: ParentStep, id: string, { start }: ChildRequest, options: RunOptions): Promise<OwnedExecution | undefined> {
  const { definition, variables } = await start();
  const { workflow, name, hash } = await definitions.pin(definition);
  const values = variableValues(definition, variables);
  const tried = owned.get(parent)?.run.state.trial;
  // Where all is tried out, what is pinned in children is taken too: their merges would be real ones.
  const trial = tried === undefined || tried.node !== undefined ? undefined : {};
  return owned.create({ id, workflow, name, definition: hash, by, parent }, [{ type: 'execution.started', definition: hash, workflow, name, variables: values, by, parent: { execution: parent, step }, ...present({ trial }) }], options);
}

/** With a step that is cancelled its children are; with one that another owner goes on with they are left for that one. */
function endWithParent(parts: ChildrenParts, parent: ParentStep, child: OwnedExecution): void {
  if (parts.owned.isLeaving(parent.id) || isHandOver(parent.signal.reason)) void parts.owned.handOver(child.id).catch(() => undefined);
  else cancel(parts, parent, child, 'The step that waited for it was cancelled.');
}

function cancel({ clock }: ChildrenParts, { by }: ParentStep, { id, run }: OwnedExecution, reason: string): void {
  run.take([{ id: newId(), execution: id, at: clock.now(), by, kind: 'cancel', reason }]);
}

function isHandOver(reason: unknown): boolean {
  return reason instanceof OrchestratorError && (reason.code === 'execution-lost' || reason.code === 'stopped');
}

async function resultOf({ artifacts }: ChildrenParts, id: string, state: ExecutionState): Promise<ChildResult> {
  const { status, result, error } = state;
  switch (status) {
    case 'running':
      throw stopped();
    case 'parked':
      throw new OrchestratorError('step-failed', `The execution ${id} that the step waits for is parked: ${error?.message ?? 'it was interrupted too often.'}`, 'Resume it, then run the step again.');
    default:
      return { execution: id, status, result: result === undefined ? null : 'value' in result ? result.value : JSON.parse(await artifacts.read(result.artifact)), state, ...present({ problem: error?.message }) };
  }
}

function stopped(): OrchestratorError {
  return new OrchestratorError('stopped', 'The execution that the step waits for was interrupted.', 'Resume the execution.');
}
