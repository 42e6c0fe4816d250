import type { Clock } from '../base/clock';
import type { Log } from '../base/log';
import type { AgentDriver } from '../agents/agentDriver';
import type { PriceList } from '../model/pricing';
import type { Repository } from '../git/repository';
import type { AgentName, Session } from '../model/session';
import type { Store } from '../storage/store';
import type { Redactor } from '../base/redactor';
import type { AmpTracer } from '../telemetry/tracer';
import { OrchestratorError } from '../base/errors';
import type { BudgetKeeper } from './budgetKeeper';
import type { MergeGate } from './mergeGate';

/** What every step of a session works with: the engines of one repository. */
export interface SessionContext {
  readonly repository: Repository;
  readonly store: Store;
  readonly tracer: AmpTracer;
  readonly drivers: ReadonlyMap<AgentName, AgentDriver>;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the program closes. */
  readonly closing: AbortSignal;
  /** Folder where every run's raw output is kept. */
  readonly recordings: string;
  readonly budgets: BudgetKeeper;
  readonly gate: MergeGate;
  /** Asked for at the start of each run: prices are loaded when they are needed first. */
  readonly prices: () => Promise<SessionPrices>;
  /** Takes secrets out of a text (or a line of JSON, which stays JSON) before it is cut or kept. */
  readonly redactor: Redactor;
}

export interface SessionPrices extends PriceList {
  /** Why a person's own prices are not used. */
  readonly problems: readonly OrchestratorError[];
}

/** @throws OrchestratorError `session-missing` */
export async function sessionById({ store }: Pick<SessionContext, 'store'>, id: string): Promise<Session> {
  const session = await store.sessions.get(id);
  if (session) return session;
  throw new OrchestratorError('session-missing', 'There is no such session in this repository.', 'List them with amp-orchestrator sessions.');
}

/** @throws OrchestratorError `agent-not-configured` */
export function driverOf({ drivers }: SessionContext, agent: AgentName): AgentDriver {
  const driver = drivers.get(agent);
  if (driver) return driver;
  throw new OrchestratorError('agent-not-configured', `There is no agent named "${agent}".`, `Choose one of: ${[...drivers.keys()].join(', ')}.`);
}

/** Why a session in this status cannot be worked on. */
export function notAvailable(session: Session): OrchestratorError {
  switch (session.status) {
    case 'running':
      return new OrchestratorError('session-busy', `"${session.name}" is running.`, 'Wait for it to end, or stop it.');
    case 'merging':
    case 'deleting':
      return new OrchestratorError('session-busy', `"${session.name}" is being ${session.status === 'merging' ? 'merged' : 'deleted'}.`, 'Wait for that to end.');
    default:
      return new OrchestratorError('session-finished', `"${session.name}" is ${session.status}.`, 'Start a new session to go on.');
  }
}

/** Statuses from which work can go on. */
export const workable = ['ready', 'failed', 'stopped', 'budget-exceeded', 'interrupted', 'conflict'] as const;
