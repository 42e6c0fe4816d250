// The packages of test/e2e: a real VS Code (code-server) and what drives it. Large, so installed only when something needs them.
import { copyFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isInstalled, markInstalled, npm, root, say } from './bootstrap.mjs';

export const editorPackages = path.join(root, 'test', 'e2e');

const server = path.join(editorPackages, 'node_modules', 'code-server');

/** code-server's entry script; it wants Node 24. */
export const codeServerEntry = path.join(server, 'out', 'node', 'entry.js');

/** Resolves packages of test/e2e from anywhere in the repository. */
export const requireEditorPackage = createRequire(path.join(editorPackages, 'package.json'));

/** Installs them if they are missing or others than the lockfile says. */
export async function ensureEditorPackages() {
  if (isInstalled(editorPackages) && existsSync(codeServerEntry)) return;
  say('Installing a VS Code to run in the browser (code-server, about 620 MB), half a minute …');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], editorPackages);
  // Its install script, which compiles natively, is left out; what remains of that script is VS Code's own packages.
  // `npm ci` refuses the shrinkwrap in there; `npm install` follows it.
  await npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], path.join(server, 'lib', 'vscode'));
  copyFileSync(path.join(root, 'scripts', 'editorFileLogger.cjs'), path.join(server, 'lib', 'vscode', 'node_modules', '@vscode', 'spdlog', 'index.js'));
  markInstalled(editorPackages);
}
