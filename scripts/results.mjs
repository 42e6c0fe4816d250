// What the suites report, in one form.
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {readonly string[]} failures the names of what failed, was skipped, or never ran
 */

/** @param {string} file @returns {any} undefined when there is no readable report */
function readJson(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A report of Vitest's `json` reporter. @param {string} file @returns {Result | undefined} */
export function readVitestReport(file) {
  /** @type {{ testResults: readonly { name: string, status: string, message?: string, assertionResults: readonly { fullName: string, status: string }[] }[] } | undefined} */
  const report = readJson(file);
  if (!report) return undefined;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failures = tests.filter(({ status }) => status !== 'passed').map(({ fullName, status }) => (status === 'failed' ? fullName : `${fullName} (${status === 'todo' ? 'to do' : 'skipped'})`));
  // A file that could not be loaded has no tests to fail.
  const broken = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status === 'passed')).map(({ name }) => `${name} (could not run)`);
  return { passed: tests.length - failures.length, failures: [...failures, ...broken] };
}

/** A report of Mocha's `json` reporter. @param {string} file @returns {Result | undefined} */
export function readMochaReport(file) {
  /** @type {{ passes: readonly { fullTitle: string }[], failures: readonly { fullTitle: string }[], pending: readonly { fullTitle: string }[] } | undefined} */
  const report = readJson(file);
  if (!report) return undefined;
  return { passed: report.passes.length, failures: [...report.failures.map(({ fullTitle }) => fullTitle), ...report.pending.map(({ fullTitle }) => `${fullTitle} (skipped)`)] };
}

/**
 * Holds a suite's report against how its process ended: no report, no test, or a bad end without a failed test is a failure itself.
 * @param {Result | undefined} report
 * @param {{ readonly code: number | null, readonly timedOut: boolean }} end
 * @returns {Result}
 */
export function judge(report, { code, timedOut }) {
  const { passed, failures } = report ?? { passed: 0, failures: [] };
  if (timedOut) return { passed, failures: [...failures, 'took longer than its time limit and was ended'] };
  if (!report) return { passed, failures: [`gave no result (exit code ${code})`] };
  if (passed + failures.length === 0) return { passed, failures: ['ran no test'] };
  if (code !== 0 && failures.length === 0) return { passed, failures: [`ended with exit code ${code} although no test failed`] };
  return { passed, failures };
}
