// A real VS Code (code-server) on 127.0.0.1, in its own process group, with a profile that is thrown away.
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { node24 } from './bootstrap.mjs';
import { codeServerEntry } from './editorPackages.mjs';
import { endGroup, run, startGroup } from './processes.mjs';

const startLimitMs = 90_000;
const installLimitMs = 90_000;

/** A quiet editor: nothing that opens by itself, asks, updates or reports. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'window.confirmBeforeClose': 'never',
};

/**
 * @typedef {object} CodeServerOptions
 * @property {string} [vsix] a packed extension to install
 * @property {Readonly<Record<string, unknown>>} [settings] user settings, on top of the quiet ones
 * @property {boolean} [workspaceTrust] whether the editor asks for trust, and is in Restricted Mode until it gets it
 * @property {(directory: string) => NodeJS.ProcessEnv} [environment] of the server, given its throw-away directory
 * @property {readonly string[]} [args] further ones
 * @property {number} [idleSeconds] how long it stays without a window before it ends by itself; without it, for ever
 *
 * @typedef {object} CodeServer
 * @property {number} port
 * @property {string} url
 * @property {string} directory of everything it writes: profile, extensions, logs
 * @property {() => readonly string[]} logFiles its own log and those of its extension hosts, absolute paths
 * @property {() => Promise<void>} stop ends its processes and removes the directory
 */

/** @param {string} directory @returns {readonly string[]} */
function logsBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** @param {string} logFile @param {number | null} exitCode */
function startFailure(logFile, exitCode) {
  const why = exitCode === null ? `did not listen within ${startLimitMs / 1000} s` : `ended with exit code ${exitCode}`;
  return new Error(`code-server ${why}. Its log:\n${readFileSync(logFile, 'utf8')}`);
}

/** @param {string} folder @param {CodeServerOptions} [options] @returns {Promise<CodeServer>} */
export async function startCodeServer(folder, { vsix, settings = {}, workspaceTrust = false, environment, args = [], idleSeconds } = {}) {
  // Short, since the path of a Unix socket below it is limited to 107 bytes.
  const directory = mkdtempSync(path.join(os.tmpdir(), 'amp-cs-'));
  const userData = path.join(directory, 'ud');
  const logFile = path.join(directory, 'server.log');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  writeFileSync(path.join(directory, 'config.yaml'), '');
  writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify({ ...quietSettings, 'security.workspace.trust.enabled': workspaceTrust, ...settings }));
  const env = environment ? environment(directory) : process.env;
  const common = [codeServerEntry, '--config', path.join(directory, 'config.yaml'), '--extensions-dir', path.join(directory, 'ext'), '--user-data-dir', userData];
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

  if (vsix !== undefined) {
    const { code, output } = await run(node24(), [...common, '--install-extension', vsix], { env, capture: true, timeLimitMs: installLimitMs });
    if (code !== 0) {
      removeDirectory();
      throw new Error(`The extension ${vsix} could not be installed in code-server:\n${output}`);
    }
  }

  const log = openSync(logFile, 'w');
  const child = startGroup(
    node24(),
    [
      ...common,
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
      // So that nothing outlives a run that was itself killed.
      ...(idleSeconds === undefined ? [] : ['--reconnection-grace-time', '30', '--idle-timeout-seconds', String(idleSeconds)]),
      ...args,
      folder,
    ],
    { env, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const stop = async () => {
    await endGroup(child);
    removeDirectory();
  };

  const deadline = Date.now() + startLimitMs;
  for (;;) {
    const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (port) return { port: Number(port), url: `http://127.0.0.1:${port}/`, directory, logFiles: () => [logFile, ...logsBelow(path.join(userData, 'logs'))], stop };
    if (child.exitCode !== null || Date.now() > deadline) {
      const failure = startFailure(logFile, child.exitCode);
      await stop();
      throw failure;
    }
    await delay(50);
  }
}

/**
 * The environment of an editor under test: nothing of the person's home or shell but the search path.
 * @param {string} directory its home
 * @returns {NodeJS.ProcessEnv}
 */
export function isolatedEnvironment(directory) {
  writeFileSync(path.join(directory, '.gitconfig'), '[user]\n\tname = Editor Test\n\temail = editor-test@example.invalid\n[init]\n\tdefaultBranch = main\n');
  return { PATH: process.env.PATH ?? '', HOME: directory, USERPROFILE: directory, TMPDIR: directory, LANG: 'C.UTF-8' };
}

/** Copies the logs of a server to a folder. @param {CodeServer} server @param {string} to */
export function copyLogs(server, to) {
  for (const file of server.logFiles()) {
    const target = path.join(to, path.relative(server.directory, file).replace(/^ud[\\/]logs[\\/]/, ''));
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(file, target);
  }
}
