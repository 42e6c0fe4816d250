import type { EvalTarget } from '../../model/evalReport';
import type { Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';

/** Something of the workspace that can be evaluated: a checkout as it is, or a session as a merge would make it. */
export interface EvaluatedPlace {
  /** Unique in the workspace, and the same after a reload. */
  readonly key: string;
  readonly orchestrator: Orchestrator;
  readonly target: Extract<EvalTarget, { kind: 'checkout' | 'session' }>;
  readonly label: string;
  /** Folder of its files on disk. */
  readonly folder: string;
  readonly session?: Session;
}

export type EvaluateOptions = NonNullable<Parameters<Orchestrator['evaluations']['evaluateSession']>[1]>;
export type EvalProgress = Parameters<NonNullable<EvaluateOptions['onProgress']>>[0];
export type EvalDefinition = Awaited<ReturnType<Orchestrator['evaluations']['definition']>>;

export function checkoutKey(orchestrator: Orchestrator): string {
  return `checkout:${checkoutFolder(orchestrator)}`;
}

/** The work tree that is open, which may be a linked one. */
export function checkoutFolder({ repository }: Orchestrator): string {
  return repository.opened.location.workTree;
}

export function sessionKey(sessionId: string): string {
  return `session:${sessionId}`;
}
