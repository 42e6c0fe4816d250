import { asList, asNumber, asObject, asObjects, asText, parseObject, present, type JsonObject } from '../../base/jsonShape';
import { placeOf } from './failureText';
import { maxTests, type FindInTree, type ParsedReport, type TestCase, type TestPlace } from './testReport';

const statuses: Readonly<Record<string, TestCase['status']>> = { passed: 'passed', failed: 'failed', pending: 'skipped', skipped: 'skipped', todo: 'skipped', disabled: 'skipped', focused: 'skipped' };

/** Reads what `--json` of jest and `--reporter=json` of vitest write, which is the same format: https://jestjs.io/docs/cli#--json. */
export function parseJestReport(json: string, find: FindInTree): ParsedReport {
  const report = parseObject(json);
  const files = report && Array.isArray(report['testResults']) ? asObjects(report['testResults']) : undefined;
  if (!report || !files) return { problem: 'The report is no JSON of vitest or jest.' };
  const tests: TestCase[] = [];
  for (const result of files) {
    const file = find(asText(result['name']) ?? '');
    const cases = asObjects(result['assertionResults']).map((assertion) => jestCase(assertion, file, find));
    if (cases.includes(undefined)) return { problem: 'The report has a test of unknown status.' };
    const known = cases.filter((test) => test !== undefined);
    tests.push(...known);
    // A file that cannot be loaded, or whose hooks throw, has no test that failed.
    if (result['status'] === 'failed' && !known.some(({ status }) => status === 'failed')) tests.push(failedFile(asText(result['message']) ?? '', file, find));
    if (tests.length > maxTests) return { problem: `The report has more than ${maxTests} tests.` };
  }
  const failed = asNumber(report['numFailedTests']);
  const passed = asNumber(report['numPassedTests']);
  const counted = (status: TestCase['status']): number => tests.filter((test) => test.path.length > 0 && test.status === status).length;
  if (passed !== counted('passed') || failed !== counted('failed')) return { problem: `The report counts ${passed ?? 'no'} passed and ${failed ?? 'no'} failed tests, but names ${counted('passed')} and ${counted('failed')}.` };
  return { tests };
}

function jestCase(assertion: JsonObject, file: string | undefined, find: FindInTree): TestCase | undefined {
  const status = statuses[asText(assertion['status']) ?? ''];
  const title = asText(assertion['title']);
  if (status === undefined || title === undefined) return undefined;
  const message = status === 'failed' ? asList(assertion['failureMessages']).filter((text) => typeof text === 'string').join('\n') : undefined;
  const place = message === undefined ? undefined : placeOf(message, { find, testFile: file }) ?? placeOfTest(assertion, file);
  return { ...present({ file, message, place }), path: [...asList(assertion['ancestorTitles']).filter((name) => typeof name === 'string'), title], status };
}

function placeOfTest(assertion: JsonObject, file: string | undefined): TestPlace | undefined {
  const line = asNumber(asObject(assertion['location'])?.['line']);
  return file === undefined || line === undefined || line < 1 ? undefined : { file, line };
}

function failedFile(message: string, file: string | undefined, find: FindInTree): TestCase {
  return { ...present({ file, place: placeOf(message, { find, testFile: file }) }), path: [], status: 'failed', message };
}

/** Reads what mocha's reporter `json` writes: https://mochajs.org/#json. */
export function parseMochaReport(json: string, find: FindInTree): ParsedReport {
  const report = parseObject(json);
  const stats = asObject(report?.['stats']);
  if (!report || !stats) return { problem: 'The report is no JSON of mocha.' };
  const tests: TestCase[] = [];
  for (const [list, status] of [['passes', 'passed'], ['failures', 'failed'], ['pending', 'skipped']] as const) {
    const entries = asObjects(report[list]);
    if (asNumber(stats[list]) !== entries.length) return { problem: `The report counts ${String(asNumber(stats[list]))} tests under "${list}", but names ${entries.length}.` };
    tests.push(...entries.map((entry) => mochaCase(entry, status, find)));
  }
  return tests.length > maxTests ? { problem: `The report has more than ${maxTests} tests.` } : { tests };
}

function mochaCase(entry: JsonObject, status: TestCase['status'], find: FindInTree): TestCase {
  const title = asText(entry['title']) ?? '';
  const whole = asText(entry['fullTitle']) ?? title;
  const container = whole.endsWith(title) ? whole.slice(0, whole.length - title.length).trim() : '';
  const file = find(asText(entry['file']) ?? '');
  const failure = asObject(entry['err']);
  const message = status === 'failed' ? (asText(failure?.['stack']) ?? asText(failure?.['message']) ?? '') : undefined;
  return { ...present({ file, message, place: message === undefined ? undefined : placeOf(message, { find, testFile: file }) }), path: container === '' ? [title] : [container, title], status };
}
