import { lstat, readFile, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { isOrchestratorError, OrchestratorError, systemCode } from '../../base/errors';
import { formatCount } from '../../base/format';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { Isolation } from '../../model/evalResult';
import type { EvaluatedTree, LaidOutTree } from '../evaluationInput';
import type { RunTool, ToolRun } from '../evaluator';
import type { TestPlan } from './detectTests';
import { findInTree } from './failureText';
import { frameworkOf, type Framework } from './frameworks';
import { parseJUnit } from './junitReport';
import type { FindInTree, ParsedReport, TestCase } from './testReport';

export interface TestRunRequest {
  readonly tree: EvaluatedTree;
  /** Where it is laid out. */
  readonly laidOut: LaidOutTree;
  readonly plan: TestPlan;
  readonly runTool: RunTool;
  /** Besides what the project's script gives. */
  readonly args: readonly string[];
  /** Program and arguments, when the framework is `command`. */
  readonly command?: readonly string[];
  /** JUnit file or folder that the command writes, relative to the tree. */
  readonly junit?: string;
  /** Gets what the tool measures, if asked for. */
  readonly coverageFolder?: string;
}

/** What a run of a project's tests came to. */
export interface TestRun {
  /** Undefined when only the exit code is known. */
  readonly tests?: readonly TestCase[];
  readonly exitCode: number | null;
  /** Why nothing can be said of the tests. */
  readonly problem?: string;
  /** Why it failed although no test did. */
  readonly failure?: string;
  /** The tool is not there: what to install. */
  readonly missing?: string;
  /** The end of what was printed. */
  readonly output: string;
  readonly isolation: Isolation;
}

const outputTail = 4000;
const maxReportBytes = 256 * 1024 * 1024;

/** Runs the tests of a laid-out tree once. Report, exit code and counts must agree, or it is no pass. @throws OrchestratorError `stopped` */
export async function runTests(request: TestRunRequest): Promise<TestRun> {
  const folder = await makeThrowAwayFolder();
  try {
    return await runWithReport(request, folder);
  } catch (error) {
    if (!isOrchestratorError(error) || error.code !== 'tool-missing') throw error;
    return { exitCode: null, missing: `${error.message} ${error.advice}`.trim(), output: '', isolation: 'none' };
  } finally {
    await removeFolder(folder);
  }
}

async function runWithReport(request: TestRunRequest, folder: string): Promise<TestRun> {
  const { plan, laidOut: tree, runTool } = request;
  for (const argv of plan.before) {
    const run = await runTool({ argv: checked(argv), tree, env: plan.env });
    if (run.exitCode !== 0) return { ...ended(run), problem: `"${argv.join(' ')}", which comes before the tests, ${howItEnded(run)}.` };
  }
  if (plan.framework === 'command' || plan.framework === 'script') return runCommand(request);
  const framework = frameworkOf(plan.framework);
  const details = { ...request, reportFile: path.join(folder, 'report') };
  const { argv, env } = await framework.command(details);
  const writable = [folder, ...(request.coverageFolder === undefined ? [] : [request.coverageFolder])];
  const run = await runTool({ argv, tree, writable, ...(env && { env }) });
  const cut = cutShort(run);
  if (cut !== undefined) return { ...ended(run), problem: cut };
  const report = await framework.read(await textOf(details.reportFile), run, details, await finder(request));
  return { ...ended(run), ...judged(report, run, framework) };
}

/** A command of the user's: what it writes to the JUnit file counts, or else its exit code alone. */
async function runCommand({ plan, command = ['npm', 'test'], junit, laidOut: tree, runTool, args, ...request }: TestRunRequest): Promise<TestRun> {
  const argv = plan.framework === 'script' ? ['npm', 'test'] : command;
  const place = junit === undefined ? undefined : await reportPlace(tree, junit);
  if (place !== undefined) await removeReports(place);
  const run = await runTool({ argv: checked([...argv, ...args]), tree, env: plan.env });
  const cut = cutShort(run);
  if (cut !== undefined) return { ...ended(run), problem: cut };
  if (place === undefined) return ended(run);
  const find = await finder({ ...request, laidOut: tree });
  const reports = (await reportTexts(place)).map((text) => parseJUnit(text, 'any', find));
  return { ...ended(run), ...judged(reports.length === 0 ? undefined : merged(reports), run, {}) };
}

function merged(reports: readonly ParsedReport[]): ParsedReport {
  const tests: TestCase[] = [];
  let declaredFailures = 0;
  for (const report of reports) {
    if ('problem' in report) return report;
    tests.push(...report.tests);
    declaredFailures += report.declaredFailures ?? 0;
  }
  return { tests, declaredFailures };
}

/** What a report is worth beside the exit code. */
function judged(report: ParsedReport | undefined, run: ToolRun, { missing, noTests, brokenBuild }: Pick<Framework, 'missing' | 'noTests' | 'brokenBuild'>): Pick<TestRun, 'tests' | 'problem' | 'failure' | 'missing'> {
  const output = `${run.stdout}\n${run.stderr}`;
  if (report && 'problem' in report) return { problem: report.problem };
  if (!report || (report.tests.length === 0 && run.exitCode !== 0)) {
    if (noTests?.(run)) return { tests: [] };
    const named = missing?.exec(output);
    if (named) return { missing: `${named[0]}: install it for the Python that runs the tests.` };
    if (brokenBuild?.test(output)) return { tests: [], failure: 'The code or its tests could not be compiled.' };
    if (!report) return { problem: `The tests ${howItEnded(run)} and wrote no report.` };
  }
  const { tests, declaredFailures = 0 } = report;
  const failed = tests.filter(({ status }) => status === 'failed').length;
  if (failed === 0 && declaredFailures > 0) return { tests, failure: `The report counts ${formatCount(declaredFailures)} failures that it does not name.` };
  if (failed === 0 && run.exitCode !== 0) return { tests, failure: `The tests ${howItEnded(run)}, although the report names none that failed.` };
  if (failed > 0 && run.exitCode === 0) return { tests, failure: `The report names ${formatCount(failed)} failed tests, although the exit code is 0.` };
  return { tests };
}

function ended(run: ToolRun): TestRun {
  return { exitCode: run.exitCode, output: `${run.stdout}\n${run.stderr}`.trim().slice(-outputTail), isolation: run.isolation };
}

function cutShort({ timedOut, truncated }: ToolRun): string | undefined {
  if (timedOut) return 'The tests did not end in time.';
  return truncated ? 'The tests printed too much and were ended.' : undefined;
}

export function howItEnded({ exitCode, signal }: Pick<ToolRun, 'exitCode' | 'signal'>): string {
  return exitCode === null ? `were ended by ${signal ?? 'a signal'}` : `ended with exit code ${exitCode}`;
}

function checked(argv: readonly string[]): [string, ...string[]] {
  const [program, ...args] = argv;
  if (program === undefined) throw new OrchestratorError('invalid-argument', 'The command is empty.', 'Give a program and its arguments.');
  return [program, ...args];
}

export async function finder({ tree, laidOut }: Pick<TestRunRequest, 'tree' | 'laidOut'>): Promise<FindInTree> {
  return findInTree(await tree.list(), [laidOut.directory, await realpath(laidOut.directory)]);
}

export async function reportPlace({ directory }: LaidOutTree, junit: string): Promise<string> {
  const place = path.resolve(directory, junit);
  const relative = path.relative(directory, place);
  if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) throw new OrchestratorError('invalid-argument', `The report is a place outside of the tree: ${junit}.`, 'Name a file or folder of the tree.');
  // A link on the way would lead to files that are not of the tree.
  const parent = await realpath(path.dirname(place)).catch(noFile);
  const root = await realpath(directory);
  if (parent !== undefined && parent !== root && !parent.startsWith(`${root}${path.sep}`)) throw new OrchestratorError('invalid-argument', `A link leads from ${junit} out of the tree.`, 'Remove the link.');
  return place;
}

/** Only what the run itself writes counts. */
async function removeReports(place: string): Promise<void> {
  for (const file of await reportFiles(place)) await rm(file, { force: true });
}

async function reportFiles(place: string): Promise<string[]> {
  const found = await lstat(place).catch(noFile);
  if (!found?.isDirectory()) return found ? [place] : [];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.xml')).map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

async function reportTexts(place: string): Promise<string[]> {
  const texts = await Promise.all((await reportFiles(place)).map(textOf));
  return texts.filter((text) => text !== undefined);
}

/** Undefined for what is missing or no plain file: a link could lead to a report that was there before. */
export async function textOf(file: string): Promise<string | undefined> {
  const found = await lstat(file).catch(noFile);
  return found?.isFile() && found.size <= maxReportBytes ? readFile(file, 'utf8') : undefined;
}

export function noFile(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
  return undefined;
}
