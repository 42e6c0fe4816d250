import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { asObject, asText } from '../../base/jsonShape';
import { OrchestratorError } from '../../base/errors';
import type { WorkflowOperation } from '../../model/workflow/operation';
import { workflowView, type NodeView, type WorkflowView } from '../../model/workflow/view';
import { fieldConfig, fieldFileName, fieldText, readOrigin, scopeTypes, textOfField, type FieldOrigin } from './fieldFile';
import { parsedText } from './parsedText';

const originFile = 'field.json';
const overwrite = 'Overwrite';
const takeTheirs = 'Use the Workflow’s Text';

export type ApplyOperations = (document: vscode.TextDocument, operations: readonly WorkflowOperation[]) => Promise<unknown>;

/**
 * Scripts and long texts of nodes in editors of their own. Each is a file in a folder with the types of what it sees; where it belongs is written beside it,
 * so that it finds its way back after a reload. Saving it is one edit of the workflow; closing it removes the folder.
 */
export class FieldEditors {
  constructor(
    private readonly root: vscode.Uri,
    private readonly apply: ApplyOperations,
  ) {}

  async open(document: vscode.TextDocument, field: Pick<FieldOrigin, 'node' | 'path' | 'kind'>): Promise<void> {
    const workflow = viewOf(document);
    const node = workflow?.nodes.find(({ id }) => id === field.node);
    if (!workflow || !node) throw gone(field);
    const origin: FieldOrigin = { uri: document.uri.toString(), ...field, base: textAt(node, field.path) };
    const folder = vscode.Uri.joinPath(this.root, createHash('sha256').update(JSON.stringify([origin.uri, field.node, field.path])).digest('hex').slice(0, 16));
    const file = vscode.Uri.joinPath(folder, fieldFileName(field));
    // What is open there already may hold changes that are not saved.
    const isOpen = vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && uri.toString() === file.toString());
    if (!isOpen) {
      await vscode.workspace.fs.createDirectory(folder);
      await write(vscode.Uri.joinPath(folder, 'jsconfig.json'), fieldConfig);
      await write(vscode.Uri.joinPath(folder, 'scope.d.ts'), scopeTypes(workflow, field));
      await write(file, fieldText(origin));
      await write(vscode.Uri.joinPath(folder, originFile), JSON.stringify(origin));
    }
    await vscode.window.showTextDocument(file, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  }

  /** Brings what was saved back into its node. @throws OrchestratorError `workflow-missing` when that is not there any more */
  async saved(field: vscode.TextDocument): Promise<void> {
    const origin = await this.originOf(field.uri);
    if (!origin) return;
    const text = textOfField(origin, field.getText());
    if (text === undefined) throw new OrchestratorError('invalid-argument', 'The script was not taken over: it must stand within the brackets of the first and the last line.', 'Put the brackets back, and save again.');
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(origin.uri)).then((opened) => opened, () => { throw gone(origin); });
    const node = viewOf(document)?.nodes.find(({ id }) => id === origin.node);
    if (!node) throw gone(origin);
    const present = textAt(node, origin.path);
    if (present !== origin.base && present !== text) {
      const chosen = await vscode.window.showWarningMessage(`"${node.name || node.id}" was changed in the workflow since this editor was opened.`, { modal: true, detail: 'Overwriting replaces what the workflow says now; it can be undone there.' }, overwrite, takeTheirs);
      if (chosen === takeTheirs) await this.put(field, origin, present);
      if (chosen !== overwrite) return;
    }
    if (present !== text) await this.apply(document, [{ kind: 'set', list: 'nodes', id: origin.node, path: [...origin.path], ...(text === '' ? {} : { value: text }) }]);
    await this.remember(field.uri, { ...origin, base: text });
  }

  /** Removes the folders of those that are open nowhere any more. */
  async closed(uris: readonly vscode.Uri[]): Promise<void> {
    const open = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : []))));
    for (const uri of uris) {
      if (open.has(uri.toString()) || !(await this.originOf(uri))) continue;
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(uri, '..'), { recursive: true, useTrash: false });
    }
  }

  private async put(field: vscode.TextDocument, origin: FieldOrigin, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(field.uri, new vscode.Range(0, 0, field.lineCount, 0), fieldText({ ...origin, base: text }));
    await this.remember(field.uri, { ...origin, base: text });
    if (await vscode.workspace.applyEdit(edit)) await field.save();
  }

  private async remember(field: vscode.Uri, origin: FieldOrigin): Promise<void> {
    await write(vscode.Uri.joinPath(field, '..', originFile), JSON.stringify(origin));
  }

  /** Only of files that were made here. */
  private async originOf(field: vscode.Uri): Promise<FieldOrigin | undefined> {
    if (vscode.Uri.joinPath(field, '..', '..').toString() !== this.root.toString()) return undefined;
    const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(field, '..', originFile)).then((bytes) => new TextDecoder().decode(bytes), () => '');
    const origin = readOrigin(text);
    return origin && fieldFileName(origin) === field.path.split('/').at(-1) ? origin : undefined;
  }
}

function viewOf(document: vscode.TextDocument): WorkflowView | undefined {
  const { value } = parsedText(document.getText());
  return value === undefined ? undefined : workflowView(value);
}

function textAt(node: NodeView, path: readonly string[]): string {
  return asText(path.reduce<unknown>((value, step) => asObject(value)?.[step], node.raw)) ?? '';
}

function gone({ node }: Pick<FieldOrigin, 'node'>): OrchestratorError {
  return new OrchestratorError('workflow-missing', `The node "${node}" is not in the workflow any more, so its text has nowhere to go.`, 'Copy what you need before you close this editor.');
}

async function write(uri: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
