import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { OrchestratorError } from '../../base/errors';
import type { EvalReport } from '../../model/evalReport';
import type { EvaluatedPlace } from '../evaluations/evaluatedPlace';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';

const scheme = 'amp-evaluation';

/** The newest report of a place as a read-only Markdown document, which follows when there is a newer one. */
export class ReportDocuments implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly open = new Map<string, vscode.Uri>();

  constructor(private readonly places: EvaluatedPlaces) {
    this.disposables.add(this.changed);
    this.disposables.add(vscode.workspace.registerTextDocumentContentProvider(scheme, { onDidChange: this.changed.event, provideTextDocumentContent: (uri) => this.text(uri) }));
    this.disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.open.delete(uri.toString())));
    this.disposables.add(places.onDidChangeReports(() => { for (const uri of this.open.values()) this.changed.fire(uri); }));
  }

  /** @throws OrchestratorError `invalid-argument` when nothing was evaluated there */
  async show(place: EvaluatedPlace): Promise<void> {
    if (!(await newest(place))) throw new OrchestratorError('invalid-argument', `${place.session ? `"${place.label}"` : 'The checkout'} was not evaluated yet.`, 'Run its evaluations first.');
    const name = place.label.replace(/[\\/?#%:*"<>|\s]+/g, ' ').trim().slice(0, 60) || 'session';
    const uri = vscode.Uri.from({ scheme, path: `/Evaluation of ${name}.md`, query: place.key });
    this.changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async text(uri: vscode.Uri): Promise<string> {
    this.open.set(uri.toString(), uri);
    const place = await this.places.place(uri.query);
    const report = place && (await newest(place));
    if (!place || !report) return 'This was merged or deleted, so its evaluation is not shown any more.\n';
    return `${place.orchestrator.evalReports.render(report, 'markdown', { target: place.label, ...(place.session ? { base: place.session.baseBranch } : {}) })}\n`;
  }
}

function newest({ orchestrator, target }: EvaluatedPlace): Promise<EvalReport | undefined> {
  return orchestrator.evaluations.latest(target);
}
