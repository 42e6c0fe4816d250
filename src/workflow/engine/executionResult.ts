import { asObject } from '../../base/jsonShape';
import type { NewWorkflowEvent, StepError } from '../../model/workflow/event';
import type { ExecutionState } from '../../model/workflow/state';
import type { ExecutionCore } from './executionCore';
import type { RecordedValues } from './recordedValues';
import { stepErrorOf } from './stepErrors';

/** How an execution ends. */
export interface Ending {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly error?: StepError;
}

/** The last event. `ends`: the steps of the ends that were reached. Rejects when the result could not be kept. */
export async function completedEvent({ state, values, parts }: ExecutionCore, { status, error }: Ending, ends: readonly string[]): Promise<NewWorkflowEvent> {
  await values.ready();
  let given: unknown;
  try {
    given = resultOf(state, ends, values);
  } catch (problem) {
    // What an end gave is not there any more.
    if (status === 'succeeded') return { type: 'execution.completed', status: 'failed', error: stepErrorOf(problem, parts.redact) };
  }
  const result = await values.record(given);
  return { type: 'execution.completed', status, ...(error === undefined ? {} : { error }), ...(result === undefined ? {} : { result }) };
}

/** What its ends gave, the members of several ends together; of a trial of one node, what that gave. */
function resultOf({ trial, latest, steps }: ExecutionState, ends: readonly string[], values: RecordedValues): unknown {
  const given = trial?.node === undefined ? ends.map((step) => steps.get(step)) : [latest.get(trial.node)];
  const outputs = given.flatMap((step) => (step?.output === undefined ? [] : [values.valueOf(step.output)]));
  const objects = outputs.flatMap((output) => asObject(output) ?? []);
  return outputs.length > 1 && objects.length === outputs.length ? Object.assign({}, ...objects) : outputs.at(-1);
}
