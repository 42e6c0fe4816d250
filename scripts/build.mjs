// Builds when something changed since the last build.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, node24, root, say } from './bootstrap.mjs';
import { run } from './processes.mjs';

const sources = ['src', 'webview', 'esbuild.mjs', 'package-lock.json'];
const stampFile = path.join(root, 'dist', '.built');
const buildLimitMs = 3 * 60_000;

/** Newest modification below a file or folder, in epoch milliseconds. Folders count too: a removed file changes only those. @param {string} file @returns {number} */
export function newest(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(file).reduce((latest, name) => Math.max(latest, newest(path.join(file, name))), stat.mtimeMs);
}

/** @param {boolean | undefined} minified */
function isFresh(minified) {
  if (!existsSync(stampFile)) return false;
  /** @type {{ minified: boolean, startedMs: number }} */
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  if (minified !== undefined && minified !== stamp.minified) return false;
  return sources.every((source) => newest(path.join(root, source)) < stamp.startedMs);
}

/**
 * Builds dist/ if a source is newer than it. Throws with the compiler's words if that fails.
 * @param {{ readonly minified?: boolean }} [options] `minified` asks for that kind of build; without it either kind will do.
 */
export async function ensureBuilt({ minified } = {}) {
  if (isFresh(minified)) return;
  say('Building …');
  const startedMs = Date.now();
  const { code, output, timedOut } = await run(node24(), [path.join(root, 'esbuild.mjs'), ...(minified ? ['--minify'] : [])], {
    cwd: root,
    env: childEnvironment(),
    capture: true,
    timeLimitMs: buildLimitMs,
  });
  if (code !== 0) throw new Error(`The build ${timedOut ? 'took too long' : 'failed'}:\n${output}`);
  writeFileSync(stampFile, JSON.stringify({ minified: minified === true, startedMs }));
}
