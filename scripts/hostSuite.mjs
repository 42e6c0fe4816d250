// The Mocha suite of test/host, compiled once and run in either kind of VS Code.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './bootstrap.mjs';
import { editorPackages } from './editorPackages.mjs';
import { run } from './processes.mjs';

const sources = path.join(root, 'test', 'host');

/** The compiled suite: a CommonJS module that exports `run()`, as VS Code's `extensionTestsPath` wants it. */
export const hostSuite = path.join(root, 'out', 'host', 'index.js');

/** Mocha's report in JSON. */
export const hostResults = path.join(root, 'out', 'results', 'host.json');

/** What the suite needs to know. @type {Readonly<Record<string, string>>} */
export const hostEnvironment = { AMP_HOST_PACKAGES: editorPackages, AMP_HOST_RESULTS: hostResults };

/** Compiles test/host/**\/*.spec.ts and its entry to out/host. */
export async function buildHostSuite() {
  const { build } = await import('esbuild');
  rmSync(path.dirname(hostSuite), { recursive: true, force: true });
  const specs = readdirSync(sources, { recursive: true }).map(String).filter((name) => name.endsWith('.spec.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: ['index.ts', ...specs].map((name) => path.join(sources, name)),
    outbase: sources,
    outdir: path.dirname(hostSuite),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/** A small git repository to open, in a temporary folder. @returns {Promise<{ readonly folder: string, readonly remove: () => void }>} */
export async function makeHostWorkspace() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'amp-host-'));
  writeFileSync(path.join(folder, 'README.md'), '# A repository\n');
  const identity = ['-c', 'user.name=Host Test', '-c', 'user.email=host-test@example.invalid'];
  for (const args of [['init', '--initial-branch=main'], ['add', '.'], [...identity, 'commit', '--message=first']]) {
    const { code, output } = await run('git', args, { cwd: folder, capture: true, timeLimitMs: 30_000 });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output}`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }) };
}

/** Forgets the last report, so that a run without a result is seen as such. */
export function clearHostResults() {
  mkdirSync(path.dirname(hostResults), { recursive: true });
  rmSync(hostResults, { force: true });
}

/** Prints a line a test, and for those that failed the reason. @returns {boolean} whether all passed */
export function printHostResults() {
  /** @typedef {{ readonly fullTitle: string, readonly duration?: number, readonly err: { readonly stack?: string, readonly message?: string } }} HostTest */
  /** @type {{ readonly passes: readonly HostTest[], readonly failures: readonly HostTest[], readonly pending: readonly HostTest[] }} */
  const { passes, failures, pending } = JSON.parse(readFileSync(hostResults, 'utf8'));
  for (const { fullTitle, duration = 0 } of passes) console.log(` \u2713 ${fullTitle} ${duration} ms`);
  for (const { fullTitle } of pending) console.log(` - ${fullTitle} (skipped)`);
  for (const { fullTitle, err } of failures) console.log(` \u2717 ${fullTitle}\n   ${(err.stack ?? err.message ?? 'no reason given').replaceAll('\n', '\n   ')}`);
  return failures.length + pending.length === 0 && passes.length > 0;
}
