// Runs test/host inside the extension host of code-server: `node scripts/hostTests.mjs`.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, reexecOnNode24, root } from './bootstrap.mjs';
import { launchBrowser } from './browser.mjs';
import { copyLogs, isolatedEnvironment, startCodeServer } from './codeServer.mjs';
import { ensureEditorPackages } from './editorPackages.mjs';
import { buildHostSuite, clearHostResults, hostEnvironment, hostSuite, makeHostWorkspace, printHostResults } from './hostSuite.mjs';
import { ensurePackaged, extensionDirectory } from './package.mjs';

const suiteLimitMs = 180_000;
const artifacts = path.join(root, 'out', 'host-artifacts');

/**
 * Opens a window whose extension host runs the suite instead of waiting for a person.
 * @param {import('playwright-core').Page} page
 * @param {import('./codeServer.mjs').CodeServer} server
 * @param {string} folder
 * @returns {Promise<unknown>} the suite's exit code
 */
async function runSuiteIn(page, server, folder) {
  /** @type {Promise<unknown>} */
  const ended = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The extension host gave no result within ${suiteLimitMs / 1000} s.`)), suiteLimitMs);
    page.exposeFunction('codeAutomationExit', (/** @type {unknown} */ code) => (clearTimeout(timer), resolve(code))).catch(reject);
  });
  const inServer = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${file}`;
  const payload = [['extensionDevelopmentPath', inServer(extensionDirectory)], ['extensionTestsPath', inServer(hostSuite)]];
  await page.goto(`${server.url}?${new URLSearchParams({ folder, payload: JSON.stringify(payload) })}`);
  return ended;
}

async function main() {
  await ensureEditorPackages();
  await ensurePackaged();
  await buildHostSuite();
  clearHostResults();
  rmSync(artifacts, { recursive: true, force: true });
  const { folder, remove } = await makeHostWorkspace();
  const server = await startCodeServer(folder, {
    // A built VS Code ignores the payload without it.
    args: ['--vscode-option', 'enable-smoke-test-driver'],
    environment: (directory) => ({ ...isolatedEnvironment(directory), ...hostEnvironment }),
    idleSeconds: 120,
  });
  const browser = await launchBrowser();
  const page = await browser.newPage();
  let passed = false;
  try {
    const code = await runSuiteIn(page, server, folder);
    passed = printHostResults() && code === 0;
  } finally {
    if (!passed) {
      mkdirSync(artifacts, { recursive: true });
      await page.screenshot({ path: path.join(artifacts, 'screenshot.png') }).catch((error) => console.error(`No picture could be taken: ${error}`));
      copyLogs(server, path.join(artifacts, 'logs'));
      console.error(`A picture and the logs are in ${path.relative(root, artifacts)}`);
    }
    await browser.close();
    await server.stop();
    remove();
  }
  process.exitCode = passed ? 0 : 1;
}

await ensureInstalled();
await reexecOnNode24(import.meta.url);
await main();
