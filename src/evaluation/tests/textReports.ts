import { parseObject, asText, present } from '../../base/jsonShape';
import { plainText, placeOf } from './failureText';
import { maxFailureText, maxTests, type FindInTree, type ParsedReport, type TestCase } from './testReport';

/** Reads the events of `go test -json`, one a line: https://pkg.go.dev/cmd/test2json. `modulePath` is the one of go.mod. */
export function parseGoEvents(stdout: string, modulePath: string, find: FindInTree): ParsedReport {
  const packages = new Map<string, { end?: string; output: string; readonly tests: Map<string, { end?: string; output: string }> }>();
  let builds = '';
  for (const line of stdout.split('\n')) {
    const event = line.startsWith('{') ? parseObject(line) : undefined;
    const action = asText(event?.['Action']);
    if (!event || action === undefined) continue;
    if (action === 'build-output') builds += asText(event['Output']) ?? '';
    const name = asText(event['Package']);
    if (name === undefined) continue;
    const found = packages.get(name) ?? { output: '', tests: new Map<string, { end?: string; output: string }>() };
    packages.set(name, found);
    const testName = asText(event['Test']);
    const target = testName === undefined ? found : (found.tests.get(testName) ?? { output: '' });
    if (testName !== undefined) found.tests.set(testName, target as { end?: string; output: string });
    if (action === 'output') target.output = `${target.output}${asText(event['Output']) ?? ''}`.slice(0, maxFailureText);
    else if (action === 'pass' || action === 'fail' || action === 'skip') target.end = action;
  }
  if (packages.size === 0) return { problem: 'go test wrote no events.' };
  const tests: TestCase[] = [];
  for (const [name, { end, output, tests: ofPackage }] of packages) {
    if (end === undefined) return { problem: `The tests of ${name} did not end.` };
    const folder = name === modulePath ? '' : name.startsWith(`${modulePath}/`) ? `${name.slice(modulePath.length + 1)}/` : '';
    const findHere: FindInTree = (file) => find(`${folder}${file}`) ?? find(file);
    for (const [test, result] of ofPackage) {
      const failed = result.end !== 'pass' && result.end !== 'skip';
      tests.push({ path: [name, ...test.split('/')], status: failed ? 'failed' : result.end === 'skip' ? 'skipped' : 'passed', ...(failed && failure(result.output, findHere)) });
    }
    if (end === 'fail' && !tests.some(({ path, status }) => path[0] === name && status === 'failed')) tests.push({ path: [name], status: 'failed', ...failure(`${builds}${output}`, findHere) });
    if (tests.length > maxTests) return { problem: `go test told of more than ${maxTests} tests.` };
  }
  return { tests };
}

function failure(output: string, find: FindInTree): Pick<TestCase, 'message' | 'place'> {
  const message = output.split('\n').filter((line) => !/^\s*(===|---) /.test(line)).join('\n').trim();
  return { message, ...present({ place: placeOf(message, { find }) }) };
}

const cargoLine = /^test (.+?)(?: - (?:should panic|compile|compile fail))? \.\.\. (ok|FAILED|ignored)(?:,.*)?$/;
const cargoSummary = /^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored;/;

/** Reads the text of `cargo test`: one block for each program with tests, which says how many it runs, how each ended, and sums up. */
export function parseCargoText(stdout: string, stderr: string, find: FindInTree): ParsedReport {
  const programs = [...plainLines(stderr)].flatMap((line) => {
    const named = /^\s+(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+)$)/.exec(line);
    return named ? [named[1] ?? `${named[2] ?? ''} (documentation)`] : [];
  });
  const tests: TestCase[] = [];
  let block: { readonly announced: number; readonly program: string; readonly tests: TestCase[]; readonly failures: Map<string, string> } | undefined;
  let blocks = 0;
  let failing: string | undefined;
  for (const line of plainLines(stdout)) {
    const announced = /^running (\d+) tests?$/.exec(line);
    if (!block && announced) block = { announced: Number(announced[1]), program: programs[blocks++] ?? '', tests: [], failures: new Map() };
    if (!block || announced) continue;
    const head = /^---- (.+) stdout ----$/.exec(line);
    const summary = cargoSummary.exec(line);
    if (summary) {
      const problem = disagreement(block, summary);
      if (problem) return { problem };
      const { failures } = block;
      tests.push(...block.tests.map((test) => (test.status === 'failed' ? { ...test, ...failure(failures.get(cargoName(test)) ?? '', find) } : test)));
      [block, failing] = [undefined, undefined];
    } else if (head) failing = withoutLine(head[1] ?? '');
    else if (line === 'failures:') failing = undefined;
    else if (failing !== undefined) block.failures.set(failing, `${block.failures.get(failing) ?? ''}${line}\n`.slice(0, maxFailureText));
    else {
      const [, name, result] = cargoLine.exec(line) ?? [];
      if (name !== undefined) block.tests.push({ ...present({ file: find(block.program) }), path: [block.program, ...withoutLine(name).split('::')], status: result === 'ok' ? 'passed' : result === 'ignored' ? 'skipped' : 'failed' });
    }
    if (block && block.tests.length > maxTests) return { problem: `cargo test told of more than ${maxTests} tests.` };
  }
  if (block) return { problem: `The tests of ${block.program} did not end.` };
  return blocks === 0 ? { problem: 'cargo test ran no program with tests.' } : { tests };
}

/** What a test itself prints may look like a result: then the counts do not fit. */
function disagreement(block: { readonly announced: number; readonly program: string; readonly tests: readonly TestCase[] }, summary: RegExpExecArray): string | undefined {
  const named = (['passed', 'failed', 'skipped'] as const).map((status) => block.tests.filter((test) => test.status === status).length);
  const told = summary.slice(1, 4).map(Number);
  if (block.tests.length === block.announced && named.every((count, at) => count === told[at])) return undefined;
  return `${block.program} announced ${block.announced} tests and counted ${told.join(' passed, ')} failed or ignored, but its output names ${block.tests.length}.`;
}

/** Tests in documentation are named by their line, which moves. */
function withoutLine(name: string): string {
  return name.replace(/ \(line \d+\)$/, '');
}

function cargoName({ path }: TestCase): string {
  return path.slice(1).join('::');
}

function plainLines(text: string): string[] {
  return text.split('\n').map((line) => plainText(line).trimEnd());
}
