import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createAgentDrivers, type AgentDriverOptions } from './agents/agents';
import { systemClock, type Clock } from './base/clock';
import { errorMessage, OrchestratorError } from './base/errors';
import { spanIds } from './base/ids';
import { startOfDay } from './base/localDay';
import type { Log } from './base/log';
import { redactedError } from './base/redactedError';
import { fileAt } from './git/changes';
import { currentBranch, findRepository, localBranches, type Repository } from './git/repository';
import { reportWriter } from './evaluation/report/reportWriter';
import type { KeySource } from './llm/modelProvider';
import { createModels, environmentKeys, type Models } from './llm/models';
import { lazyPriceList, type LoadedPriceList } from './llm/prices/priceList';
import { createTokenCounter } from './llm/tokens';
import type { EvalReportWriter } from './model/reportFormat';
import type { AgentName } from './model/session';
import type { CallTotals } from './model/usageRow';
import { openAgentLogs } from './sessions/agentLogs';
import { Costs } from './sessions/costs';
import { EvaluatedGate, type GateMode } from './sessions/evaluatedGate';
import type { EvaluationService } from './sessions/evaluationService';
import { openEvaluations } from './sessions/openEvaluations';
import { SessionManager } from './sessions/sessionManager';
import { openStore } from './storage/openStore';
import type { Store } from './storage/store';
import { TelemetryExports } from './telemetry/export/telemetryExports';
import type { LogImport } from './telemetry/import/logImport';
import { createRedactor, type Redactor } from './telemetry/redaction';
import { AmpTracer } from './telemetry/tracer';
import { openWorkflows } from './workflow/openWorkflows';
import type { WorkflowService } from './workflow/workflowService';

export interface OrchestratorOptions {
  /** Any folder of the repository, in any of its worktrees. */
  readonly folder: string;
  /** Where the workers, the bundles that are loaded late and their WebAssembly files are: the folder of the built program. */
  readonly assetsDirectory: string;
  readonly kind: 'editor' | 'cli' | 'test';
  readonly log: Log;
  /** Programs of the agents where they are not on the PATH. */
  readonly programs?: AgentDriverOptions['programs'];
  /** Keys of model providers; those of the environment, if absent. */
  readonly keys?: KeySource;
  /** A person's own prices; `prices.json` beside the store when it answers undefined. Asked whenever prices are needed. */
  readonly pricesFile?: () => string | undefined;
  /** When merges are evaluated; always, if absent. Asked at each merge. */
  readonly gate?: () => GateMode;
  /** Who works in workflows where a node names no agent; Claude Code, if absent. */
  readonly defaultAgent?: () => AgentName;
  readonly clock?: Clock;
}

/** The engines of one repository, put together. */
export interface Orchestrator {
  readonly repository: Repository;
  readonly store: Store;
  readonly tracer: AmpTracer;
  readonly sessions: SessionManager;
  readonly costs: Costs;
  readonly evaluations: EvaluationService;
  /** Writes reports of evaluations for people and programs. */
  readonly evalReports: EvalReportWriter;
  readonly workflows: WorkflowService;
  /** What agents did in the repository outside of sessions, from their own logs. */
  readonly imports: LogImport;
  /** The product's own model calls. */
  readonly models: Models;
  readonly prices: () => Promise<LoadedPriceList>;
  readonly telemetryExports: TelemetryExports;
  readonly redactor: Redactor;
  /** The branch that is checked out, or undefined when HEAD is detached. */
  currentBranch(): Promise<string | undefined>;
  localBranches(): Promise<string[]>;
  /** A file's content at a commit, or undefined where it has none. */
  fileAt(commit: string, file: string): Promise<string | undefined>;
  /** What the model calls since local midnight add up to. */
  totalsToday(): Promise<CallTotals>;
  /** Stops what runs here, keeps its work, and closes the store. */
  close(): Promise<void>;
}

/** Folder of a repository's store, given the directory that its worktrees share. */
function storeDirectory(commonDirectory: string): string {
  return path.join(commonDirectory, 'amp-orchestrator');
}

export type { GateMode } from './sessions/evaluatedGate';
export type { EvaluationService } from './sessions/evaluationService';
export type { SessionOverview } from './sessions/sessionManager';
export type * from './workflow/workflowService';
/** For an editor that has no repository. */
export { readWorkflow } from './workflow/language/workflowFile';
export { completions } from './workflow/language/expressionCompletions';
export { expressionNames } from './workflow/language/expressionNames';
export { expressionProblems } from './workflow/language/expressionProblems';

/** @throws OrchestratorError when the folder is no repository or its store cannot be opened */
export async function createOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { assetsDirectory, kind, clock = systemClock } = options;
  const { env } = process;
  const redactor = createRedactor({ env });
  const log = redactedLog(options.log, redactor);
  const repository = await findRepository(options.folder);
  const directory = storeDirectory(repository.commonDirectory);
  const recordings = path.join(directory, 'recordings');
  await makeFolder(recordings);
  const store = await openStore({ directory, assetsDirectory, kind, redact: redactor.redact });
  for (const notice of store.notices) log.warn(notice);
  const tracer = new AmpTracer(store.spans, spanIds(clock, store.processNonce), clock);
  const closing = new AbortController();
  const prices = lazyPriceList(() => options.pricesFile?.() ?? path.join(directory, 'prices.json'));
  const drivers = createAgentDrivers({ clock, env, programs: options.programs ?? {} });
  const evaluations = openEvaluations({ repository, store, tracer, clock, log, redactor, assetsDirectory, closing: closing.signal, judge: (provider) => models.provider(provider) });
  const gate = new EvaluatedGate(evaluations, tracer, options.gate ?? (() => 'always'));
  const sessions = new SessionManager({ repository, store, tracer, drivers, clock, log, recordings, closing: closing.signal, prices, redactor, gate, executionLimit: (execution) => workflows.engine.limitOf(execution) });
  const workflows = openWorkflows({
    repository, store, kind, sessions, evaluations, tracer, clock, log, redactor, assetsDirectory,
    artifactsDirectory: path.join(directory, 'artifacts'),
    defaultAgent: options.defaultAgent ?? (() => 'claudeCode'),
    closing: closing.signal,
  });
  const tokens = createTokenCounter({ assetsDirectory });
  const models = createModels({ tracer, clock, prices, gate: sessions.budgets, keys: options.keys ?? environmentKeys(env), redactor, tokens });
  const telemetryExports = new TelemetryExports({ tracer, source: store, redactor, clock, env, log });
  const imports = openAgentLogs({ repository, store, prices, assetsDirectory, env });
  return {
    repository,
    store,
    tracer,
    sessions,
    costs: new Costs(store, clock),
    evaluations,
    evalReports: reportWriter,
    workflows: workflows.engine,
    imports,
    models,
    prices,
    telemetryExports,
    redactor,
    currentBranch: () => currentBranch(repository),
    localBranches: () => localBranches(repository),
    fileAt: (commit, file) => fileAt(repository.git, commit, file),
    totalsToday: () => store.rollups.totals({ fromMs: startOfDay(clock.now()) }),
    close: async () => {
      // First: a step that is let go of is gone on with later; one whose session is stopped under it would have failed.
      const givenBack = workflows.close();
      closing.abort();
      await givenBack;
      await Promise.all([sessions.shutDown(), evaluations.idle()]);
      sessions.dispose();
      evaluations.dispose();
      models.dispose();
      imports.dispose();
      // Beside each other: a receiver that hangs must not keep the store from closing in time.
      await Promise.all([telemetryExports.close(), store.close()]);
    },
  };
}

/** Messages quote what agents and git print. */
function redactedLog(log: Log, { redact }: Redactor): Log {
  return {
    info: (message) => { log.info(redact(message)); },
    warn: (message) => { log.warn(redact(message)); },
    error: (message, error) => { log.error(redact(message), error === undefined ? undefined : redactedError(error, redact)); },
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new OrchestratorError('store-failed', `The folder ${folder} could not be made: ${errorMessage(error)}.`, 'Sessions keep their records there: make it writable.', { cause: error });
  }
}
