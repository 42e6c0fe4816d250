import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createAgentDrivers, type AgentDriverOptions } from './agents/agents';
import { systemClock, type Clock } from './base/clock';
import { errorMessage, OrchestratorError } from './base/errors';
import { spanIds } from './base/ids';
import { fileAt } from './git/changes';
import { currentBranch, findRepository, localBranches, type Repository } from './git/repository';
import type { SpanTotals } from './model/session';
import type { Log } from './sessions/sessionContext';
import { SessionManager } from './sessions/sessionManager';
import { openStore } from './storage/openStore';
import type { Store } from './storage/store';
import { AmpTracer } from './telemetry/tracer';

export interface OrchestratorOptions {
  /** Any folder of the repository, in any of its worktrees. */
  readonly folder: string;
  /** Where the storage worker and its WebAssembly file are: the folder of the built program. */
  readonly assetsDirectory: string;
  readonly kind: 'editor' | 'cli' | 'test';
  readonly log: Log;
  /** Programs of the agents where they are not on the PATH. */
  readonly programs?: AgentDriverOptions['programs'];
  readonly clock?: Clock;
}

/** The engines of one repository, put together. */
export interface Orchestrator {
  readonly repository: Repository;
  readonly store: Store;
  readonly tracer: AmpTracer;
  readonly sessions: SessionManager;
  /** The branch that is checked out, or undefined when HEAD is detached. */
  currentBranch(): Promise<string | undefined>;
  localBranches(): Promise<string[]>;
  /** A file's content at a commit, or undefined where it has none. */
  fileAt(commit: string, file: string): Promise<string | undefined>;
  /** What the model calls since local midnight add up to. */
  totalsToday(): Promise<SpanTotals>;
  /** Stops what runs here, keeps its work, and closes the store. */
  close(): Promise<void>;
}

/** Folder of a repository's store, given the directory that its worktrees share. */
function storeDirectory(commonDirectory: string): string {
  return path.join(commonDirectory, 'amp-orchestrator');
}

export type { SessionOverview } from './sessions/sessionManager';

/** @throws OrchestratorError when the folder is no repository or its store cannot be opened */
export async function createOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const clock = options.clock ?? systemClock;
  const repository = await findRepository(options.folder);
  const directory = storeDirectory(repository.commonDirectory);
  const recordings = path.join(directory, 'recordings');
  await makeFolder(recordings);
  const store = await openStore({ directory, assetsDirectory: options.assetsDirectory, kind: options.kind });
  for (const notice of store.notices) options.log.warn(notice);
  const tracer = new AmpTracer(store.spans, spanIds(clock, store.processNonce), clock);
  const closing = new AbortController();
  const drivers = createAgentDrivers({ clock, env: process.env, programs: options.programs ?? {} });
  const sessions = new SessionManager({ repository, store, tracer, drivers, clock, log: options.log, recordings, closing: closing.signal });
  return {
    repository,
    store,
    tracer,
    sessions,
    currentBranch: () => currentBranch(repository),
    localBranches: () => localBranches(repository),
    fileAt: (commit, file) => fileAt(repository.git, commit, file),
    totalsToday: () => store.spans.totals({ fromMs: new Date(clock.now()).setHours(0, 0, 0, 0) }),
    close: async () => {
      closing.abort();
      await sessions.shutDown();
      sessions.dispose();
      await store.close();
    },
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new OrchestratorError('store-failed', `The folder ${folder} could not be made: ${errorMessage(error)}.`, 'Sessions keep their records there: make it writable.', { cause: error });
  }
}
