import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { EvaluatedTree, LaidOutTree } from '../evaluationInput';
import type { EvaluatorContext } from '../evaluator';
import { parseCoverage, type CoverageReport } from './coverageReports';
import type { TestPlan } from './detectTests';
import { finder, noFile, reportPlace, runTests, textOf, type TestRun } from './runTests';
import type { SharedRuns } from './testRuns';

/** A run of the tests, and what it measured when it was asked to. */
export interface MeasuredRun {
  readonly run: TestRun;
  /** Undefined when nothing was to be measured, or no report was written. */
  readonly coverage?: CoverageReport;
}

export type MeasuredRuns = SharedRuns<MeasuredRun>;

export interface MeasuredRequest {
  readonly tree: EvaluatedTree;
  readonly laidOut: LaidOutTree;
  readonly plan: TestPlan;
  readonly args: readonly string[];
  readonly command?: readonly string[];
  readonly junit?: string;
  /** `folder`: by the framework, into a folder of its own · a file of the tree that the command writes · undefined: not at all. */
  readonly measure?: { readonly kind: 'folder' } | { readonly kind: 'file'; readonly file: string };
}

/** Names under which frameworks write what they measured. */
const reportNames = ['coverage-final.json', 'lcov.info', 'coverage.xml', 'cobertura-coverage.xml'];

/** @throws OrchestratorError `stopped` */
export async function measuredRun({ measure, ...request }: MeasuredRequest, { runTool }: Pick<EvaluatorContext, 'runTool'>): Promise<MeasuredRun> {
  if (measure === undefined) return { run: await runTests({ ...request, runTool }) };
  if (measure.kind === 'file') {
    const place = await reportPlace(request.laidOut, measure.file);
    await rm(place, { force: true, recursive: true });
    const run = await runTests({ ...request, runTool });
    return { run, ...(await reportIn([place], request)) };
  }
  const folder = await makeThrowAwayFolder();
  try {
    const run = await runTests({ ...request, runTool, coverageFolder: folder });
    return { run, ...(await reportIn(reportNames.map((name) => path.join(folder, name)), request)) };
  } finally {
    await removeFolder(folder);
  }
}

async function reportIn(places: readonly string[], request: Pick<MeasuredRequest, 'tree' | 'laidOut'>): Promise<{ readonly coverage?: CoverageReport }> {
  for (const place of places) {
    const text = await textOf(place).catch(noFile);
    if (text !== undefined) return { coverage: parseCoverage(text, await finder(request)) };
  }
  return {};
}
