import type { StepState } from '../../../../src/model/workflow/state';

export interface StepAction {
  readonly what: 'session' | 'changes' | 'report' | 'child';
  readonly label: string;
  readonly icon: string;
}

const session: readonly StepAction[] = [
  { what: 'session', label: 'Open timeline', icon: 'list-tree' },
  { what: 'changes', label: 'Show changes', icon: 'diff-multiple' },
];
const report: StepAction = { what: 'report', label: 'Open report', icon: 'checklist' };
const child: StepAction = { what: 'child', label: 'Open execution', icon: 'type-hierarchy' };

/** Types whose work is judged by evaluators. */
const judged: ReadonlySet<string> = new Set(['eval', 'merge', 'bestOf']);
const parents: ReadonlySet<string> = new Set(['workflow', 'forEach']);

/** What there is to open of a step. */
export function stepActions(type: string, step: Pick<StepState, 'session' | 'status'>): readonly StepAction[] {
  const hasSession = step.session !== undefined;
  return [...(hasSession ? session : []), ...(judged.has(type) && hasSession ? [report] : []), ...(parents.has(type) ? [child] : [])];
}
