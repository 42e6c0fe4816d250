import path from 'node:path';
import type { Clock } from '../base/clock';
import type { Log } from '../base/log';
import type { Redactor } from '../base/redactor';
import type { Repository } from '../git/repository';
import type { AgentName } from '../model/session';
import type { EvaluationService } from '../sessions/evaluationService';
import type { SessionManager } from '../sessions/sessionManager';
import type { Store, StoreOptions } from '../storage/store';
import type { AmpTracer } from '../telemetry/tracer';
import { createExpressions } from './language/expressions';
import { createExecutors } from './nodes/executors';
import { personOf } from './executions/people';
import { WorkflowEngine } from './workflowEngine';

/** Workflows that come with the product are in this folder of its assets. */
const bundledFolder = 'templates';

export interface OpenWorkflowsOptions {
  readonly repository: Repository;
  readonly store: Store;
  readonly kind: StoreOptions['kind'];
  readonly sessions: SessionManager;
  readonly evaluations: EvaluationService;
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly assetsDirectory: string;
  /** Where long outputs are kept. */
  readonly artifactsDirectory: string;
  readonly defaultAgent: () => AgentName;
  readonly closing: AbortSignal;
}

export interface OpenedWorkflows {
  readonly engine: WorkflowEngine;
  /** Gives back the executions that run here; sessions and the store have to be open until then. */
  close(): Promise<void>;
}

/** Puts the workflow engine of one repository together. */
export function openWorkflows(options: OpenWorkflowsOptions): OpenedWorkflows {
  const { repository, store, sessions, evaluations, defaultAgent, assetsDirectory, tracer, clock, log, redactor } = options;
  const expressions = createExpressions({ assetsDirectory });
  const engine = new WorkflowEngine({
    store, tracer, clock, log, redactor, expressions, evaluations,
    kind: options.kind,
    closing: options.closing,
    // The files that the person sees, also in a linked work tree.
    repositoryRoot: repository.opened.location.workTree,
    bundledDirectory: path.join(assetsDirectory, bundledFolder),
    artifactsDirectory: options.artifactsDirectory,
    executors: ({ notify }) => createExecutors({ repository, store, sessions, evaluations, expressions, tracer, clock, log, redactor, notify, defaultAgent }),
    by: personOf(repository.git),
  });
  return {
    engine,
    close: async () => {
      await engine.close();
      expressions.dispose();
    },
  };
}
