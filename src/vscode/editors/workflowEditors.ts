import type * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { WorkflowOperation } from '../../model/workflow/operation';
import { DocumentEdits } from './documentEdits';
import { FieldEditors } from './fieldEditors';
import { WorkflowEditor } from './workflowEditor';
import type { ShownInWorkflow, WorkflowEditorContext } from './workflowEditorContext';

export interface WorkflowEditors extends Disposable {
  readonly resolve: (document: vscode.TextDocument, panel: vscode.WebviewPanel) => void;
  /** Says what the editors of a workflow, or the next one that is opened, are to show. */
  readonly show: (uri: vscode.Uri, shown: ShownInWorkflow) => void;
  readonly fieldSaved: (document: vscode.TextDocument) => Promise<void>;
  readonly fieldsClosed: (uris: readonly vscode.Uri[]) => Promise<void>;
}

/** The visual editors that are open. Several of one document share the order of their edits. */
export function createWorkflowEditors(context: WorkflowEditorContext): WorkflowEditors {
  const open = new Map<WorkflowEditor, string>();
  const wanted = new Map<string, ShownInWorkflow>();
  const edits = new WeakMap<vscode.TextDocument, DocumentEdits>();
  const editsOf = (document: vscode.TextDocument): DocumentEdits => {
    const made = edits.get(document) ?? new DocumentEdits(document, context.extensionUri);
    edits.set(document, made);
    return made;
  };
  const apply = (document: vscode.TextDocument, operations: readonly WorkflowOperation[]) => editsOf(document).apply(operations);
  const fields = new FieldEditors(context.fields, apply);
  return {
    resolve: (document, panel) => {
      const key = document.uri.toString();
      const editor = new WorkflowEditor(panel, document, context, editsOf(document), fields, wanted.get(key) ?? {});
      wanted.delete(key);
      open.set(editor, key);
      panel.onDidDispose(() => {
        open.delete(editor);
        editor.dispose();
      });
    },
    show: (uri, shown) => {
      const editors = [...open].filter(([, key]) => key === uri.toString()).map(([editor]) => editor);
      for (const editor of editors) editor.show(shown);
      if (editors.length === 0) wanted.set(uri.toString(), shown);
    },
    fieldSaved: (document) => fields.saved(document),
    fieldsClosed: (uris) => fields.closed(uris),
    dispose: () => {
      for (const editor of [...open.keys()]) editor.dispose();
      open.clear();
    },
  };
}
