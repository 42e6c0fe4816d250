import * as vscode from 'vscode';

/** Why a workflow's document cannot be changed, apart from what it says. */
export async function readOnlyReason(uri: vscode.Uri, extensionUri: vscode.Uri): Promise<string | undefined> {
  if (uri.toString().startsWith(`${extensionUri.toString()}/`)) return 'It comes with the extension. "Amp: New Workflow..." makes a copy of it.';
  if (uri.scheme !== 'untitled' && vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== true) return 'It is the definition of an execution, as it was begun.';
  const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => undefined);
  return stat?.permissions === vscode.FilePermission.Readonly ? 'The file is read-only.' : undefined;
}
