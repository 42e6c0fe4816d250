import { present } from '../../base/jsonShape';
import type { FoundIssue } from '../../model/evalResult';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome, FileCoverage } from '../evaluator';
import { coverageFigures, uncoveredChanges, type CoverageFigures } from '../tests/coverageFigures';
import { outcomeWithoutRun, planOf, testsEvaluator } from '../tests/evaluatedTests';
import { measuredRun, type MeasuredRequest, type MeasuredRun, type MeasuredRuns } from '../tests/measuredRun';
import { CoverageOptionsSchema, type CoverageOptions } from '../tests/testOptions';
import { unscored } from '../withoutScore';

const thresholds = [['lines', 'minLines'], ['branches', 'minBranches'], ['functions', 'minFunctions'], ['changedLines', 'minChangedLines']] as const;
const names: Readonly<Record<(typeof thresholds)[number][0], string>> = { lines: 'lines', branches: 'branches', functions: 'functions', changedLines: 'changed lines' };

/**
 * Measures which lines the project's tests run. Score: percent of lines. Metrics: `lines`, `branches`, `functions` and `changedLines` in
 * percent, `changedCoverable` and `changedCovered` in lines.
 */
export function createCoverageEvaluator({ runs }: { readonly runs: MeasuredRuns }): Evaluator {
  return testsEvaluator(CoverageOptionsSchema, async (context, options) => {
    const measured = await measure(context, options, runs);
    return measured ? judge(context, options, measured) : unscored('No tests were found whose coverage could be measured.');
  });
}

async function measure(context: EvaluatorContext, options: CoverageOptions, runs: MeasuredRuns): Promise<MeasuredRun | undefined> {
  const { tree, signal } = context;
  const plan = await planOf(context, options);
  if (!plan || plan.framework === 'script' || plan.framework === 'go' || plan.framework === 'cargo') return undefined;
  const laidOut = await tree.layOut();
  const request: Omit<MeasuredRequest, 'tree' | 'laidOut'> = {
    plan,
    args: options.args ?? [],
    ...present({ command: options.command }),
    measure: options.report === undefined ? { kind: 'folder' } : { kind: 'file', file: options.report },
  };
  const start = (): Promise<MeasuredRun> => measuredRun({ ...request, tree, laidOut }, context);
  return options.shared === true ? runs.take(laidOut, JSON.stringify(request), 'coverage', signal, start) : start();
}

function judge(context: EvaluatorContext, options: CoverageOptions, { run, coverage }: MeasuredRun): EvaluatorOutcome {
  const { isolation } = run;
  const errored = (error: string): EvaluatorOutcome => ({ verdict: 'errored', score: null, issues: [], error, isolation, details: run.output });
  const without = outcomeWithoutRun(run, options.missing);
  if (without) return without;
  if (!coverage) return errored('The tests ran, and no coverage was reported.');
  if ('problem' in coverage) return errored(coverage.problem);
  const files = coverage.files.filter(({ file }) => context.selected(file));
  const changes = context.isBase ? [] : context.input.changes;
  const figures = coverageFigures(files, changes);
  if (figures.lines === undefined) return { verdict: 'unscored', score: null, issues: [], error: 'The report covers no line of the tree.', isolation, details: run.output };
  const below = belowThresholds(figures, options);
  return {
    verdict: below.length === 0 ? 'passed' : 'failed',
    score: figures.lines,
    issues: [...below, ...uncoveredChanges(files, changes)],
    details: thresholds.flatMap(([name]) => (figures[name] === undefined ? [] : [`${figures[name]} % of ${names[name]}`])).join('\n'),
    isolation,
    metrics: { ...figures },
    coverage: files satisfies readonly FileCoverage[],
  };
}

function belowThresholds(figures: CoverageFigures, options: CoverageOptions): FoundIssue[] {
  return thresholds.flatMap(([name, option]): FoundIssue[] => {
    const [value, least] = [figures[name], options[option]];
    return value === undefined || least === undefined || value >= least ? [] : [{ ruleId: 'coverage-below', message: `Tests run ${value} % of ${names[name]}; ${least} % are asked for.`, severity: 'error' }];
  });
}
