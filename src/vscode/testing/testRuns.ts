import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import type { EvalReport } from '../../model/evalReport';
import type { EvalResult } from '../../model/evalResult';
import type { EvaluatedPlace, EvalProgress } from '../evaluations/evaluatedPlace';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { TestCoverage } from './testCoverage';
import { tellOutcome } from './testOutcome';
import { planRuns, type PlannedRun } from './testPlan';
import { coverageTag, scriptTag, type TestTree } from './testTree';
import { reportOutput, terminalText } from './testWords';

export interface TestRunsOptions {
  readonly controller: vscode.TestController;
  readonly tree: TestTree;
  readonly places: EvaluatedPlaces;
  readonly coverage: TestCoverage;
  /** Looks up what is below an item, where that was not done yet. */
  readonly resolve: (item: vscode.TestItem) => Promise<void>;
}

const debugWords = 'Custom evaluators run in a sandbox that no debugger can enter. They are run anew here, and what they print with console.log is shown as they print it.';

/** Runs evaluators as the Test Explorer asks for it. Runs may overlap; within one, places are evaluated one after the other. */
export class TestRuns {
  /** Reports that a run of ours has shown. */
  readonly shown = new Set<string>();

  constructor(private readonly options: TestRunsOptions) {}

  /** Resolves with the reports when all has ended, however it did. */
  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken, kind = vscode.TestRunProfileKind.Run): Promise<readonly EvalReport[]> {
    const { controller, tree } = this.options;
    const run = controller.createTestRun(request);
    const aborting = new AbortController();
    const cancelled = [token, run.token].map((one) => one.onCancellationRequested(() => { aborting.abort(); }));
    const reports: EvalReport[] = [];
    try {
      const roots = request.include ?? [...controller.items].map(([, item]) => item);
      for (const root of roots) await this.resolveBelow(root, run);
      const planned = this.plan(roots, request.exclude ?? [], kind);
      if (planned.length === 0) run.appendOutput(terminalText(nothingToRun(kind)));
      if (kind === vscode.TestRunProfileKind.Debug && planned.length > 0) run.appendOutput(terminalText(debugWords));
      for (const part of planned) for (const name of part.evaluators) this.withItem(part, name, (item) => { run.enqueued(item); });
      for (const part of planned) {
        if (aborting.signal.aborted) break;
        const meaning = placeOf(tree, part);
        if (meaning) reports.push(...(await this.runPart(run, meaning, part, kind, aborting.signal)));
      }
    } finally {
      for (const listener of cancelled) listener.dispose();
      run.end();
    }
    return reports;
  }

  /** Shows results that were not made by a run of ours: of the command line, of a merge, of another window. */
  show(place: EvaluatedPlace, known: readonly { readonly report: EvalReport; readonly result: EvalResult }[]): void {
    const { controller, tree } = this.options;
    const foreign = known.filter(({ report }) => !this.shown.has(report.id));
    if (foreign.length === 0) return;
    const items = foreign.flatMap(({ report, result }) => {
      // What the definition does not have any more is gone from the tree.
      const item = tree.findEvaluator(place, report.suite, result.name);
      return item ? [{ item, result }] : [];
    });
    if (items.length === 0) return;
    const run = controller.createTestRun(new vscode.TestRunRequest(items.map(({ item }) => item)), 'Newest evaluation', false);
    for (const { item, result } of items) {
      tree.setResult(item, place, result);
      tellOutcome(run, item, place, result);
    }
    run.end();
    for (const { report } of foreign) this.shown.add(report.id);
  }

  private async resolveBelow(item: vscode.TestItem, run: vscode.TestRun): Promise<void> {
    if (this.options.tree.meaning(item)?.kind !== 'place' || item.children.size > 0) return;
    await this.options.resolve(item);
    if (item.error !== undefined) run.errored(item, new vscode.TestMessage(item.error));
  }

  private plan(roots: readonly vscode.TestItem[], excluded: readonly vscode.TestItem[], kind: vscode.TestRunProfileKind): readonly PlannedRun[] {
    const { tree, controller } = this.options;
    const idsOf = (items: readonly vscode.TestItem[]): Set<string> => new Set(items.flatMap((item) => tree.evaluators(item)).map(({ item }) => item.id));
    const [wanted, unwanted] = [idsOf(roots), idsOf(excluded)];
    const tag = kind === vscode.TestRunProfileKind.Debug ? scriptTag : kind === vscode.TestRunProfileKind.Coverage ? coverageTag : undefined;
    const listed = [...controller.items].flatMap(([, item]) => tree.evaluators(item));
    const items = new Map(listed.map((evaluator) => [`${evaluator.placeKey}/${evaluator.suite}/${evaluator.name}`, evaluator.item]));
    return planRuns(listed, ({ placeKey, suite, name }) => {
      const item = items.get(`${placeKey}/${suite}/${name}`);
      return item !== undefined && wanted.has(item.id) && !unwanted.has(item.id) && (tag === undefined || item.tags.some(({ id }) => id === tag.id));
    });
  }

  private async runPart(run: vscode.TestRun, place: EvaluatedPlace, part: PlannedRun, kind: vscode.TestRunProfileKind, signal: AbortSignal): Promise<EvalReport[]> {
    const { places } = this.options;
    const told = new Map<string, EvalResult['verdict']>();
    const printing = kind === vscode.TestRunProfileKind.Debug ? place.orchestrator.evaluations.onDidPrint(({ evaluator, line }) => { this.withItem(part, evaluator, (item) => { run.appendOutput(terminalText(line), undefined, item); }); }) : undefined;
    const tell = (result: EvalResult): void => {
      this.withItem(part, result.name, (item) => {
        this.options.tree.setResult(item, place, result);
        if (told.get(result.name) !== result.verdict) tellOutcome(run, item, place, result);
        told.set(result.name, result.verdict);
      });
    };
    const onProgress = (progress: EvalProgress): void => {
      if (progress.kind === 'started') this.withItem(part, progress.evaluator, (item) => { run.started(item); });
      else {
        tell(progress.result);
        if (progress.coverage) this.options.coverage.add(run, place, progress.coverage);
      }
    };
    try {
      const report = await places.evaluate(place, { suite: part.suite, ...(part.whole ? {} : { only: part.evaluators }), signal, onProgress, useCache: kind !== vscode.TestRunProfileKind.Debug });
      this.shown.add(report.id);
      // The report has the last word: only it compares with the base and knows what was accepted.
      report.results.forEach(tell);
      run.appendOutput(reportOutput(report));
      return [report];
    } catch (error) {
      if (!isOrchestratorError(error) || error.code !== 'stopped') this.fail(run, part, explain(error));
      return [];
    } finally {
      printing?.dispose();
    }
  }

  private fail(run: vscode.TestRun, part: PlannedRun, message: string): void {
    run.appendOutput(terminalText(message));
    for (const name of part.evaluators) this.withItem(part, name, (item) => { run.errored(item, new vscode.TestMessage(message)); });
  }

  private withItem({ placeKey, suite }: PlannedRun, name: string, use: (item: vscode.TestItem) => void): void {
    const { tree } = this.options;
    const place = placeOf(tree, { placeKey });
    const item = place && (tree.findEvaluator(place, suite, name) ?? tree.evaluatorItem(place, suite, name));
    if (item) use(item);
  }
}

function placeOf(tree: TestTree, { placeKey }: Pick<PlannedRun, 'placeKey'>): EvaluatedPlace | undefined {
  const item = tree.placeItem(placeKey);
  const meaning = item && tree.meaning(item);
  return meaning?.kind === 'place' ? meaning.place : undefined;
}

function nothingToRun(kind: vscode.TestRunProfileKind): string {
  switch (kind) {
    case vscode.TestRunProfileKind.Debug:
      return 'None of these is a custom script evaluator: only those have a console to show.';
    case vscode.TestRunProfileKind.Coverage:
      return 'None of these measures coverage. Add an evaluator with "use": "coverage" to .amp/evals.json.';
    case vscode.TestRunProfileKind.Run:
      return 'There is nothing to evaluate here.';
  }
}
