import path from 'node:path';
import type { ImportedFile, ImportedSession } from '../../model/importedCall';
import type { PriceList } from '../../model/pricing';
import type { UsageDimension } from '../../model/usageRow';
import { importLogs, type ImportSummary, type LogBatch } from './importLogs';
import type { LogHomes } from './logHomes';
import { machineUsage, type MachineUsage } from './machineUsage';
import type { ScanProgress } from './scanLogs';

/** Where imports are kept. */
export interface ImportStore {
  files(): Promise<ImportedFile[]>;
  sessions(): Promise<ImportedSession[]>;
  save(batch: LogBatch): Promise<void>;
}

export interface LogImportSetup {
  readonly homes: LogHomes;
  /** Folder that holds `importWorker.js` and `sql-wasm.wasm`. */
  readonly assetsDirectory: string;
  readonly store: ImportStore;
  /** Asked at each import: whether what was run in a folder belongs to the repository, and not to a session of it. */
  readonly accepts: () => Promise<(cwd: string | undefined) => boolean>;
  /** The agents' own ids of the sessions that were run here. */
  readonly agentSessionIds: () => Promise<ReadonlySet<string>>;
  readonly prices: () => Promise<PriceList>;
}

export interface ImportRun {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
}

/** The costs of runs that were started outside the product, from the logs of agents. */
export class LogImport {
  private running: Promise<ImportSummary> | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly setup: LogImportSetup) {}

  /**
   * Reads what is new into the store. While an import runs, others wait for it instead of reading the same again.
   * @throws OrchestratorError `stopped` when aborted, `import-failed`; what the store throws
   */
  run(options: ImportRun = {}): Promise<ImportSummary> {
    this.running ??= this.import(options).finally(() => { this.running = undefined; });
    return this.running;
  }

  /** What is known of the sessions that were imported. */
  sessions(): Promise<ImportedSession[]> {
    return this.setup.store.sessions();
  }

  /** What all logs of the machine add up to, whatever repository they are of; nothing is kept. `toMs` exclusive. */
  machine(by: readonly UsageDimension[], options: ImportRun & { readonly fromMs?: number | undefined; readonly toMs?: number | undefined } = {}): Promise<MachineUsage> {
    const { homes, prices } = this.setup;
    return machineUsage({ ...options, homes, prices, ...this.assets() }, by);
  }

  /** Stops what runs. */
  dispose(): void {
    this.closing.abort();
  }

  private async import(options: ImportRun): Promise<ImportSummary> {
    const { homes, store, agentSessionIds, prices } = this.setup;
    const signal = options.signal ? AbortSignal.any([options.signal, this.closing.signal]) : this.closing.signal;
    const [accepts, files] = await Promise.all([this.setup.accepts(), store.files()]);
    return importLogs({ ...options, signal, homes, accepts, prices, known: { files, agentSessionIds }, sink: (batch) => store.save(batch), ...this.assets() });
  }

  private assets(): { readonly workerScript: string; readonly wasmFile: string } {
    const { assetsDirectory } = this.setup;
    return { workerScript: path.join(assetsDirectory, 'importWorker.js'), wasmFile: path.join(assetsDirectory, 'sql-wasm.wasm') };
  }
}
