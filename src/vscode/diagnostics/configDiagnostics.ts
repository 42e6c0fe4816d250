import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { isOrchestratorError } from '../../base/errors';
import { evalConfigFile } from '../../model/evalFiles';
import type { Engines } from '../platform/engines';

const pauseMs = 200;

/** What is wrong in an open `.amp/evals.json`, as a person types. */
export class ConfigDiagnostics implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly collection: vscode.DiagnosticCollection;
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.collection = this.disposables.add(vscode.languages.createDiagnosticCollection('Amp evaluation configuration'));
    this.disposables.add(vscode.workspace.onDidOpenTextDocument((document) => { this.checkSoon(document); }));
    this.disposables.add(vscode.workspace.onDidChangeTextDocument(({ document }) => { this.checkSoon(document); }));
    this.disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.forget(uri); }));
    this.disposables.add(engines.onDidOpen(() => { vscode.workspace.textDocuments.forEach((document) => { this.checkSoon(document); }); }));
    vscode.workspace.textDocuments.forEach((document) => { this.checkSoon(document); });
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.disposables.dispose();
  }

  private checkSoon(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' || !document.uri.path.endsWith(`/${evalConfigFile}`) || !vscode.workspace.isTrusted) return;
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.set(key, setTimeout(() => {
      this.waiting.delete(key);
      this.check(document).catch((error: unknown) => {
        if (!isOrchestratorError(error)) this.log.error('The configuration of evaluations could not be checked', error);
      });
    }, pauseMs));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const [orchestrator] = await this.engines.require();
    if (!orchestrator || document.isClosed) return;
    const text = document.getText();
    this.collection.set(
      document.uri,
      orchestrator.evaluations.issues(text).map(({ message, path, offset, length }) => {
        const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + Math.max(1, length)));
        const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
        diagnostic.source = 'Amp evaluations';
        if (path !== '') diagnostic.code = path;
        return diagnostic;
      }),
    );
  }

  private forget(uri: vscode.Uri): void {
    clearTimeout(this.waiting.get(uri.toString()));
    this.waiting.delete(uri.toString());
    this.collection.delete(uri);
  }
}
