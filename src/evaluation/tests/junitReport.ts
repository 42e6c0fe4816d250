import { SaxesParser } from 'saxes';
import { errorMessage } from '../../base/errors';
import { present } from '../../base/jsonShape';
import { placeOf } from './failureText';
import { maxFailureText, maxTests, type FindInTree, type ParsedReport, type TestCase } from './testReport';

/**
 * Who wrote the file; the format is not the same everywhere. `node`: suites are nested, a failing test may be marked as skipped because it is
 * still to be done, totals stand in comments · `pytest`: the innermost place of a failure is the last one · `any`: as most tools have it.
 */
export type JUnitFlavour = 'node' | 'pytest' | 'any';

const maxDepth = 100;

interface OpenCase {
  readonly attributes: Readonly<Record<string, string>>;
  readonly suites: readonly string[];
  failure?: { readonly message: string; text: string };
  skipped: boolean;
}

/**
 * Reads a JUnit XML file strictly: what is no well-formed XML with `testsuite` or `testsuites` as its root is no report.
 * Format: https://github.com/testmoapp/junitxml, and what the tools write.
 */
export function parseJUnit(xml: string, flavour: JUnitFlavour, find: FindInTree): ParsedReport {
  const tests: TestCase[] = [];
  const parents: string[] = [];
  const suites: string[] = [];
  let declaredFailures = 0;
  let open: OpenCase | undefined;
  let text: string | undefined;
  const parser = new SaxesParser();
  parser.on('doctype', () => { throw new Error('it has a document type'); });
  parser.on('error', (error) => { throw error; });
  parser.on('opentag', ({ name, attributes }) => {
    if (parents.length === 0 && name !== 'testsuites' && name !== 'testsuite') throw new Error(`its root is <${name.slice(0, 50)}>`);
    if (parents.length > maxDepth) throw new Error('it is nested too deeply');
    parents.push(name);
    if (name === 'testsuite') {
      suites.push(attributes['name'] ?? '');
      if (suites.length === 1) declaredFailures += count(attributes['failures']) + count(attributes['errors']);
    } else if (name === 'testcase') {
      if (tests.length >= maxTests) throw new Error(`it has more than ${maxTests} tests`);
      open = { attributes, suites: [...suites], skipped: false };
    } else if (open && (name === 'failure' || name === 'error')) {
      open.failure ??= { message: attributes['message']?.trim() ?? '', text: '' };
      text = '';
    } else if (open && name === 'skipped') open.skipped = true;
  });
  const addText = (part: string): void => {
    if (text !== undefined && text.length < maxFailureText) text += part.slice(0, maxFailureText);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('comment', (comment) => {
    if (flavour === 'node') declaredFailures = Math.max(declaredFailures, count(/^ (?:fail|cancelled) (\d+) $/.exec(comment)?.[1]));
  });
  parser.on('closetag', ({ name }) => {
    parents.pop();
    if (name === 'testsuite') suites.pop();
    else if (name === 'testcase' && open) {
      tests.push(caseOf(open, flavour, find));
      open = undefined;
    } else if (text !== undefined && open && (name === 'failure' || name === 'error')) {
      if (open.failure) open.failure.text += text;
      text = undefined;
    }
  });
  try {
    parser.write(xml).close();
  } catch (error) {
    return { problem: `The report is no JUnit file: ${errorMessage(error).split('\n')[0] ?? ''}.` };
  }
  return { tests, declaredFailures };
}

function caseOf({ attributes, suites, failure, skipped }: OpenCase, flavour: JUnitFlavour, find: FindInTree): TestCase {
  const file = attributes['file'] === undefined ? undefined : find(attributes['file']);
  const failed = failure !== undefined && !(flavour === 'node' && skipped);
  const place = failed ? placeOf(`${failure.text}\n${failure.message}`, { find, testFile: file, innermost: flavour === 'pytest' ? 'last' : 'first' }) ?? placeByAttribute(attributes, file, flavour) : undefined;
  return {
    ...present({ file, place }),
    path: [...containers(attributes, suites, flavour), attributes['name'] ?? ''].filter((part) => part !== ''),
    status: failed ? 'failed' : skipped ? 'skipped' : 'passed',
    ...(failed && { message: failure.message === '' ? failure.text.trim() : failure.message }),
  };
}

function containers(attributes: Readonly<Record<string, string>>, suites: readonly string[], flavour: JUnitFlavour): readonly string[] {
  if (flavour === 'node') return suites;
  const className = attributes['classname'];
  if (className === undefined) return suites;
  const moduleName = attributes['file']?.replace(/\.py$/, '').replaceAll('/', '.');
  if (flavour !== 'pytest' || moduleName === undefined || !className.startsWith(moduleName)) return [className];
  return className.slice(moduleName.length).split('.');
}

/** pytest counts lines of this attribute from 0. */
function placeByAttribute(attributes: Readonly<Record<string, string>>, file: string | undefined, flavour: JUnitFlavour): TestCase['place'] {
  const line = Number(attributes['line']) + (flavour === 'pytest' ? 1 : 0);
  return file === undefined || !Number.isInteger(line) || line < 1 ? undefined : { file, line };
}

function count(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
