import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { asList, asObject } from '../../src/base/jsonShape';
import { useEditor } from '../support/editor/editor';
import { answerByKeys, keyboardOf, runByKeys, type Keyboard } from '../support/editor/keyboard';
import { webview } from '../support/editor/workbench';
import { waitFor } from '../support/waitFor';

const extension = 'amp-orchestrator.amp-session-orchestrator';

const repository = makeSampleRepository();
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
afterAll(() => { rmSync(path.dirname(repository), { recursive: true, force: true }); });
mkdirSync(path.join(repository, 'recordings'), { recursive: true });
cpSync(path.join(root, 'media', 'recordings', 'fix-invoice-rounding.jsonl'), path.join(repository, 'recordings', 'rounding.jsonl'));
git('add', '--all');
git('commit', '--quiet', '--message', 'Add a recording');

/** What a workflow does: everything but where its steps stand and when it was written. */
function meaning(text: string): unknown {
  const { nodes, edges, schemaVersion, version, variables } = asObject(JSON.parse(text)) ?? {};
  const byId = (list: unknown): unknown[] => asList(list).map((thing) => asObject(thing) ?? {}).sort((a, b) => String(a['id']).localeCompare(String(b['id'])));
  return { schemaVersion, version, variables, nodes: byId(nodes).map((node) => ({ ...asObject(node), position: undefined })), edges: byId(edges) };
}

describe('a workflow by keyboard alone', () => {
  const editor = useEditor({ folder: () => repository, settings: { 'files.autoSave': 'off' } });
  const frame = (): ReturnType<typeof webview> => webview(editor.page, extension);
  const byMouse = (): unknown => meaning(readFileSync(path.join(root, 'test', 'e2e', 'golden', 'builtByMouse.json'), 'utf8'));

  async function newWorkflow(name: string): Promise<Keyboard> {
    const { page } = editor;
    await runByKeys(page, 'View: Close All Editors');
    await runByKeys(page, 'Amp: New Workflow...');
    await answerByKeys(page, 'New Workflow (1/2)', 'From scratch');
    await answerByKeys(page, 'New Workflow (2/2)', name);
    const shown = frame();
    await shown.locator('.step, .tree-row').first().waitFor({ timeout: 30_000 });
    // Nothing has to be clicked first: the keys are at the graph.
    await waitFor('the focus in the graph', () => shown.locator('.canvas:focus, .tree:focus').count().then((count) => count === 1));
    return keyboardOf(page, shown);
  }

  async function saved(name: string): Promise<string> {
    await editor.page.keyboard.press('Control+S');
    await editor.page.locator('.tabs-container .tab:not(.dirty)').filter({ hasText: name }).waitFor();
    return readFileSync(path.join(repository, '.amp', 'workflows', name), 'utf8');
  }

  it('is built in the graph', async () => {
    const keys = await newWorkflow('Ship it');
    const current = (name: string): Promise<void> => frame().locator('.step.current .step-name').filter({ hasText: new RegExp(`^${name}$`) }).waitFor();
    const add = async (type: string): Promise<void> => {
      await keys.press('a');
      await keys.type(type);
      await keys.press('Enter');
      await current(type);
    };
    await keys.press('ArrowRight', 'e');
    await frame().locator('[role=status]').getByText('Edge from Start to End.').waitFor({ state: 'attached' });
    await keys.press('Delete');
    await frame().locator('[data-edge="start-end"]').waitFor({ state: 'detached' });
    for (const type of ['Agent', 'Test', 'Evaluate', 'Approval', 'Merge']) await add(type);
    await keys.press('c');
    await frame().getByText('Connect Merge to').first().waitFor();
    await frame().locator('.step.target').filter({ hasText: 'End' }).waitFor();
    await keys.press('Enter');
    await frame().locator('[data-edge="merge-end"]').waitFor({ state: 'attached' });

    const walkTo = async (name: string): Promise<void> => {
      await keys.press('/');
      await keys.type(name);
      await keys.press('Enter');
      await current(name);
      await keys.press('Enter');
      expect(await keys.focused()).toBe('Name');
    };
    await walkTo('Agent');
    await keys.tabTo('Agent');
    await keys.type('rep');
    await keys.tabTo('Prompt');
    await keys.type('Fix the rounding of invoices');
    await keys.tabTo('More');
    await keys.press('Enter');
    await keys.tabTo('Recording');
    await keys.type('recordings/rounding.jsonl');
    await keys.tabTo('Speed');
    await keys.type('2');
    await keys.press('Enter', 'Escape');
    await waitFor('the focus back in the graph', () => frame().locator('.canvas:focus').count().then((count) => count === 1));
    await walkTo('Approval');
    await keys.tabTo('Message');
    await keys.press('Control+A');
    await keys.type('Merge the fix of the rounding?');
    await keys.press('Control+Enter', 'Escape');
    await walkTo('Merge');
    await keys.tabTo('Message');
    await keys.type('Round invoices to cents');
    // Saving does not leave behind what is still being typed.
    const text = await saved('ship-it.json');
    await frame().getByText('No problems').waitFor();
    expect(meaning(text)).toEqual(byMouse());
    expect(await keys.mousePresses()).toBe(0);
  });

  it('names, groups and notes are written, and edges walked', async () => {
    const { page } = editor;
    const keys = await keyboardOf(page, frame());
    await keys.press('Escape', '/');
    await keys.type('test');
    await keys.press('Enter', 'F2');
    await frame().getByLabel('Name of Test').waitFor();
    await keys.press('Control+A');
    await keys.type('Unit tests');
    await keys.press('Enter');
    await frame().locator('.step-name').getByText('Unit tests').waitFor();
    await keys.press('Shift+ArrowRight', 'g');
    await frame().getByRole('group', { name: 'Group Group' }).waitFor();
    await keys.press('F2');
    await frame().getByLabel('Name of the group').waitFor();
    await keys.press('Control+A');
    await keys.type('Checks');
    await keys.press('Enter');
    await frame().getByRole('group', { name: 'Group Checks' }).waitFor();
    await keys.press('n');
    await frame().getByLabel('Text of the note').waitFor();
    await keys.type('Both have to pass.');
    await keys.press('Control+Enter');
    await frame().getByRole('note').getByText('Both have to pass.').waitFor();
    await keys.press('/');
    await keys.type('Evaluate');
    await keys.press('Enter', 'e', 'ArrowDown');
    await frame().locator('[role=status]').getByText('Edge from Unit tests to Evaluate: passed.').waitFor({ state: 'attached' });
    await keys.press('Enter');
    expect(await keys.focused()).toBe('Outcome');
    await keys.press('Escape');
    expect(asObject(JSON.parse(await saved('ship-it.json')))).toMatchObject({ groups: [{ name: 'Checks', nodes: ['test', 'eval'] }], notes: [{ text: 'Both have to pass.' }] });
    expect(await keys.mousePresses()).toBe(0);
  });

  it('is built in the tree', async () => {
    const keys = await newWorkflow('Ship by tree');
    await keys.press('t');
    const active = (name: string): Promise<void> => frame().locator('.tree-row.active .tree-name').filter({ hasText: new RegExp(`^${name}$`) }).waitFor();
    await active('Start');
    await keys.press('ArrowDown');
    await active('→ End');
    await keys.press('Delete');
    await frame().locator('.tree-edge').waitFor({ state: 'detached' });
    await keys.press('Home');
    await active('Start');
    for (const type of ['Agent', 'Test', 'Evaluate', 'Approval', 'Merge']) {
      await keys.press('a');
      await keys.type(type);
      await keys.press('Enter');
      await active(type);
    }
    await keys.press('c');
    await keys.type('end');
    await keys.press('Enter');
    await active('→ End');
    await keys.press('ArrowLeft', 'Enter');
    expect(await keys.focused()).toBe('Name');
    await keys.tabTo('Message');
    await keys.type('Round invoices to cents');
    await keys.press('Control+Enter', 'Escape', 'n');
    await waitFor('the note in the inspector', async () => (await keys.focused()) === 'Text');
    await keys.type('By tree.');
    await keys.press('Tab', 'Escape');
    await frame().locator('.tree-note').getByText('By tree.').waitFor();
    const text = await saved('ship-by-tree.json');
    const shape = (value: unknown): unknown => asList(asObject(value)?.['edges']);
    expect(shape(meaning(text))).toEqual(shape(byMouse()));
    expect(asObject(JSON.parse(text))?.['notes']).toMatchObject([{ text: 'By tree.' }]);
    expect(await keys.mousePresses()).toBe(0);
  });
});
