import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { OrchestratorError } from '../../../src/base/errors';
import type { WorkflowOperation } from '../../../src/model/workflow/operation';
import type { WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import type { Engines } from '../../../src/vscode/platform/engines';
import type { WorkflowEditorContext } from '../../../src/vscode/editors/workflowEditorContext';
import type { WorkflowEditors } from '../../../src/vscode/editors/workflowEditors';
import { waitFor } from '../../support/waitFor';
import { extensionUnderTest } from './extension';

/** As it is shipped: the bundle that the extension loads for the first page. */
function shippedEditors(context: WorkflowEditorContext): WorkflowEditors {
  const bundle = path.join(extensionUnderTest().extensionPath, 'dist', 'panels.js');
  const { createWorkflowEditors } = createRequire(bundle)(bundle) as { readonly createWorkflowEditors: (context: WorkflowEditorContext) => WorkflowEditors };
  return createWorkflowEditors(context);
}

/** The page's side of a workflow editor whose host side is real: it posts what a page would, and keeps what it is sent. */
export class WorkflowPage {
  readonly errors: unknown[] = [];
  readonly snapshots: WorkflowEditorSnapshot[] = [];
  private readonly received = new vscode.EventEmitter<unknown>();
  private readonly disposed = new vscode.EventEmitter<undefined>();
  private readonly storage = mkdtempSync(path.join(os.tmpdir(), 'amp-host-fields-'));
  readonly editors: WorkflowEditors;
  readonly fields = vscode.Uri.file(path.join(this.storage, 'workflow-fields'));

  constructor(document: vscode.TextDocument) {
    this.editors = shippedEditors({
      extensionUri: extensionUnderTest().extensionUri,
      fields: this.fields,
      engines: engineless(),
      log: { warn: (message) => this.errors.push(message), error: (message, error) => this.errors.push(message, error) },
      open: () => Promise.resolve(),
      failed: (error) => this.errors.push(error),
    });
    this.editors.resolve(document, this.panel());
    this.received.fire({ type: 'ready' });
  }

  act(action: string, params: object): void {
    this.received.fire({ type: 'action', action, params });
  }

  edit(...operations: WorkflowOperation[]): void {
    this.act('edit', { operations, label: 'Edit' });
  }

  /** The first snapshot that the check accepts. */
  snapshot(what: string, check: (snapshot: WorkflowEditorSnapshot) => boolean): Promise<WorkflowEditorSnapshot> {
    return waitFor(what, () => this.snapshots.findLast(check));
  }

  dispose(): void {
    this.disposed.fire(undefined);
    this.editors.dispose();
    this.received.dispose();
    this.disposed.dispose();
    rmSync(this.storage, { recursive: true, force: true });
  }

  private panel(): vscode.WebviewPanel {
    const webview = {
      options: {},
      html: '',
      cspSource: '',
      asWebviewUri: (uri: vscode.Uri) => uri,
      onDidReceiveMessage: this.received.event,
      postMessage: (message: { readonly type: string; readonly snapshot?: WorkflowEditorSnapshot }) => {
        if (message.type === 'snapshot' && message.snapshot) this.snapshots.push(message.snapshot);
        return Promise.resolve(true);
      },
    };
    return { webview, title: '', visible: true, viewColumn: vscode.ViewColumn.One, onDidChangeViewState: () => ({ dispose: () => undefined }), onDidDispose: this.disposed.event, reveal: () => undefined } as unknown as vscode.WebviewPanel;
  }
}

/** Of a window without a repository: files can be edited, and not run. */
function engineless(): Engines {
  const none = (): never => {
    throw new OrchestratorError('no-workspace-folder', 'No folder is open.', 'Open one.');
  };
  return { require: none, requireFor: none, onDidChange: () => ({ dispose: () => undefined }) } as unknown as Engines;
}
