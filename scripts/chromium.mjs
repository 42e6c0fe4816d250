// Finds a Chromium, or installs one.
import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { childEnvironment, node24, say } from './bootstrap.mjs';
import { editorPackages, requireEditorPackage } from './editorPackages.mjs';
import { run } from './processes.mjs';

const downloadLimitMs = 5 * 60_000;

/** @returns {readonly string[]} */
function usualPlaces() {
  const programFiles = [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']].filter((directory) => directory !== undefined);
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) => [`/Applications/${name}.app/Contents/MacOS/${name}`, path.join(os.homedir(), `Applications/${name}.app/Contents/MacOS/${name}`)]);
    case 'win32':
      return programFiles.flatMap((directory) => ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map((name) => path.join(directory, name)));
    default: {
      const directories = [...(process.env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute), '/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
      return ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'].flatMap((name) => directories.map((directory) => path.join(directory, name)));
    }
  }
}

/** Playwright's own Chromium, if it has been downloaded and runs here: it comes without the system libraries it needs. @returns {Promise<string | undefined>} */
async function downloadedByPlaywright() {
  /** @type {typeof import('playwright-core')} */
  const { chromium } = requireEditorPackage('playwright-core');
  const file = chromium.executablePath();
  if (!file || !existsSync(file)) return undefined;
  const { code } = await run(file, ['--version'], { capture: true, timeLimitMs: 30_000 });
  return code === 0 ? file : undefined;
}

/** @returns {Promise<string | undefined>} why it did not work */
async function downloadWithPlaywright() {
  say('Downloading Chromium (Playwright) …');
  const { code, output } = await run(node24(), [path.join(path.dirname(requireEditorPackage.resolve('playwright-core/package.json')), 'cli.js'), 'install', 'chromium'], {
    cwd: editorPackages,
    env: childEnvironment(),
    capture: true,
    timeLimitMs: downloadLimitMs,
  });
  return code === 0 ? undefined : output.trim().split('\n').find((line) => /error|failed/i.test(line)) ?? 'the download failed';
}

/** @returns {Promise<string | undefined>} why it did not work */
async function installWithApt() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return 'there is no apt-get here';
  if (process.getuid?.() !== 0) return 'apt-get needs root';
  say('Installing Chromium (apt-get), about a minute …');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, capture: true, timeLimitMs: downloadLimitMs };
  const hasLists = existsSync('/var/lib/apt/lists') && readdirSync('/var/lib/apt/lists').some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  // Old lists may name packages that are no longer there: then they are renewed once.
  if (hasLists && (await install()).code === 0) return undefined;
  await run('apt-get', ['update'], options);
  const { code, output } = await install();
  return code === 0 ? undefined : output.trim().split('\n').at(-1) ?? 'apt-get failed';
}

/**
 * A Chromium to run the editor in: `CHROMIUM_PATH`, the usual places, Playwright's download, apt-get. Throws what to do if there is none.
 * Needs the packages of test/e2e.
 * @returns {Promise<string>} an absolute path
 */
export async function findOrInstallChromium() {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file. Correct it, or unset it to have Chromium looked for.`);
  }
  const found = async () => usualPlaces().find((file) => existsSync(file)) ?? (await downloadedByPlaywright());
  const first = await found();
  if (first) return first;
  const reasons = [];
  for (const [name, install] of /** @type {const} */ ([['Playwright', downloadWithPlaywright], ['apt-get', installWithApt]])) {
    const reason = await install();
    const file = await found();
    if (file) return file;
    reasons.push(`${name}: ${reason ?? 'installed, but it does not run'}`);
  }
  throw new Error(`No Chromium was found, and none could be installed (${reasons.join('; ')}). Install Chromium or Chrome, or set CHROMIUM_PATH to one, and try again.`);
}
