// `npm test`: every check, then one line that sums them all. `npm test -- --only unit,e2e` runs only some.
import { parseArgs } from 'node:util';
import { ensureInstalled, reexecOnNode24 } from './bootstrap.mjs';
import { findOrInstallChromium } from './chromium.mjs';
import { checks } from './checks.mjs';
import { ensureEditorPackages } from './editorPackages.mjs';

/** @returns {readonly import('./checks.mjs').Check[]} */
function chosenChecks() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return checks;
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) throw new Error(`There is no check named ${unknown.join(', ')}. There are: ${checks.map(({ name }) => name).join(', ')}.`);
  return checks.filter(({ name }) => names.includes(name));
}

/** The editor and the browser are made ready first, so that no suite's time limit has to cover a download. @param {readonly import('./checks.mjs').Check[]} chosen */
async function prepare(chosen) {
  const names = new Set(chosen.map(({ name }) => name));
  if (!['type-check', 'lint', 'host', 'e2e'].some((name) => names.has(name))) return;
  await ensureEditorPackages();
  if (names.has('host') || names.has('e2e')) await findOrInstallChromium();
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof Error ? error.message : String(error);
}

/** The beginning of a reason, on one line. @param {unknown} error */
function shortReason(error) {
  return reason(error).split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(0, 2).join(' ');
}

/** @param {import('./checks.mjs').Check} check @returns {Promise<import('./results.mjs').Result>} */
async function carryOut({ name, check }) {
  const startedMs = performance.now();
  console.log(`\n\u2500\u2500 ${name} ${'\u2500'.repeat(Math.max(0, 70 - name.length))}`);
  const result = await check().catch((error) => {
    console.error(reason(error));
    return { passed: 0, failures: [shortReason(error)] };
  });
  console.log(`${name}: ${result.passed} passed, ${result.failures.length} failed, in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return result;
}

async function main() {
  const chosen = chosenChecks();
  /** @type {string[]} */
  const failures = [];
  let passed = 0;
  try {
    await prepare(chosen);
  } catch (error) {
    console.error(reason(error));
    failures.push(`preparation: ${shortReason(error)}`);
  }
  for (const check of chosen) {
    const result = await carryOut(check);
    passed += result.passed;
    failures.push(...result.failures.map((failure) => `${check.name}: ${failure}`));
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

try {
  await ensureInstalled();
  await reexecOnNode24(import.meta.url);
  await main();
} catch (error) {
  console.error(reason(error));
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
