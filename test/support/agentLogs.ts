import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { ImportedCall, ImportedFile, ImportedSession } from '../../src/model/importedCall';
import type { PriceList } from '../../src/model/pricing';
import { tokensIn, tokensOut } from '../../src/model/usage';
import { importLogs, type ImportOptions, type ImportSummary } from '../../src/telemetry/import/importLogs';
import { logHomes } from '../../src/telemetry/import/logHomes';
import { temporaryDirectory } from './temporary';

const root = path.resolve(import.meta.dirname, '../..');
const fixtures = path.join(root, 'test/fixtures/agentLogs');
/** Folder with `importWorker.js` and `sql-wasm.wasm`. */
export const importAssetsDirectory = path.join(root, 'out/test-assets/import');

let built: Promise<void> | undefined;

/** The thread that reads logs, built once by each process of the tests. */
export async function importAssets(): Promise<{ readonly workerScript: string; readonly wasmFile: string }> {
  built ??= buildImportWorker();
  await built;
  return { workerScript: path.join(importAssetsDirectory, 'importWorker.js'), wasmFile: path.join(importAssetsDirectory, 'sql-wasm.wasm') };
}

async function buildImportWorker(): Promise<void> {
  // Built aside and moved: another process of the tests may be running the file that is there.
  const fresh = path.join(importAssetsDirectory, `${process.pid}`);
  await build({ entryPoints: [path.join(root, 'src/telemetry/import/importWorker.ts')], outdir: fresh, bundle: true, platform: 'node', format: 'cjs', target: 'node22', logLevel: 'warning' });
  copyFileSync(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(fresh, 'sql-wasm.wasm'));
  for (const file of ['importWorker.js', 'sql-wasm.wasm']) renameSync(path.join(fresh, file), path.join(importAssetsDirectory, file));
  rmdirSync(fresh);
}

/** A token costs a nano-dollar, also for models that nobody knows; a model named `unlisted` has no price. */
export const flatPrices: PriceList = {
  price: ({ model, usage }) =>
    model === undefined || model === 'unlisted'
      ? undefined
      : {
          costNano: tokensIn(usage) + tokensOut(usage),
          costBasis: 'computed',
          price: { model, provider: 'test', source: 'overlay', version: '1', units: { input: { text: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 }, output: { text: 1, reasoning: 1 } } },
        },
};

/** A user's home with agents' logs, and what an import of them has kept, as a store would keep it. */
export class LogHome {
  readonly folder = temporaryDirectory();
  readonly files = new Map<string, ImportedFile>();
  readonly sessions = new Map<string, ImportedSession>();
  readonly calls = new Map<string, ImportedCall>();

  write(file: string, text: string | Uint8Array): string {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
    return place;
  }

  append(file: string, text: string | Uint8Array): void {
    appendFileSync(path.join(this.folder, file), text);
  }

  /** Puts a recorded log at its place. */
  fixture(name: string, file: string): string {
    return this.write(file, fixtureText(name));
  }

  async import(options: Partial<ImportOptions> = {}): Promise<ImportSummary> {
    return importLogs({
      ...(await importAssets()),
      homes: logHomes({}, this.folder),
      accepts: () => true,
      known: { files: [...this.files.values()], agentSessionIds: () => Promise.resolve(new Set()) },
      prices: () => Promise.resolve(flatPrices),
      sink: (batch) => {
        for (const file of batch.files) this.files.set(file.path, file);
        for (const session of batch.sessions) this.sessions.set(session.id, session);
        for (const call of batch.calls) this.calls.set(call.key, call);
        return Promise.resolve();
      },
      ...options,
    });
  }

  /** Sums of everything that was kept. */
  totals(): LogTotals {
    return totalsOf([...this.calls.values()].map(({ usage: { input, output } }) => ({ input: input.text, cacheRead: input.cacheRead, cacheWrite: input.cacheWrite5m + input.cacheWrite1h, output: output.text, reasoning: output.reasoning })));
  }
}

export interface LogTotals {
  readonly calls: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export function totalsOf(calls: readonly Omit<LogTotals, 'calls'>[]): LogTotals {
  const sum = (name: keyof Omit<LogTotals, 'calls'>): number => calls.reduce((total, call) => total + call[name], 0);
  return { calls: calls.length, input: sum('input'), cacheRead: sum('cacheRead'), cacheWrite: sum('cacheWrite'), output: sum('output'), reasoning: sum('reasoning') };
}

export function fixtureText(name: string): string {
  return readFileSync(path.join(fixtures, name), 'utf8');
}

let nextMessage = 0;

/** A line of Claude Code's log as it writes them today. */
export function claudeLine(changes: { session?: string; cwd?: string; id?: string; model?: string; usage?: Record<string, unknown>; timestamp?: unknown; content?: unknown } = {}): string {
  const { session = 'claude-1', cwd = '/repo', id = `msg_${nextMessage++}`, model = 'claude-test', usage = { input_tokens: 10, output_tokens: 5 }, timestamp = '2026-01-02T03:04:05.000Z', content = [{ type: 'text', text: 'done' }] } = changes;
  const message = { id, type: 'message', role: 'assistant', model, content, stop_reason: 'end_turn', stop_sequence: null, usage, stop_details: null };
  return `${JSON.stringify({ parentUuid: null, isSidechain: false, message, requestId: `req_${id}`, type: 'assistant', uuid: `uuid-${id}`, timestamp, cwd, sessionId: session, gitBranch: 'main' })}\n`;
}

export function claudePath(session = 'claude-1', project = '-repo'): string {
  return `.claude/projects/${project}/${session}.jsonl`;
}
