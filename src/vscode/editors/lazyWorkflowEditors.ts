import * as vscode from 'vscode';
import type { Engines } from '../platform/engines';
import { reportError } from '../platform/report';
import { panelLog } from '../panels/panelLog';
import { fieldFolder } from './fieldFolder';
import type { ShownInWorkflow } from './workflowEditorContext';
import type { WorkflowEditors } from './workflowEditors';
import { workflowViewType } from './workflowViewType';

/** The visual editor of workflows, which is loaded (with its schema compiler) when the first one is opened or brought back after a reload. */
export class LazyWorkflowEditors implements vscode.CustomTextEditorProvider, vscode.Disposable {
  private loaded: Promise<WorkflowEditors> | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const isField = ({ path }: vscode.Uri): boolean => path.includes(`/${fieldFolder}/`);
    this.disposables = [
      vscode.window.registerCustomEditorProvider(workflowViewType, this, { supportsMultipleEditorsPerDocument: true }),
      // A field's editor may be all that was brought back after a reload.
      vscode.workspace.onDidSaveTextDocument((document) => { if (isField(document.uri)) void this.tell((editors) => editors.fieldSaved(document)); }),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        const fields = closed.flatMap(({ input }) => (input instanceof vscode.TabInputText && isField(input.uri) ? [input.uri] : []));
        if (fields.length > 0) void this.tell((editors) => editors.fieldsClosed(fields));
      }),
    ];
  }

  async resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): Promise<void> {
    (await this.editors()).resolve(document, panel);
  }

  /** Opens a workflow's editor, or brings the open one to the front, with an execution laid over it or a node shown. */
  async open(uri: vscode.Uri, shown: ShownInWorkflow = {}): Promise<void> {
    const editors = await this.editors();
    editors.show(uri, shown);
    await vscode.commands.executeCommand('vscode.openWith', uri, workflowViewType);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    void this.loaded?.then((editors) => { editors.dispose(); });
  }

  private editors(): Promise<WorkflowEditors> {
    this.loaded ??= import('../panels/panels').then(({ createWorkflowEditors }) =>
      createWorkflowEditors({
        extensionUri: this.context.extensionUri,
        fields: vscode.Uri.joinPath(this.context.globalStorageUri, fieldFolder),
        engines: this.engines,
        log: panelLog(this.log),
        open: (uri, shown) => this.open(uri, shown),
        failed: (error) => { void reportError(error, this.log); },
      }),
    );
    return this.loaded;
  }

  private async tell(what: (editors: WorkflowEditors) => Promise<void>): Promise<void> {
    try {
      await what(await this.editors());
    } catch (error) {
      void reportError(error, this.log);
    }
  }
}
