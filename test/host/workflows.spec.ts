import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import * as vscode from 'vscode';
import { waitFor } from '../support/waitFor';
import { anyOperation } from '../support/workflowTexts';
import { extensionUnderTest } from './support/extension';
import { WorkflowPage } from './support/workflowPage';

const limitMs = 25_000;
const viewType = 'ampOrchestrator.workflow';
const text = `{
  // How we ship
  "id": "ship",
  "name": "Ship",
  "variables": { "task": { "type": "string" } },
  "nodes": [
    { "id": "start", "type": "start", "name": "Start", "config": {}, "position": { "x": 0, "y": 0 } },
    { "id": "implement", "type": "amp", "name": "Implement", "config": { "prompt": "Do \${variables.task}" }, "position": { "x": 200, "y": 0 } },
    { "id": "check", "type": "condition", "name": "Check", "config": { "expression": "nodes.implement.outcome === 'passed'" }, "position": { "x": 400, "y": 0 } },
    { "id": "end", "type": "end", "name": "End", "config": {}, "position": { "x": 600, "y": 0 } }, // done
  ],
  "edges": [
    { "id": "e1", "source": "start", "target": "implement" },
    { "id": "e2", "source": "implement", "target": "check" },
    { "id": "e3", "source": "check", "target": "end", "otherwise": true }
  ]
}
`;

function folder(): string {
  const found = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(found, 'a folder is open');
  return found;
}

describe('workflows', () => {
  const pages: WorkflowPage[] = [];
  let files = 0;

  function write(content = text): vscode.Uri {
    const file = path.join(folder(), '.amp', 'workflows', `flow${files++}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return vscode.Uri.file(file);
  }

  async function open(content = text): Promise<{ readonly document: vscode.TextDocument; readonly page: WorkflowPage }> {
    const document = await vscode.workspace.openTextDocument(write(content));
    await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default');
    const page = new WorkflowPage(document);
    pages.push(page);
    return { document, page };
  }

  before(() => extensionUnderTest().activate());
  afterEach(async () => {
    for (const page of pages.splice(0)) page.dispose();
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => { rmSync(path.join(folder(), '.amp', 'workflows'), { recursive: true, force: true }); });

  it('open in the visual editor, and as text', async () => {
    const uri = write();
    const tab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    await vscode.commands.executeCommand('vscode.open', uri);
    await waitFor('the visual editor', () => {
      const input = tab();
      return input instanceof vscode.TabInputCustom && input.viewType === viewType && input.uri.fsPath === uri.fsPath;
    }, limitMs);
    await vscode.commands.executeCommand('ampOrchestrator.openWorkflowAsText', uri);
    await waitFor('the text', () => tab() instanceof vscode.TabInputText, limitMs);
    await vscode.commands.executeCommand('ampOrchestrator.openWorkflow', uri);
    await waitFor('the visual editor again', () => tab() instanceof vscode.TabInputCustom, limitMs);
  });

  it('take a gesture as one step of undo, and keep all else of the text', async () => {
    const { document, page } = await open();
    page.edit({ kind: 'move', list: 'nodes', id: 'implement', position: { x: 250, y: 32 } }, { kind: 'rename', id: 'implement', to: 'write' }, { kind: 'remove', list: 'nodes', id: 'end' });
    await waitFor('the edit', () => document.getText().includes('"write"'));
    const edited = document.getText();
    assert.ok(edited.includes('"x": 250, "y": 32') && edited.includes("nodes.write.outcome === 'passed'") && edited.includes('// How we ship') && edited.includes('// done') && !edited.includes('"e3"'));
    assert.equal(document.isDirty, true);
    page.act('undo', {});
    await waitFor('the undo', () => document.getText() === text);
    page.act('redo', {});
    await waitFor('the redo', () => document.getText() === edited);
    assert.deepEqual(page.errors, []);
  });

  it('lose nothing of what was typed elsewhere meanwhile', async () => {
    const { document, page } = await open();
    const typed: Thenable<boolean>[] = [];
    for (let number = 0; number < 12; number++) {
      page.edit({ kind: 'set', list: 'nodes', id: 'implement', path: ['config', `field${number}`], value: number });
      const outside = new vscode.WorkspaceEdit();
      outside.insert(document.uri, new vscode.Position(1, 0), `  // typed ${number}\n`);
      typed.push(vscode.workspace.applyEdit(outside));
    }
    const applied = await Promise.all(typed);
    await waitFor('all edits', () => document.getText().includes('"field11": 11'), limitMs);
    for (let number = 0; number < 12; number++) assert.ok(document.getText().includes(`"field${number}": ${number}`), `field${number}`);
    assert.equal(document.getText().match(/\/\/ typed/g)?.length, applied.filter(Boolean).length);
    assert.deepEqual(page.errors, []);
  });

  it('that are no JSON are shown with the place, and never written', async () => {
    const broken = text.replace('"name": "Ship",', '"name" "Ship",');
    const { document, page } = await open(broken);
    const snapshot = await page.snapshot('what is wrong', ({ unreadable }) => unreadable !== undefined);
    assert.deepEqual([snapshot.unreadable?.line, snapshot.workflow], [4, undefined]);
    page.edit({ kind: 'move', list: 'nodes', id: 'end', position: { x: 1, y: 1 } });
    await waitFor('the refusal', () => page.errors.length > 0);
    assert.equal((page.errors[0] as { readonly code?: string }).code, 'workflow-invalid');
    assert.equal(document.getText(), broken);
  });

  it('of a newer format are shown and not changed', async () => {
    const newer = text.replace('"id": "ship",', '"schemaVersion": 99, "id": "ship",');
    const { document, page } = await open(newer);
    const snapshot = await page.snapshot('the workflow', ({ workflow }) => workflow !== undefined);
    assert.match(snapshot.readOnly ?? '', /newer/);
    assert.ok(snapshot.cannotRun);
    page.edit({ kind: 'move', list: 'nodes', id: 'end', position: { x: 1, y: 1 } });
    await waitFor('the refusal', () => page.errors.length > 0);
    assert.equal(document.getText(), newer);
  });

  it('are byte-identical once random edits are undone', async () => {
    const { document, page } = await open();
    for (const operations of fc.sample(fc.array(anyOperation, { minLength: 1, maxLength: 4 }), { numRuns: 20, seed: 5 })) page.edit(...operations);
    page.edit({ kind: 'setWorkflow', path: ['description'], value: 'the last edit' });
    await waitFor('the edits', () => document.getText().includes('the last edit'), limitMs);
    assert.notEqual(document.getText(), text);
    for (let steps = 0; steps < 60 && document.getText() !== text; steps++) {
      const { version } = document;
      await vscode.commands.executeCommand('undo');
      await waitFor('the undo', () => document.version !== version);
    }
    assert.equal(document.getText(), text);
    assert.deepEqual(page.errors, []);
  });

  it('open a field in an editor of its own, and take it back when it is saved', async () => {
    const { document, page } = await open();
    page.act('openField', { node: 'check', path: ['config', 'expression'], kind: 'expression' });
    const field = await waitFor('the field', () => vscode.window.activeTextEditor?.document.fileName.endsWith('check.expression.js') && vscode.window.activeTextEditor.document, limitMs);
    assert.equal(field.getText(), "nodes.implement.outcome === 'passed'");
    const typed = new vscode.WorkspaceEdit();
    typed.replace(field.uri, new vscode.Range(0, 0, field.lineCount, 0), "nodes.implement.pass > 1");
    assert.ok(await vscode.workspace.applyEdit(typed));
    await field.save();
    await page.editors.fieldSaved(field);
    assert.ok(document.getText().includes('"expression": "nodes.implement.pass > 1"'));
    assert.deepEqual(page.errors, []);
    const directory = path.dirname(field.fileName);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await page.editors.fieldsClosed([field.uri]);
    assert.equal(existsSync(directory), false);
  });

  it('have their problems told at the place, open or not, until they are mended', async () => {
    const uri = write(text.replace('"target": "implement"', '"target": "implemnt"'));
    const told = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Amp workflows');
    const found = await waitFor('the problem', () => told().find(({ code }) => code === 'dangling-edge'), limitMs);
    const line = readFileSync(uri.fsPath, 'utf8').split('\n')[found.range.start.line];
    assert.ok(line?.includes('implemnt'), line);
    writeFileSync(uri.fsPath, text);
    await waitFor('no such problem', () => told().length === 0, limitMs);
  });
});
