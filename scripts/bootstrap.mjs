// What every script needs before it can start: the packages, the right Node, the build. Runs on any Node from 18 on, without dependencies.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const isWindows = process.platform === 'win32';
const installLimitMs = 15 * 60_000;

/** Says in one line what is done and why it takes time. @param {string} text */
export function say(text) {
  console.log(`\u203a ${text}`);
}

/** The Node 24 that the development dependency `node` brings; else the running one if it is new enough. @returns {string} an absolute path */
export function node24() {
  const bundled = path.join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
  if (existsSync(bundled)) return bundled;
  if (isAtLeast(process.versions.node, [22, 12])) return process.execPath;
  throw new Error(`Node ${process.versions.node} is too old, and the package "node" brought none for ${process.platform}-${process.arch}. Install Node 24 and try again.`);
}

/**
 * @param {string} version
 * @param {readonly [number, number]} wanted major, minor
 */
function isAtLeast(version, [major, minor]) {
  const [hasMajor = 0, hasMinor = 0] = version.split('.').map(Number);
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}

/** The environment of every child: the project's own programs and its Node are found first. @returns {NodeJS.ProcessEnv} */
export function childEnvironment() {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const own = [path.join(root, 'node_modules', '.bin'), path.dirname(node24())];
  const inherited = (process.env[key] ?? '').split(path.delimiter).filter((directory) => !own.includes(directory));
  return { ...process.env, [key]: [...own, ...inherited].join(path.delimiter) };
}

/**
 * Runs npm, the one that started this script if there is one.
 * @param {readonly string[]} args
 * @param {string} directory
 */
export async function npm(args, directory) {
  const running = process.env.npm_execpath;
  const [command, first] = running && running.endsWith('.js') ? [process.execPath, [running]] : [isWindows ? 'npm.cmd' : 'npm', []];
  const { code, output, timedOut } = await run(command, [...first, ...args], { cwd: directory, capture: true, shell: isWindows, timeLimitMs: installLimitMs });
  if (code !== 0) throw new Error(`npm ${args.join(' ')} in ${directory} ${timedOut ? 'took too long' : `failed (exit code ${code})`}:\n${output}`);
}

/** @param {string} directory */
function lockHash(directory) {
  return createHash('sha256').update(readFileSync(path.join(directory, 'package-lock.json'))).update(`${process.platform}-${process.arch}`).digest('hex');
}

/** @param {string} directory */
function stampFile(directory) {
  return path.join(directory, 'node_modules', '.installed');
}

/** Whether the last complete install was of this lockfile. @param {string} directory */
export function isInstalled(directory) {
  return existsSync(stampFile(directory)) && readFileSync(stampFile(directory), 'utf8') === lockHash(directory);
}

/** Written last, so that an interrupted install is done again. @param {string} directory */
export function markInstalled(directory) {
  writeFileSync(stampFile(directory), lockHash(directory));
}

/**
 * Whether npm's own record of what it installed agrees with the lockfile: so after a plain `npm install` nothing is installed again.
 * @param {string} directory
 */
function npmHasInstalled(directory) {
  const record = path.join(directory, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  /** @type {Record<string, { version?: string, optional?: boolean }>} */
  const wanted = JSON.parse(readFileSync(path.join(directory, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([name, { version, optional }]) => name === '' || (installed[name] ? installed[name].version === version : optional === true));
}

/** Installs the project's packages if they are missing or others than the lockfile says. */
export async function ensureInstalled() {
  if (isInstalled(root)) return;
  if (!npmHasInstalled(root)) {
    say('Installing packages (npm ci), about a minute …');
    await npm(['ci', '--no-audit', '--no-fund'], root);
  }
  markInstalled(root);
}

/**
 * Goes on with Node 24: returns at once where it already runs, else starts the same script with the same arguments on it and ends with its exit code.
 * Call it after `ensureInstalled`. Node-18-safe code only may come before it.
 * @param {string} scriptUrl the caller's `import.meta.url`
 */
export async function reexecOnNode24(scriptUrl) {
  const node = node24();
  if (node === process.execPath || isAtLeast(process.versions.node, [24, 0])) return;
  // Same group and same terminal: Ctrl-C reaches the child directly, and this process only waits for it.
  const child = spawn(node, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], { stdio: 'inherit', env: childEnvironment() });
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (status) => resolve(status ?? 1));
  });
  process.exit(code);
}
