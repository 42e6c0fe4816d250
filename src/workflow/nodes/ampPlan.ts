import { OrchestratorError } from '../../base/errors';
import { newId } from '../../base/ids';
import { asName, asObject } from '../../base/jsonShape';
import type { Iteration } from '../../model/session';
import type { AmpConfig } from '../../model/workflow/nodeConfig';
import type { StepContext } from '../nodeExecutor';

/** By what the work of an `amp` step is found again. */
export interface AmpPlan {
  readonly sessionId: string;
  /** Ids of the step's iterations begin with it. */
  readonly iterationId: string;
  /** The session is this node's own: it is made when it is not there. */
  readonly isOwn: boolean;
}

/** @throws OrchestratorError `session-missing` for a session that is named by nothing */
export function planOf({ config, node, previous }: Pick<StepContext<AmpConfig>, 'config' | 'node' | 'previous'>): AmpPlan {
  const iterationId = newId();
  if (node.config['session'] !== undefined) {
    const named = asName(config.session);
    if (named === undefined) throw new OrchestratorError('session-missing', `"${node.name}" is to go on with a session, and what names it gave nothing.`, 'Let it be the session of a step that has been run before.');
    return { sessionId: named.trim(), iterationId, isOwn: false };
  }
  const before = config.newSession === true || previous === undefined ? undefined : planIn(previous.plan);
  const sessionId = config.newSession === true ? undefined : (before?.sessionId ?? previous?.session);
  return sessionId === undefined ? { sessionId: newId(), iterationId, isOwn: true } : { sessionId, iterationId, isOwn: before?.isOwn === true };
}

export function planIn(plan: unknown): AmpPlan | undefined {
  const { sessionId, iterationId, isOwn } = asObject(plan) ?? {};
  return typeof sessionId === 'string' && typeof iterationId === 'string' ? { sessionId, iterationId, isOwn: isOwn === true } : undefined;
}

/** Each attempt has its iteration, and another one for each time that a process ended in the midst of it. */
export function iterationsOfAttempt({ iterationId }: AmpPlan, attempt: number, iterations: readonly Iteration[]): readonly Iteration[] {
  const first = firstOf(iterationId, attempt);
  return iterations.filter(({ id }) => id === first || id.startsWith(`${first}R`));
}

export function nextIterationId({ iterationId }: AmpPlan, attempt: number, earlier: readonly Iteration[]): string {
  const first = firstOf(iterationId, attempt);
  return earlier.length === 0 ? first : `${first}R${earlier.length}`;
}

function firstOf(iterationId: string, attempt: number): string {
  return attempt === 1 ? iterationId : `${iterationId}A${attempt}`;
}
