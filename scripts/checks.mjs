// The checks of `npm test`, in the order in which they run.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, node24, root } from './bootstrap.mjs';
import { ensureBuilt } from './build.mjs';
import { hostResults } from './hostSuite.mjs';
import { packageExtension } from './package.mjs';
import { run } from './processes.mjs';
import { judge, readMochaReport, readVitestReport } from './results.mjs';

const minuteMs = 60_000;
const vsixLimitMiB = 5;
const projects = ['.', 'webview', 'test/host', 'test/e2e'];

/** @typedef {{ readonly name: string, readonly isSuite: boolean, readonly check: () => Promise<import('./results.mjs').Result> }} Check */

/** @param {string} tool path below node_modules @param {readonly string[]} args @param {number} timeLimitMs */
function runTool(tool, args, timeLimitMs) {
  return run(node24(), [path.join(root, 'node_modules', tool), ...args], { cwd: root, env: childEnvironment(), timeLimitMs });
}

/** One check that passes when nothing is said against it. @param {readonly string[]} failures @returns {import('./results.mjs').Result} */
function single(failures) {
  return { passed: failures.length === 0 ? 1 : 0, failures: failures.length === 0 ? [] : [failures.join(', ')] };
}

async function typeCheck() {
  const failures = [];
  for (const project of projects) {
    const { code } = await runTool('typescript/bin/tsc', ['-p', project, '--pretty'], 5 * minuteMs);
    if (code !== 0) failures.push(`tsc -p ${project}`);
  }
  return single(failures);
}

async function lint() {
  const { code } = await runTool('eslint/bin/eslint.js', ['.', '--max-warnings', '0'], 5 * minuteMs);
  return single(code === 0 ? [] : ['eslint']);
}

async function build() {
  await ensureBuilt({ minified: true });
  return single([]);
}

async function vsix() {
  const { bytes } = await packageExtension();
  const sizeMiB = bytes / 1024 ** 2;
  console.log(`The VSIX has ${sizeMiB.toFixed(2)} MiB of at most ${vsixLimitMiB}.`);
  return single(sizeMiB <= vsixLimitMiB ? [] : [`${sizeMiB.toFixed(2)} MiB are more than ${vsixLimitMiB}`]);
}

/** @param {string} name @param {readonly string[]} args @param {number} timeLimitMs */
async function vitest(name, args, timeLimitMs) {
  const report = path.join(root, 'out', 'results', `${name}.json`);
  rmSync(report, { force: true });
  const end = await runTool('vitest/vitest.mjs', ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], timeLimitMs);
  return judge(readVitestReport(report), end);
}

async function host() {
  rmSync(hostResults, { force: true });
  const end = await run(node24(), [path.join(root, 'scripts', 'hostTests.mjs')], { cwd: root, env: childEnvironment(), timeLimitMs: 6 * minuteMs });
  return judge(readMochaReport(hostResults), end);
}

function e2e() {
  rmSync(path.join(root, 'out', 'e2e'), { recursive: true, force: true });
  return vitest('e2e', ['--config', 'test/e2e/vitest.config.mts'], 20 * minuteMs);
}

/** @type {readonly Check[]} */
export const checks = [
  { name: 'type-check', isSuite: false, check: typeCheck },
  { name: 'lint', isSuite: false, check: lint },
  { name: 'build', isSuite: false, check: build },
  { name: 'unit', isSuite: true, check: () => vitest('unit', ['--config', 'test/vitest.config.mts', '--project', 'unit'], 15 * minuteMs) },
  { name: 'webview', isSuite: true, check: () => vitest('webview', ['--config', 'test/vitest.config.mts', '--project', 'webview'], 10 * minuteMs) },
  { name: 'vsix', isSuite: false, check: vsix },
  { name: 'host', isSuite: true, check: host },
  { name: 'e2e', isSuite: true, check: e2e },
];
