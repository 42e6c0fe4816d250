// Runs test/host in a desktop VS Code, which is downloaded: `npm run test:electron`. `VSCODE_VERSION` names another version than the newest stable one.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureInstalled, reexecOnNode24 } from './bootstrap.mjs';
import { ensureEditorPackages } from './editorPackages.mjs';
import { buildHostSuite, clearHostResults, hostEnvironment, hostSuite, makeHostWorkspace, printHostResults } from './hostSuite.mjs';
import { ensurePackaged, extensionDirectory } from './package.mjs';

async function main() {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error('A desktop VS Code needs a display. On a machine without one: xvfb-run --auto-servernum npm run test:electron');
  }
  // Mocha is among them.
  await ensureEditorPackages();
  await ensurePackaged();
  await buildHostSuite();
  clearHostResults();
  const { runTests } = await import('@vscode/test-electron');
  const { folder, remove } = await makeHostWorkspace();
  // Short, since the path of a Unix socket below it is limited to 107 bytes.
  const profile = mkdtempSync(path.join(os.tmpdir(), 'amp-vs-'));
  try {
    const code = await runTests({
      version: process.env['VSCODE_VERSION'] ?? 'stable',
      extensionDevelopmentPath: extensionDirectory,
      extensionTestsPath: hostSuite,
      extensionTestsEnv: hostEnvironment,
      launchArgs: [folder, '--user-data-dir', profile, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--disable-telemetry', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    process.exitCode = printHostResults() && code === 0 ? 0 : 1;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    remove();
  }
}

await ensureInstalled();
await reexecOnNode24(import.meta.url);
await main();
