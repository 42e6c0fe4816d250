import { existsSync } from 'node:fs';
import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import type { EvaluatedTree, LaidOutTree } from '../evaluationInput';
import type { ToolRun } from '../evaluator';
import type { TestPlan } from './detectTests';
import { parseJestReport, parseMochaReport } from './jsonReports';
import { parseJUnit } from './junitReport';
import { packageProgram } from './nodePackage';
import type { TestFramework } from './testOptions';
import type { FindInTree, ParsedReport } from './testReport';
import { parseCargoText, parseGoEvents } from './textReports';

export interface FrameworkRun {
  readonly plan: TestPlan;
  readonly tree: EvaluatedTree;
  readonly laidOut: LaidOutTree;
  /** Arguments of the evaluator's options. */
  readonly args: readonly string[];
  /** Where the report is to be written, outside of the tree; nobody knows the name beforehand. */
  readonly reportFile: string;
  /** Where coverage is to be written, when it is measured. */
  readonly coverageFolder?: string;
}

export interface FrameworkCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** A tool that runs tests and tells of each. */
export interface Framework {
  /** @throws OrchestratorError `tool-missing` */
  command(run: FrameworkRun): Promise<FrameworkCommand>;
  /** `report` is the file's text, undefined when it was not written. Undefined: there is no report. */
  read(report: string | undefined, output: ToolRun, run: FrameworkRun, find: FindInTree): Promise<ParsedReport | undefined>;
  /** What the output of a run without report says when it is not installed. */
  readonly missing?: RegExp;
  /** Exit code of a run that found no tests. */
  readonly noTests?: (output: ToolRun) => boolean;
  /** The code itself cannot be built: it failed, whoever wrote no report. */
  readonly brokenBuild?: RegExp;
}

const jsonFramework = (name: string, read: (json: string, find: FindInTree) => ParsedReport, argsOf: (run: FrameworkRun) => readonly string[], noTests: RegExp): Framework => ({
  command: async (run) => ({ argv: ['node', await packageProgram(run.laidOut, name), ...argsOf(run), ...run.plan.args, ...run.args], env: run.plan.env }),
  read: (report, _output, _run, find) => Promise.resolve(report === undefined ? undefined : read(report, find)),
  noTests: ({ stdout, stderr }) => noTests.test(stdout) || noTests.test(stderr),
});

const vitest = jsonFramework(
  'vitest',
  parseJestReport,
  ({ reportFile, coverageFolder }) => [
    'run', '--reporter=json', `--outputFile=${reportFile}`, '--includeTaskLocation',
    ...(coverageFolder === undefined ? [] : ['--coverage.enabled', '--coverage.reporter=json', '--coverage.reportOnFailure', `--coverage.reportsDirectory=${coverageFolder}`]),
  ],
  /No test files found/,
);

const jest = jsonFramework(
  'jest',
  parseJestReport,
  ({ reportFile, coverageFolder }) => [
    '--json', `--outputFile=${reportFile}`, '--ci', '--testLocationInResults', '--watchman=false',
    ...(coverageFolder === undefined ? [] : ['--coverage', '--coverageReporters=json', `--coverageDirectory=${coverageFolder}`]),
  ],
  /No tests found/,
);

const plainMocha = jsonFramework('mocha', parseMochaReport, ({ reportFile }) => ['--reporter', 'json', '--reporter-option', `output=${reportFile}`], /No test files? found/);

/** mocha measures nothing itself: c8 or nyc does, whichever the project has. */
const mocha: Framework = {
  ...plainMocha,
  command: async (run) => {
    const { argv: [node, ...args], env } = await plainMocha.command(run);
    if (run.coverageFolder === undefined) return { argv: [node, ...args], ...(env && { env }) };
    const [c8, nyc] = await Promise.all(['c8', 'nyc'].map((name) => packageProgram(run.laidOut, name).catch(() => undefined)));
    const measuring = c8 !== undefined ? [c8, `--reports-dir=${run.coverageFolder}`] : nyc !== undefined ? [nyc, `--report-dir=${run.coverageFolder}`] : undefined;
    if (!measuring) throw new OrchestratorError('tool-missing', 'mocha measures no coverage by itself, and neither c8 nor nyc is installed.', 'Install c8 as a development dependency.');
    return { argv: ['node', ...measuring, '--reporter=json', node, ...args], ...(env && { env }) };
  },
};

const node: Framework = {
  command: ({ plan, args, reportFile, coverageFolder }) => {
    const coverage = coverageFolder === undefined ? [] : ['--experimental-test-coverage', '--test-reporter=lcov', `--test-reporter-destination=${path.join(coverageFolder, 'lcov.info')}`];
    return Promise.resolve({ argv: ['node', ...plan.nodeArgs, '--test', '--test-reporter=junit', `--test-reporter-destination=${reportFile}`, ...coverage, ...plan.args, ...args], env: plan.env });
  },
  read: (report, _output, _run, find) => Promise.resolve(report === undefined ? undefined : parseJUnit(report, 'node', find)),
};

const pytest: Framework = {
  command: ({ plan, args, laidOut, reportFile, coverageFolder }) => {
    const coverage = coverageFolder === undefined ? [] : ['--cov', '--cov-branch', `--cov-report=xml:${path.join(coverageFolder, 'coverage.xml')}`];
    return Promise.resolve({ argv: [python(laidOut), '-m', 'pytest', '-p', 'no:cacheprovider', '-o', 'junit_family=xunit1', `--junitxml=${reportFile}`, ...coverage, ...plan.args, ...args], env: { ...plan.env, PYTHONDONTWRITEBYTECODE: '1' } });
  },
  read: (report, _output, _run, find) => Promise.resolve(report === undefined ? undefined : parseJUnit(report, 'pytest', find)),
  missing: /No module named ['"]?(pytest|pytest_cov)|unrecognized arguments: .*--cov/,
  noTests: ({ exitCode }) => exitCode === 5,
};

/** The project's own Python where it has one. */
function python({ directory }: LaidOutTree): string {
  const places = process.platform === 'win32' ? ['.venv/Scripts/python.exe', 'venv/Scripts/python.exe'] : ['.venv/bin/python', 'venv/bin/python'];
  return places.map((place) => path.join(directory, place)).find((place) => existsSync(place)) ?? (process.platform === 'win32' ? 'python' : 'python3');
}

const go: Framework = {
  command: ({ plan, args, coverageFolder }) => Promise.resolve({ argv: ['go', 'test', '-json', ...(coverageFolder === undefined ? [] : [`-coverprofile=${path.join(coverageFolder, 'cover.out')}`]), ...plan.args, ...args, './...'], env: plan.env }),
  read: async (_report, { stdout }, { tree }, find) => {
    const module = /^module\s+(\S+)/m.exec((await tree.read('go.mod'))?.toString('utf8') ?? '')?.[1] ?? '';
    return parseGoEvents(stdout, module, find);
  },
};

const cargo: Framework = {
  // A stack would be longer than what failed, and its frames are not where the assertion is.
  command: ({ plan, args }) => Promise.resolve({ argv: ['cargo', 'test', '--no-fail-fast', '--color=never', ...plan.args, ...args], env: { ...plan.env, RUST_BACKTRACE: '0' } }),
  read: (_report, { stdout, stderr }, _run, find) => Promise.resolve(/^running \d+ tests?$/m.test(stdout) ? parseCargoText(stdout, stderr, find) : undefined),
  brokenBuild: /^error: could not compile `/m,
};

/** Those that tell of single tests by themselves. */
const frameworks: Readonly<Partial<Record<TestFramework, Framework>>> = { vitest, jest, node, mocha, pytest, go, cargo };

export function frameworkOf(name: TestFramework): Framework {
  const framework = frameworks[name];
  if (!framework) throw new OrchestratorError('invalid-argument', `The framework "${name}" needs a command.`, 'Give the command in the options of the evaluator.');
  return framework;
}
