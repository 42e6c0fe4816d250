import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';
import { extensionUnderTest } from './support/extension';

const limitMs = 25_000;
const wrong = '{ "version": 1, "evaluators": [{ "name": "lint", "use": "eslinnt" }] }\n';
const right = '{ "version": 1, "evaluators": [{ "name": "lint", "use": "eslint", "required": true }] }\n';

function write(file: string, text: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'a folder is open');
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return vscode.Uri.file(target);
}

function diagnosticsFrom(uri: vscode.Uri, source: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === source);
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

describe('evaluations', () => {
  const written: string[] = [];
  before(() => extensionUnderTest().activate());
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const file of written) rmSync(file, { force: true });
  });

  it('of a wrong configuration are not run: it is told at its place as it is typed', async () => {
    const uri = write('.amp/evals.json', right);
    written.push(uri.fsPath);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await replaceAll(document, wrong);
    const [told] = await waitFor('the issue', () => diagnosticsFrom(uri, 'Amp evaluations').length > 0 && diagnosticsFrom(uri, 'Amp evaluations'), limitMs);
    assert.equal(document.getText(told?.range), '"eslinnt"');
    await replaceAll(document, right);
    await waitFor('no issue', () => diagnosticsFrom(uri, 'Amp evaluations').length === 0, limitMs);
    await document.save();
  });

  it('are shown at their lines with quick fixes, and go when the line is edited', async () => {
    const uri = write('src/unused.js', '// one\nconst unused = 1;\n');
    written.push(uri.fsPath);
    // It waits for an answer to its message.
    void vscode.commands.executeCommand('ampOrchestrator.runEvaluations');
    const [found] = await waitFor('the finding', () => diagnosticsFrom(uri, 'lint').length > 0 && diagnosticsFrom(uri, 'lint'), limitMs);
    assert.ok(found);
    assert.deepEqual([found.range.start.line, found.severity, typeof found.code === 'object' && found.code.value], [1, vscode.DiagnosticSeverity.Error, 'no-unused-vars']);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, found.range);
    const titles = actions.map(({ title }) => title).filter((title) => title.includes('(lint)'));
    assert.deepEqual(titles, ['Send to session (lint)…', 'Re-run this evaluator (lint)', 'Accept as baseline (lint)', 'Suppress here with a reason (lint)…']);
    const above = new vscode.WorkspaceEdit();
    above.insert(uri, new vscode.Position(0, 0), '// zero\n');
    assert.ok(await vscode.workspace.applyEdit(above));
    await waitFor('the finding to move with its line', () => diagnosticsFrom(uri, 'lint')[0]?.range.start.line === 2, limitMs);
    const at = new vscode.WorkspaceEdit();
    at.insert(uri, new vscode.Position(2, 0), 'export ');
    assert.ok(await vscode.workspace.applyEdit(at));
    await waitFor('the finding to go', () => diagnosticsFrom(uri, 'lint').length === 0, limitMs);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
