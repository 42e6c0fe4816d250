import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { Redactor } from '../../base/redactor';
import type { Repository } from '../../git/repository';
import type { AgentName } from '../../model/session';
import type { EvaluationService } from '../../sessions/evaluationService';
import type { SessionManager } from '../../sessions/sessionManager';
import type { Store } from '../../storage/store';
import type { AmpTracer } from '../../telemetry/tracer';
import type { Expressions } from '../language/expressionScope';

/** What a `notify` node says. */
export interface Notice {
  readonly execution: string;
  readonly message: string;
  readonly level: 'info' | 'warning' | 'error';
}

/** What nodes work with: the engines of one repository. */
export interface NodeServices {
  readonly repository: Repository;
  readonly store: Pick<Store, 'sessions' | 'iterations' | 'spans' | 'rollups' | 'onDidChange'>;
  readonly sessions: Pick<SessionManager, 'create' | 'run' | 'stop' | 'merge' | 'mergedCommit' | 'delete' | 'get'>;
  readonly evaluations: Pick<EvaluationService, 'evaluateSession'>;
  readonly expressions: Pick<Expressions, 'resolve' | 'script'>;
  readonly tracer: Pick<AmpTracer, 'trace'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Pick<Redactor, 'redact'>;
  readonly notify: (notice: Notice) => void;
  /** Who works where a node names no agent. */
  readonly defaultAgent: () => AgentName;
}
