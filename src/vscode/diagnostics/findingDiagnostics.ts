import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { EvalFinding, FindingSeverity } from '../../model/evalResult';
import type { EvaluatedPlace } from '../evaluations/evaluatedPlace';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { KnownResult } from '../evaluations/newestResults';
import { editorRange, findingUri } from '../evaluations/findingPlace';
import { shiftOf } from './movedLines';

/** A finding as it is shown now. */
export interface ShownFinding {
  readonly place: EvaluatedPlace;
  readonly finding: EvalFinding;
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

const severities: Record<FindingSeverity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

interface ShownPlace {
  /** Names the results that are shown: what a person has edited away does not come back before there are others. */
  readonly version: string;
  readonly findings: readonly ShownFinding[];
}

/** Findings of the newest evaluations at their lines: of a checkout in its files, of a session in those of its worktree. */
export class FindingDiagnostics implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly collection: vscode.DiagnosticCollection;
  private shown = new Map<string, ShownPlace>();
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly places: EvaluatedPlaces,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.collection = this.disposables.add(vscode.languages.createDiagnosticCollection('Amp evaluations'));
    const refresh = (all: boolean): void => {
      this.refreshing = this.refreshing.then(() => this.refresh(all)).catch((error: unknown) => { this.log.error('Findings could not be shown', error); });
    };
    this.disposables.add(places.onDidChangeReports(() => { refresh(true); }));
    this.disposables.add(places.onDidChangeStates(() => { refresh(false); }));
    this.disposables.add(vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => { this.edited(document.uri, contentChanges); }));
  }

  /** What is shown where one of these diagnostics is. */
  at(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]): readonly ShownFinding[] {
    const key = uri.toString();
    return [...this.shown.values()]
      .flatMap(({ findings }) => findings)
      .filter((shown) => shown.uri.toString() === key && diagnostics.some((diagnostic) => diagnostic === shown.diagnostic || same(diagnostic, shown.diagnostic)));
  }

  find(placeKey: string, evaluator: string, fingerprint: string): ShownFinding | undefined {
    return this.shown.get(placeKey)?.findings.find(({ finding }) => finding.evaluator === evaluator && finding.fingerprint === fingerprint);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Reports are read again only when there is a new one; else only places that came or went matter. */
  private async refresh(all: boolean): Promise<void> {
    const shown = new Map<string, ShownPlace>();
    for (const place of await this.places.places()) {
      const before = this.shown.get(place.key);
      if (!before || all) shown.set(place.key, await this.look(place));
      else shown.set(place.key, before);
    }
    this.show(shown);
  }

  private async look(place: EvaluatedPlace): Promise<ShownPlace> {
    const known = await this.places.known(place);
    const version = [...new Set(known.map(({ report }) => report.id))].join(' ');
    const before = this.shown.get(place.key);
    return before?.version === version ? before : { version, findings: [...distinct(known)].flatMap((finding) => shownFinding(place, finding)) };
  }

  /** Tells the editor only of files that look otherwise now. */
  private show(shown: Map<string, ShownPlace>): void {
    const before = byFile(this.shown);
    const after = byFile(shown);
    this.shown = shown;
    for (const [key, { uri }] of before) if (!after.has(key)) this.collection.delete(uri);
    for (const [key, { uri, diagnostics }] of after) {
      const old = before.get(key)?.diagnostics;
      if (old?.length !== diagnostics.length || diagnostics.some((diagnostic, index) => diagnostic !== old[index])) this.collection.set(uri, diagnostics);
    }
  }

  private edited(uri: vscode.Uri, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const key = uri.toString();
    if (changes.length === 0 || ![...this.shown.values()].some(({ findings }) => findings.some((shown) => shown.uri.toString() === key))) return;
    const shown = new Map([...this.shown].map(([place, { version, findings }]) => [place, { version, findings: findings.flatMap((one) => (one.uri.toString() === key ? moved(one, changes) : [one])) }] as const));
    this.show(shown);
  }
}

/** An evaluator may be in several suites. */
function distinct(known: readonly KnownResult[]): Iterable<EvalFinding> {
  return new Map(known.flatMap(({ result }) => result.findings).map((finding) => [`${finding.evaluator} ${finding.fingerprint}`, finding])).values();
}

function shownFinding(place: EvaluatedPlace, finding: EvalFinding): ShownFinding[] {
  const uri = findingUri(place.folder, finding);
  if (!uri) return [];
  const diagnostic = new vscode.Diagnostic(editorRange(finding.range), finding.message, finding.accepted === undefined ? severities[finding.severity] : vscode.DiagnosticSeverity.Hint);
  diagnostic.source = finding.evaluator;
  diagnostic.code = finding.helpUri === undefined ? finding.ruleId : { value: finding.ruleId, target: vscode.Uri.parse(finding.helpUri) };
  return [{ place, finding, uri, diagnostic }];
}

/** Several changes of one edit name places of the text before it, the last one first. */
function moved(shown: ShownFinding, changes: readonly vscode.TextDocumentContentChangeEvent[]): ShownFinding[] {
  let shift = 0;
  const { range } = shown.diagnostic;
  for (const { range: edit, text } of changes) {
    const by = shiftOf({ start: range.start.line, end: range.end.line }, { start: edit.start.line, end: edit.end.line, addedBreaks: text.split('\n').length - 1 });
    if (by === undefined) return [];
    shift += by;
  }
  if (shift === 0) return [shown];
  const diagnostic = new vscode.Diagnostic(new vscode.Range(range.start.translate(shift), range.end.translate(shift)), shown.diagnostic.message, shown.diagnostic.severity);
  return [{ ...shown, diagnostic: Object.assign(diagnostic, { source: shown.diagnostic.source, code: shown.diagnostic.code }) }];
}

function byFile(shown: ReadonlyMap<string, ShownPlace>): Map<string, { readonly uri: vscode.Uri; readonly diagnostics: vscode.Diagnostic[] }> {
  const files = new Map<string, { uri: vscode.Uri; diagnostics: vscode.Diagnostic[] }>();
  for (const { findings } of shown.values()) {
    for (const { uri, diagnostic } of findings) {
      const key = uri.toString();
      const file = files.get(key) ?? { uri, diagnostics: [] };
      file.diagnostics.push(diagnostic);
      files.set(key, file);
    }
  }
  return files;
}

function same(one: vscode.Diagnostic, other: vscode.Diagnostic): boolean {
  return one.source === other.source && one.message === other.message && one.range.isEqual(other.range);
}
