import { program, type ExecutionCore } from './executionCore';

/** More recoveries than that, each of which found steps under way: something in it brings the program down. */
const mostRecoveries = 10;

/** Whether another owner, or this program before a restart, has worked on it. */
export function wasOwned({ journal, parts }: ExecutionCore): boolean {
  return journal.events.some(({ epoch }) => epoch < parts.epoch);
}

/** Puts the new owner on record; false when it is parked, since it was taken up too often. */
export function adopt({ state, journal, parts }: ExecutionCore): boolean {
  // Who resumes a parked one has looked at it: it is counted anew.
  if (state.status === 'parked') journal.write({ type: 'execution.unparked', by: program });
  const running = [...state.underWay].filter((step) => state.steps.get(step)?.status === 'running');
  const recovery = state.recoveries + (running.length > 0 ? 1 : 0);
  journal.write({ type: 'execution.adopted', by: program, recovery }, { urgent: true });
  if (recovery > mostRecoveries) {
    journal.write({ type: 'execution.parked', reason: `It was interrupted ${recovery} times while ${running.join(', ')} ${running.length === 1 ? 'was' : 'were'} under way.` }, { urgent: true });
    return false;
  }
  parts.log.info(`The workflow execution ${parts.id} goes on${running.length === 0 ? '' : ` with ${running.join(', ')}`}.`);
  return true;
}
