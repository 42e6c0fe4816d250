import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { isOrchestratorError } from '../../base/errors';
import type { WorkflowIssue } from '../../model/workflow/definition';
import { isWorkflowPath } from '../editors/workflowViewType';
import type { Engines } from '../platform/engines';

const pauseMs = 200;
const pattern = '**/.amp/workflows/*.json';
const mostFiles = 500;

/** What is wrong in `.amp/workflows/*.json`: of open documents as a person types, of the others as they are on disk. */
export class WorkflowDiagnostics implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly collection = this.disposables.add(vscode.languages.createDiagnosticCollection('Amp workflows'));
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const watcher = this.disposables.add(vscode.workspace.createFileSystemWatcher(pattern));
    this.disposables.add(watcher.onDidCreate((uri) => { this.checkSoon(uri); }));
    this.disposables.add(watcher.onDidChange((uri) => { this.checkSoon(uri); }));
    this.disposables.add(watcher.onDidDelete((uri) => { this.collection.delete(uri); }));
    this.disposables.add(vscode.workspace.onDidOpenTextDocument(({ uri }) => { this.checkSoon(uri); }));
    this.disposables.add(vscode.workspace.onDidChangeTextDocument(({ document }) => { this.checkSoon(document.uri); }));
    // What was not saved is not there any more.
    this.disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.checkSoon(uri); }));
    vscode.workspace.textDocuments.forEach(({ uri }) => { this.checkSoon(uri); });
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.disposables.dispose();
  }

  async checkAll(): Promise<void> {
    for (const uri of await vscode.workspace.findFiles(pattern, null, mostFiles)) this.checkSoon(uri);
  }

  private checkSoon(uri: vscode.Uri): void {
    if (uri.scheme !== 'file' || !isWorkflowPath(uri.path) || !vscode.workspace.isTrusted) return;
    const key = uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.set(key, setTimeout(() => {
      this.waiting.delete(key);
      this.check(uri).catch((error: unknown) => {
        if (!isOrchestratorError(error)) this.log.error(`The workflow ${uri.fsPath} could not be checked`, error);
      });
    }, pauseMs));
  }

  private async check(uri: vscode.Uri): Promise<void> {
    const orchestrator = await this.engines.requireFor(uri.fsPath);
    const known = await orchestrator?.workflows.knownNames();
    const document = await openedOrRead(uri);
    if (!orchestrator || !document) {
      this.collection.delete(uri);
      return;
    }
    const { issues } = orchestrator.workflows.read(document.text, known);
    this.collection.set(uri, issues.map((issue) => diagnosticOf(issue, document.positionAt)));
  }
}

interface Readable {
  readonly text: string;
  readonly positionAt: (offset: number) => vscode.Position;
}

/** An open document as it is typed; a file is read without being opened, which would tell all listeners. */
async function openedOrRead(uri: vscode.Uri): Promise<Readable | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === uri.toString());
  if (open) return { text: open.getText(), positionAt: (offset) => open.positionAt(offset) };
  const text = await vscode.workspace.fs.readFile(uri).then((bytes) => new TextDecoder().decode(bytes), () => undefined);
  return text === undefined ? undefined : { text, positionAt: (offset) => positionIn(text, offset) };
}

function positionIn(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split('\n');
  return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
}

function diagnosticOf({ severity, code, message, offset = 0, length = 0 }: WorkflowIssue, positionAt: Readable['positionAt']): vscode.Diagnostic {
  const range = new vscode.Range(positionAt(offset), positionAt(offset + Math.max(1, length)));
  const diagnostic = new vscode.Diagnostic(range, message, severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'Amp workflows';
  diagnostic.code = code;
  return diagnostic;
}
