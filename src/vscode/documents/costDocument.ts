import path from 'node:path';
import * as vscode from 'vscode';
import type { Engines } from '../platform/engines';
import type { SessionItem } from '../views/sessionNodes';
import { costPage } from './costPage';

const costsUri = vscode.Uri.from({ scheme: 'amp-costs', path: '/Costs.md' });
const dayMs = 24 * 60 * 60 * 1000;

/** Costs of the workspace's sessions as a Markdown page that follows them. */
export class CostDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly engines: Engines) {
    this.disposables = [this.changed, vscode.workspace.registerTextDocumentContentProvider(costsUri.scheme, this), engines.onDidChange(() => { this.changed.fire(costsUri); })];
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand('markdown.showPreview', costsUri);
  }

  async provideTextDocumentContent(): Promise<string> {
    const sections = await Promise.all(
      (await this.engines.openExisting()).map(async ({ repository, sessions, store }) => {
        const midnight = new Date().setHours(0, 0, 0, 0);
        const periods = await Promise.all([store.spans.totals({ fromMs: midnight }), store.spans.totals({ fromMs: midnight - 6 * dayMs }), store.spans.totals({})]);
        const listed = (await sessions.overview()).map((overview): SessionItem => ({ kind: 'session', ...overview, repositoryName: undefined }));
        return costPage(path.basename(repository.root), periods, listed);
      }),
    );
    return sections.length > 0 ? sections.join('\n') : '# Costs\n\nNo session has run in this workspace yet. Start one with **Amp: New Session...** and its cost appears here.\n';
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
