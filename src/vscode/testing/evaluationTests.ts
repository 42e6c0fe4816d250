import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { errorMessage } from '../../base/errors';
import type { EvalReport } from '../../model/evalReport';
import { testControllerId } from '../manifest';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { Engines } from '../platform/engines';
import { StaleTests } from './staleTests';
import { TestCoverage } from './testCoverage';
import { TestRuns } from './testRuns';
import { coverageTag, scriptTag, TestTree } from './testTree';

/** Evaluations in the Test Explorer. Nothing is looked up before it is opened, and then only what is unfolded. */
export class EvaluationTests implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly controller: vscode.TestController;
  private readonly tree: TestTree;
  private readonly runs: TestRuns;
  private stale: StaleTests | undefined;
  /** The Test Explorer was opened; in a workspace that is not trusted nothing could be shown then. */
  private wanted = false;

  constructor(
    private readonly places: EvaluatedPlaces,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const controller = this.disposables.add(vscode.tests.createTestController(testControllerId, 'Amp evaluations'));
    this.controller = controller;
    const coverage = new TestCoverage();
    this.tree = new TestTree(controller);
    this.runs = new TestRuns({ controller, tree: this.tree, places, coverage, resolve: (item) => this.resolve(item) });
    this.disposables.add(controller.createRunProfile('Evaluate', vscode.TestRunProfileKind.Run, async (request, token) => void (await this.runs.run(request, token)), true));
    this.disposables.add(controller.createRunProfile('Evaluate with console', vscode.TestRunProfileKind.Debug, async (request, token) => void (await this.runs.run(request, token, vscode.TestRunProfileKind.Debug)), true, scriptTag));
    const covered = this.disposables.add(controller.createRunProfile('Measure coverage', vscode.TestRunProfileKind.Coverage, async (request, token) => void (await this.runs.run(request, token, vscode.TestRunProfileKind.Coverage)), true, coverageTag));
    covered.loadDetailedCoverage = (_run, file) => Promise.resolve(coverage.details(file));
    controller.resolveHandler = (item) => (item ? this.resolve(item) : this.open());
    controller.refreshHandler = () => this.refresh();
    this.disposables.add(places.onDidChangeReports(() => { this.quietly(() => this.showNewest()); }));
    this.disposables.add(places.onDidChangeStates(() => { this.quietly(() => this.update()); }));
  }

  /** Evaluates a place, or some evaluators of it, as if a person had asked for it in the Test Explorer. */
  async evaluate(key: string, evaluators?: readonly string[]): Promise<readonly EvalReport[]> {
    await this.open();
    const item = this.tree.placeItem(key);
    if (!item) return [];
    await this.resolve(item);
    const include = evaluators ? this.tree.evaluators(item).filter(({ name }) => evaluators.includes(name)).map(({ item: evaluator }) => evaluator) : [item];
    const source = new vscode.CancellationTokenSource();
    try {
      return await this.runs.run(new vscode.TestRunRequest(include), source.token);
    } finally {
      source.dispose();
    }
  }

  dispose(): void {
    this.stale?.dispose();
    this.disposables.dispose();
  }

  /** The first look: makes the engines of repositories that have none yet, since a person wants to evaluate. */
  private async open(): Promise<void> {
    this.wanted = true;
    if (!vscode.workspace.isTrusted) return;
    try {
      await this.engines.require();
    } catch (error) {
      this.log.info(`There is nothing to evaluate: ${errorMessage(error)}`);
      return;
    }
    this.stale ??= new StaleTests(this.controller, this.tree, this.places);
    this.tree.setPlaces(await this.places.places());
    await this.stale.lookAtSessions();
  }

  private async refresh(): Promise<void> {
    await this.open();
    for (const [, item] of [...this.controller.items]) if (item.children.size > 0 || item.error !== undefined) await this.resolve(item);
  }

  private async resolve(item: vscode.TestItem): Promise<void> {
    const meaning = this.tree.meaning(item);
    if (meaning?.kind !== 'place') return;
    const { place } = meaning;
    item.busy = true;
    try {
      this.tree.setDefinition(item, place, await place.orchestrator.evaluations.definition(place.target, place.target.kind === 'checkout' ? 'tree' : 'base'));
      this.runs.show(place, await this.places.known(place));
    } catch (error) {
      this.tree.setProblem(item, error);
    } finally {
      item.busy = false;
    }
  }

  /** Sessions that came and went, and what is stale now. */
  private async update(): Promise<void> {
    if (!this.stale) {
      if (this.wanted) await this.open();
      return;
    }
    this.tree.setPlaces(await this.places.places());
    await this.stale.lookAtSessions();
  }

  private async showNewest(): Promise<void> {
    for (const [key, item] of [...this.controller.items]) {
      const meaning = this.tree.meaning(item);
      // A run of ours tells its results itself.
      if (meaning?.kind !== 'place' || item.children.size === 0 || this.places.isRunning(key)) continue;
      this.runs.show(meaning.place, await this.places.known(meaning.place));
    }
  }

  private quietly(work: () => Promise<void>): void {
    work().catch((error: unknown) => { this.log.error('The Test Explorer could not be brought up to date', error); });
  }
}
