// Packs the extension as it is shipped: `node scripts/package.mjs` writes out/amp-session-orchestrator.vsix.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, ensureInstalled, node24, reexecOnNode24, root, say } from './bootstrap.mjs';
import { ensureBuilt, newest } from './build.mjs';
import { run } from './processes.mjs';

export const vsixFile = path.join(root, 'out', 'amp-session-orchestrator.vsix');

/** What the VSIX holds, unpacked: the extension that the host suite develops against. */
export const extensionDirectory = path.join(root, 'out', 'extension');

const packLimitMs = 2 * 60_000;
const shipped = ['README.md', 'CHANGELOG.md', 'LICENSE', 'media', 'dist'];

/** What only a developer needs, by its path in the package. @param {string} file */
function isForDevelopers(file) {
  return file === path.join('dist', 'meta') || file === path.join('dist', '.built') || file.endsWith('.map');
}

/** Lays out exactly what is shipped, so that nothing comes along by accident. */
function stage() {
  rmSync(extensionDirectory, { recursive: true, force: true });
  mkdirSync(extensionDirectory, { recursive: true });
  for (const name of shipped) {
    const from = path.join(root, name);
    if (!existsSync(from)) continue;
    cpSync(from, path.join(extensionDirectory, name), { recursive: true, filter: (source) => !isForDevelopers(path.relative(root, source)) });
  }
  const { scripts: _scripts, devDependencies: _developmentDependencies, private: _private, ...manifest } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  writeFileSync(path.join(extensionDirectory, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Builds if needed, stages and packs. Throws with the packer's words if that fails. @returns {Promise<{ readonly bytes: number }>} the size of the VSIX */
export async function packageExtension() {
  await ensureBuilt({ minified: true });
  stage();
  rmSync(vsixFile, { force: true });
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { code, output, timedOut } = await run(
    node24(),
    [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsixFile],
    { cwd: extensionDirectory, env: childEnvironment(), capture: true, timeLimitMs: packLimitMs },
  );
  if (code !== 0) throw new Error(`Packing the extension ${timedOut ? 'took too long' : 'failed'}:\n${output}`);
  return { bytes: statSync(vsixFile).size };
}

/** Packs unless the VSIX is as new as what goes into it. */
export async function ensurePackaged() {
  await ensureBuilt({ minified: true });
  const inputs = ['package.json', ...shipped].map((name) => path.join(root, name)).filter((file) => existsSync(file));
  const fresh = existsSync(vsixFile) && existsSync(extensionDirectory) && inputs.every((file) => newest(file) < statSync(vsixFile).mtimeMs);
  if (!fresh) await packageExtension();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled();
  await reexecOnNode24(import.meta.url);
  const { bytes } = await packageExtension();
  say(`${path.relative(process.cwd(), vsixFile)}, ${(bytes / 1024 ** 2).toFixed(2)} MiB`);
}
