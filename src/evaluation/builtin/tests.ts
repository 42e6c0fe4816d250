import { formatCount } from '../../base/format';
import { present } from '../../base/jsonShape';
import type { FoundIssue } from '../../model/evalResult';
import type { EvaluatedTree } from '../evaluationInput';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { withBaseTests } from '../tests/baseTests';
import { compareTests, isNamed, type TestComparison } from '../tests/compareTests';
import type { TestPlan } from '../tests/detectTests';
import { outcomeWithoutRun, planOf, testsEvaluator } from '../tests/evaluatedTests';
import { firstLines } from '../tests/failureText';
import { measuredRun, type MeasuredRuns } from '../tests/measuredRun';
import type { TestRun } from '../tests/runTests';
import { TestsOptionsSchema, type TestsOptions } from '../tests/testOptions';
import { recordOf, testId, testName, type TestCase } from '../tests/testReport';
import { unscored } from '../withoutScore';

/** What stands for the run as a whole where it failed and no test did, and for a script that tells of no tests. */
const wholeRun: readonly string[] = ['all tests together'];

/**
 * Runs the project's tests. Score: passed / (passed + failed) × 100, where a test that passed at the base and is gone counts as failed.
 * Metrics, in tests: `passed`, `failed`, `skipped`, `lost`, `renamed`, `newlyPassed`, `failedBefore`.
 */
export function createTestsEvaluator({ runs }: { readonly runs: MeasuredRuns }): Evaluator {
  return testsEvaluator(TestsOptionsSchema, async (context, options) => {
    const plan = await planOf(context, options);
    if (!plan) return unscored('No tests were found.');
    const run = await runOnce(context, options, plan, runs);
    return outcomeWithoutRun(run, options.missing) ?? (await judge(context, options, plan, run));
  });
}

async function runOnce(context: EvaluatorContext, options: TestsOptions, plan: TestPlan, runs: MeasuredRuns): Promise<TestRun> {
  const { tree, input } = context;
  const laidOut = await tree.layOut();
  const request = { plan, args: options.args ?? [], ...present({ command: options.command, junit: options.junit, measure: options.coverage === true && !context.isBase ? { kind: 'folder' as const } : undefined }) };
  if (options.baseTests !== true || context.isBase) return (await runs.take(laidOut, JSON.stringify(request), 'tests', context.signal, () => measuredRun({ ...request, tree, laidOut }, context))).run;
  const copy = await withBaseTests(laidOut, input.base, options.testFiles);
  try {
    return (await measuredRun({ ...request, tree: both(tree, input.base), laidOut: copy.laidOut }, context)).run;
  } finally {
    await copy.remove();
  }
}

/** The files of both sides, as they lie in the copy. */
function both(head: EvaluatedTree, base: EvaluatedTree): EvaluatedTree {
  return { treeHash: head.treeHash, read: (file) => head.read(file), size: (file) => head.size(file), layOut: () => head.layOut(), installed: () => head.installed(), list: async () => [...new Set([...(await head.list()), ...(await base.list())])].sort() };
}

async function judge(context: EvaluatorContext, options: TestsOptions, plan: TestPlan, run: TestRun): Promise<EvaluatorOutcome> {
  const told = (run.tests ?? [{ path: wholeRun, status: run.exitCode === 0 ? 'passed' : 'failed', message: run.output }] satisfies TestCase[]).filter(({ file }) => file === undefined || context.selected(file));
  const tests: readonly TestCase[] = run.failure === undefined ? told : [...told, { path: wholeRun, status: 'failed', message: run.failure }];
  const base = options.compare === false || context.isBase ? undefined : await context.atBase();
  const comparison = base?.tests && (await compareTests({ tree: context.input.base, tests: base.tests }, { tree: context.tree, tests }));
  const lost = options.removed === 'ignore' ? [] : (comparison?.lost ?? []);
  if (tests.length === 0 && lost.length === 0 && options.failToPass === undefined) return { verdict: 'unscored', score: null, issues: [], error: 'There are no tests to run.', isolation: run.isolation, tests: [] };

  const failed = tests.filter(({ status }) => status === 'failed').toSorted(byPlace);
  const blocking = options.onlyNew === true ? failed.filter((test) => comparison?.failedBefore.has(testId(test)) !== true) : failed;
  const demanded = demandedTests(options.failToPass ?? [], tests);
  const counted = { passed: tests.filter(({ status }) => status === 'passed').length, failed: failed.length + (options.removed === 'warning' ? 0 : lost.length) + demanded.missing };
  const isPassed = blocking.length === 0 && demanded.issues.length === 0 && (lost.length === 0 || options.removed === 'warning');
  const files = new Set(await context.tree.list());
  return {
    verdict: isPassed ? 'passed' : 'failed',
    score: counted.passed + counted.failed === 0 ? 100 : (100 * counted.passed) / (counted.passed + counted.failed),
    issues: [...failed.map(failureIssue), ...demanded.issues, ...lost.map(({ file, ...test }) => lostIssue({ ...test, ...(file !== undefined && files.has(file) && { file }) }, options.removed === 'warning'))],
    details: detailsOf({ plan, run, tests: told, comparison, compared: options.compare !== false && !context.isBase, known: failed.length - blocking.length }),
    isolation: run.isolation,
    metrics: {
      ...counts(told),
      ...(comparison && { lost: comparison.lost.length, renamed: comparison.renamed, newlyPassed: comparison.newlyPassed, failedBefore: comparison.failedBefore.size }),
    },
    tests: tests.map(recordOf),
  };
}

/** Tools run files in any order. */
function byPlace(a: TestCase, b: TestCase): number {
  const key = ({ file, place }: TestCase): string => `${place?.file ?? file ?? ''}\0${String(place?.line ?? 0).padStart(9, '0')}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

function counts(tests: readonly TestCase[]): Record<'passed' | 'failed' | 'skipped', number> {
  const count = (status: TestCase['status']): number => tests.filter((test) => test.status === status).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function failureIssue(test: TestCase): FoundIssue {
  const text = firstLines(test.message ?? '');
  const { place } = test;
  return {
    ruleId: 'test-failed',
    message: text === '' ? `${testName(test)} failed.` : `${testName(test)}: ${text}`,
    severity: 'error',
    ...present({ file: place?.file ?? test.file, range: place && { startLine: place.line, startColumn: place.column ?? 1 } }),
  };
}

function lostIssue(test: Pick<TestCase, 'file' | 'path' | 'status'>, isWarning: boolean): FoundIssue {
  return { ruleId: 'test-lost', message: `${testName(test)} passed at the base, and is gone or skipped.`, severity: isWarning ? 'warning' : 'error', ...present({ file: test.file }) };
}

/** Tests that must be there and pass, whatever they did at the base. */
function demandedTests(names: readonly string[], tests: readonly TestCase[]): { readonly issues: readonly FoundIssue[]; readonly missing: number } {
  const wanted = names.map((name) => ({ name, found: tests.filter((test) => isNamed(test, name)) }));
  const open = wanted.filter(({ found }) => found.length === 0 || found.some(({ status }) => status !== 'passed'));
  return {
    missing: open.filter(({ found }) => !found.some(({ status }) => status === 'failed')).length,
    issues: open.map(({ name, found }) => ({ ruleId: 'test-demanded', message: found.length === 0 ? `"${name}" must pass, and is not there.` : `"${name}" must pass, and does not.`, severity: 'error', ...present({ file: found[0]?.file }) })),
  };
}

function detailsOf({ plan, run, tests, comparison, compared, known }: { readonly plan: TestPlan; readonly run: TestRun; readonly tests: readonly TestCase[]; readonly comparison: TestComparison | undefined; readonly compared: boolean; readonly known: number }): string {
  const { passed, failed, skipped } = counts(tests);
  const lines = [
    run.tests ? `${plan.framework}: ${formatCount(passed)} passed, ${formatCount(failed)} failed, ${formatCount(skipped)} skipped` : 'Single tests are unknown: only the exit code of the command counts.',
    run.failure,
    comparison && comparison.lost.length > 0 ? `${formatCount(comparison.lost.length)} that passed at the base are gone or skipped` : undefined,
    known > 0 ? `${formatCount(known)} failed at the base already` : undefined,
    compared && !comparison ? 'The tests of the base could not be run, so nothing was compared.' : undefined,
    failed > 0 || run.failure !== undefined || !run.tests ? `\n${run.output}` : undefined,
  ];
  return lines.filter((line) => line !== undefined).join('\n').trim();
}
