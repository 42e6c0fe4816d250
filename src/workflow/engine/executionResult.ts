import { asObject } from '../../base/jsonShape';
import type { NewWorkflowEvent, StepError } from '../../model/workflow/event';
import type { ExecutionState, StepState } from '../../model/workflow/state';
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
  const given = givenBy(state, ends);
  await values.ready(given.map((step) => step?.output));
  let whole: unknown;
  try {
    whole = resultOf(given, values);
  } catch (problem) {
    // What an end gave is not there any more.
    if (status === 'succeeded') return { type: 'execution.completed', status: 'failed', error: stepErrorOf(problem, parts.redact) };
  }
  const result = await values.record(whole);
  return { type: 'execution.completed', status, ...(error === undefined ? {} : { error }), ...(result === undefined ? {} : { result }) };
}

/** The steps that it comes to: its ends; in a trial of one node, that one. */
function givenBy({ trial, latest, steps }: ExecutionState, ends: readonly string[]): readonly (StepState | undefined)[] {
  return trial?.node === undefined ? ends.map((step) => steps.get(step)) : [latest.get(trial.node)];
}

/** What they gave, the members of several together. */
function resultOf(given: readonly (StepState | undefined)[], values: RecordedValues): unknown {
  const outputs = given.flatMap((step) => (step?.output === undefined ? [] : [values.valueOf(step.output)]));
  const objects = outputs.flatMap((output) => asObject(output) ?? []);
  return outputs.length > 1 && objects.length === outputs.length ? Object.assign({}, ...objects) : outputs.at(-1);
}
