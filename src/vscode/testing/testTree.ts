import path from 'node:path';
import * as vscode from 'vscode';
import { explain } from '../../base/errors';
import type { EvalFinding, EvalResult } from '../../model/evalResult';
import type { EvalDefinition, EvaluatedPlace } from '../evaluations/evaluatedPlace';
import { editorRange, findingUri } from '../evaluations/findingPlace';
import type { ListedEvaluator } from './testPlan';
import { findingDescription, findingLabel, resultDescription } from './testWords';

/** What a test item stands for. */
export type Meaning =
  | { readonly kind: 'place'; readonly place: EvaluatedPlace }
  | { readonly kind: 'suite'; readonly place: EvaluatedPlace; readonly suite: string }
  | { readonly kind: 'evaluator'; readonly place: EvaluatedPlace; readonly suite: string; readonly name: string }
  | { readonly kind: 'finding'; readonly place: EvaluatedPlace; readonly finding: EvalFinding };

export const scriptTag = new vscode.TestTag('ampScript');
export const coverageTag = new vscode.TestTag('ampCoverage');

/** More are in the report: a list that nobody can read to its end need not be drawn. */
const mostFindings = 1_000;

/** The items of the Test Explorer: place → suite → evaluator → finding. */
export class TestTree {
  private readonly meanings = new WeakMap<vscode.TestItem, Meaning>();

  constructor(private readonly controller: vscode.TestController) {}

  meaning(item: vscode.TestItem): Meaning | undefined {
    return this.meanings.get(item);
  }

  placeItem(key: string): vscode.TestItem | undefined {
    return this.controller.items.get(key);
  }

  /** Shows these places; those that are gone are taken away with all that is below them. */
  setPlaces(places: readonly EvaluatedPlace[]): void {
    const keys = new Set(places.map(({ key }) => key));
    for (const [key] of [...this.controller.items]) if (!keys.has(key)) this.controller.items.delete(key);
    places.forEach((place, index) => {
      const item = this.controller.items.get(place.key) ?? this.controller.createTestItem(place.key, place.label);
      item.label = place.label;
      item.description = place.session === undefined ? '' : 'session';
      item.sortText = String(index).padStart(5, '0');
      item.canResolveChildren = true;
      this.meanings.set(item, { kind: 'place', place });
      if (!this.controller.items.get(place.key)) this.controller.items.add(item);
    });
  }

  /** Shows the suites and evaluators of a place; what they found stays. */
  setDefinition(item: vscode.TestItem, place: EvaluatedPlace, definition: EvalDefinition): void {
    item.error = undefined;
    const configs = new Map(definition.evaluators.map((config) => [config.name, config]));
    const suites = definition.suites.map((suite) => {
      const suiteItem = this.suiteItem(item, place, suite.name);
      suiteItem.description = definition.gate.suite === suite.name ? 'gate' : '';
      const evaluators = suite.evaluators.map((name, index) => {
        const config = configs.get(name);
        const evaluatorItem = this.evaluatorItem(place, suite.name, name, scriptUri(place, config?.script));
        evaluatorItem.sortText = String(index).padStart(5, '0');
        evaluatorItem.description ||= config?.required ? 'required' : '';
        evaluatorItem.tags = [...(config?.script === undefined ? [] : [scriptTag]), ...(config?.use === 'coverage' ? [coverageTag] : [])];
        return evaluatorItem;
      });
      suiteItem.children.replace(evaluators);
      suiteItem.tags = tagsOf(evaluators);
      return suiteItem;
    });
    item.children.replace(suites);
    item.tags = tagsOf(suites);
  }

  setProblem(item: vscode.TestItem, error: unknown): void {
    item.error = explain(error);
  }

  evaluators(item: vscode.TestItem): readonly (ListedEvaluator & { readonly item: vscode.TestItem })[] {
    const meaning = this.meaning(item);
    if (meaning?.kind === 'evaluator') return [{ placeKey: meaning.place.key, suite: meaning.suite, name: meaning.name, item }];
    if (meaning?.kind === 'finding') return item.parent ? this.evaluators(item.parent) : [];
    return [...item.children].flatMap(([, child]) => this.evaluators(child));
  }

  /** The item of an evaluator, made when a run has one that the definition was not known to have. */
  evaluatorItem(place: EvaluatedPlace, suite: string, name: string, uri?: vscode.Uri): vscode.TestItem {
    const placeItem = this.placeItem(place.key);
    const parent = placeItem && this.suiteItem(placeItem, place, suite);
    const id = `${place.key}/${suite}/${name}`;
    const existing = parent?.children.get(id);
    if (existing && existing.uri?.toString() === uri?.toString()) return existing;
    const item = this.controller.createTestItem(id, name, uri);
    this.meanings.set(item, { kind: 'evaluator', place, suite, name });
    parent?.children.add(item);
    return item;
  }

  findEvaluator(place: EvaluatedPlace, suite: string, name: string): vscode.TestItem | undefined {
    return this.placeItem(place.key)?.children.get(`${place.key}/${suite}`)?.children.get(`${place.key}/${suite}/${name}`);
  }

  setResult(item: vscode.TestItem, place: EvaluatedPlace, result: EvalResult): void {
    item.description = resultDescription(result);
    const findings = result.findings.slice(0, mostFindings).map((finding, index) => this.findingItem(item.id, place, finding, index));
    // What looks the same stays, so that nothing that a person looks at folds up or jumps.
    if (findings.length !== item.children.size || findings.some(({ id, description }) => item.children.get(id)?.description !== description)) item.children.replace(findings);
  }

  private suiteItem(placeItem: vscode.TestItem, place: EvaluatedPlace, suite: string): vscode.TestItem {
    const id = `${place.key}/${suite}`;
    const existing = placeItem.children.get(id);
    if (existing) return existing;
    const item = this.controller.createTestItem(id, suite);
    this.meanings.set(item, { kind: 'suite', place, suite });
    placeItem.children.add(item);
    return item;
  }

  private findingItem(parentId: string, place: EvaluatedPlace, finding: EvalFinding, index: number): vscode.TestItem {
    const item = this.controller.createTestItem(`${parentId}/${index}-${finding.fingerprint}`, findingLabel(finding), findingUri(place.folder, finding));
    item.description = findingDescription(finding);
    item.sortText = String(index).padStart(5, '0');
    if (finding.file !== undefined) item.range = editorRange(finding.range);
    this.meanings.set(item, { kind: 'finding', place, finding });
    return item;
  }
}

function tagsOf(items: readonly vscode.TestItem[]): vscode.TestTag[] {
  return [...new Set(items.flatMap(({ tags }) => tags))];
}

/** The file of a custom evaluator, so that "Go to Test" opens it; a script may also be the source itself. */
function scriptUri(place: EvaluatedPlace, script: string | undefined): vscode.Uri | undefined {
  return script !== undefined && /^[^\n(){};=<>]+\.m?[jt]s$/.test(script) ? vscode.Uri.file(path.join(place.folder, script)) : undefined;
}
