import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { node24, root } from '../../scripts/bootstrap.mjs';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { graphOf } from '../support/editor/graph';
import { enter, openFile, pick, runCommand } from '../support/editor/quickInput';
import { rowTexts, treeRow } from '../support/editor/tree';
import { editorTab, openViewContainer, statusBarItem, webview } from '../support/editor/workbench';

const extension = 'amp-orchestrator.amp-session-orchestrator';
const view = 'Workflows';

const repository = makeSampleRepository();
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
const file = (name: string): string => path.join(repository, '.amp', 'workflows', name);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const cli = (...args: string[]): string => execFileSync(node24(), [path.join(root, 'dist', 'cli.js'), 'workflow', ...args], { cwd: repository, encoding: 'utf8' });
afterAll(() => { rmSync(path.dirname(repository), { recursive: true, force: true }); });
cpSync(path.join(root, 'media', 'recordings', 'fix-invoice-rounding.jsonl'), path.join(repository, 'recordings', 'rounding.jsonl'));
git('add', '--all');
git('commit', '--quiet', '--message', 'Add a recording');

describe('a workflow in the visual editor', () => {
  // The web's editor saves by itself otherwise: when something is saved is what these tests are about.
  const editor = useEditor({ folder: () => repository, settings: { 'files.autoSave': 'off' } });

  const dirty = (): Locator => editor.page.locator('.tabs-container .tab.dirty');

  async function saved(name: string): Promise<string> {
    const { page } = editor;
    await page.keyboard.press('Control+S');
    await page.locator('.tabs-container .tab:not(.dirty)').filter({ hasText: name }).waitFor();
    return read(name);
  }

  it('New Workflow opens the graph', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    await runCommand(page, 'Amp: New Workflow...');
    await pick(page, 'New Workflow', 'From scratch');
    await enter(page, 'New Workflow (2/2)', 'Ship it');
    await editorTab(page, 'ship-it.json').waitFor();
    await graphOf(page, extension).step('Start').waitFor({ timeout: 30_000 });
    await treeRow(page, view, 'Ship it').waitFor();
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  });

  it('is built by mouse', async () => {
    const { page } = editor;
    const graph = graphOf(page, extension);
    await graph.selectEdge('start-end');
    await graph.inspector.getByRole('button', { name: 'From Start' }).waitFor();
    await page.keyboard.press('Delete');
    await graph.edge('start-end').waitFor({ state: 'detached' });
    await graph.dropStep('Agent', [0.3, 0.3]);
    await graph.step('Agent').waitFor();
    await graph.dragEdge('Start', 'Agent');
    await graph.edge('start-amp').waitFor({ state: 'attached' });
    await graph.dragEdge('Agent', [0.7, 0.3]);
    await graph.pickType('Test');
    await graph.step('Test').waitFor();
    await graph.addAfter('Test', 'Evaluate');
    await graph.addAfter('Evaluate', 'Approval');
    await graph.addAfter('Approval', 'Merge');
    await graph.step('Merge').waitFor();
    await graph.showAll();
    await graph.dragEdge('Merge', 'End');
    await graph.edge('merge-end').waitFor({ state: 'attached' });
    await graph.frame.getByRole('button', { name: 'Lay out' }).click();
  });

  it('its steps are told what to do in the inspector', async () => {
    const { page } = editor;
    const graph = graphOf(page, extension);
    await graph.select('Agent');
    await graph.fill('Prompt', 'Fix the rounding of invoices');
    await graph.field('Agent').selectOption('replay');
    await graph.inspector.getByText('More', { exact: true }).click();
    await graph.fill('Recording', 'recordings/rounding.jsonl');
    await graph.fill('Speed', '2');
    await graph.select('Approval');
    await graph.fill('Message', 'Merge the fix of the rounding?');
    await graph.select('Merge');
    // Saved with what is being typed.
    await graph.field('Message').fill('Round invoices to cents');
    const text = await saved('ship-it.json');
    await graph.frame.getByText('No problems').waitFor();
    await expect(text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '<time>')).toMatchFileSnapshot('golden/builtByMouse.json');
    await runCommand(page, 'Problems: Focus on Problems View');
    await page.locator('.markers-panel').getByText('No problems have been detected').waitFor();
    await runCommand(page, 'View: Hide Panel');
  });

  it('runs, and the graph shows it', async () => {
    const { page } = editor;
    const graph = graphOf(page, extension);
    await graph.frame.getByRole('button', { name: 'Run', exact: true }).click();
    await graph.step('Agent').locator('.run-running').waitFor({ timeout: 20_000 });
    await graph.select('Agent');
    await graph.step('Agent').locator('.run-succeeded').waitFor({ timeout: 60_000 });
    expect(await graph.step('Agent').locator('.node-badge').innerText()).toContain('$0.07');
    await graph.step('Approval').locator('.run-waiting').waitFor({ timeout: 60_000 });
    await openViewContainer(page, 'Amp Sessions');
    await treeRow(page, view, '1 approval open').waitFor();
    await page.locator('.activitybar .action-item').filter({ has: page.locator('[aria-label*="Amp Sessions"]') }).locator('.badge-content', { hasText: '1' }).waitFor();
    await treeRow(page, view, 'Merge the fix of the rounding?').waitFor();
  });

  it('an approval in place merges', async () => {
    const { page } = editor;
    const graph = graphOf(page, extension);
    expect(git('log', '--format=%s', 'main').split('\n')).toHaveLength(2);
    await graph.frame.getByRole('button', { name: '1 step needs you' }).click();
    await graph.inspector.getByRole('tab', { name: 'Run' }).click();
    await graph.inspector.getByLabel('Comment').fill('Looks right');
    await graph.inspector.getByRole('button', { name: 'Approve' }).click();
    await graph.step('End').locator('.run-succeeded').waitFor({ timeout: 60_000 });
    await treeRow(page, view, 'succeeded').first().waitFor();
    expect(git('log', '--format=%s', 'main').split('\n')[0]).toBe('Round invoices to cents');
    execFileSync('npm', ['test'], { cwd: repository, stdio: 'pipe' });
    await treeRow(page, view, /^End/).waitFor();
    const rows = await rowTexts(page, view);
    expect(rows.slice(0, rows.indexOf('Bundled')).map((row) => row.replace(/^\d\d:\d\d:\d\d/, '<time>').replace(/<?\d[\d.]* (ms|s)\b/g, '<duration>'))).toEqual([
      'Ship it succeeded',
      '<time> succeeded · <duration> · $0.07',
      'Start passed · <duration>',
      'Agent passed · <duration> · $0.07',
      'Test passed · <duration>',
      'Evaluate passed · <duration>',
      'Approval approved · <duration>',
      'Merge passed · <duration>',
      'End passed · <duration>',
    ]);
  });

  it('a step leads to its session and its changes', async () => {
    const { page } = editor;
    const graph = graphOf(page, extension);
    await graph.showAll();
    await graph.select('Agent');
    await graph.inspector.getByRole('button', { name: 'Open timeline' }).click();
    await editorTab(page, /^Timeline: /).waitFor();
    await webview(page, extension, 1).getByRole('row', { name: /Edit src\/invoice\.ts/ }).first().waitFor({ timeout: 30_000 });
  });

  it('an outside edit during a drag loses nothing, and undo goes back byte by byte', async () => {
    const { page } = editor;
    await runCommand(page, 'View: Close All Editors');
    await treeRow(page, view, /^Ship it/).click();
    const graph = graphOf(page, extension);
    await graph.step('Start').waitFor({ timeout: 30_000 });
    const outside = read('ship-it.json').replace('"name": "Agent"', '"name": "Implement"');
    await graph.lift('Agent');
    writeFileSync(file('ship-it.json'), outside);
    await graph.step('Implement').waitFor();
    await graph.putDown();
    await dirty().waitFor();
    const moved = await saved('ship-it.json');
    expect(changedLines(outside, moved)).toEqual([expect.stringMatching(/^ {6}"position": \{ "x": \d+, "y": \d+ \}$/)]);
    await page.keyboard.press('Control+Z');
    await dirty().waitFor();
    expect(await saved('ship-it.json')).toBe(outside);
    await page.keyboard.press('Control+Y');
    await dirty().waitFor();
    expect(await saved('ship-it.json')).toBe(moved);
  });

  it('goes on by itself after the window was closed, with what was decided meanwhile', async () => {
    const { page } = editor;
    writeFileSync(file('ask.json'), JSON.stringify(asking, undefined, 2));
    await treeRow(page, view, /^Ask/).click();
    await editorTab(page, 'ask.json').waitFor();
    const graph = graphOf(page, extension);
    await graph.step('Start').waitFor({ timeout: 30_000 });
    await graph.frame.getByRole('button', { name: 'Run', exact: true }).click();
    await graph.step('First').locator('.run-waiting').waitFor({ timeout: 20_000 });
    const [first] = openApprovals();
    await page.goto('about:blank');
    expect(cli('approve', `${first?.execution}/${first?.id}`, '--comment', 'From the terminal')).toMatch(/^Approved: First\?/);
    await page.goto(editor.server.url, { waitUntil: 'domcontentloaded' });
    // The window that went away at once may not have kept which editors were open.
    await page.locator('.monaco-workbench .activitybar').waitFor();
    await openFile(page, 'ask.json');
    await graph.frame.getByRole('button', { name: '1 step needs you' }).click({ timeout: 60_000 });
    await graph.step('Second').locator('.run-waiting').waitFor();
    const [second] = openApprovals();
    cli('approve', `${second?.execution}/${second?.id}`);
    await graph.frame.locator('.run-status').getByText('Succeeded').waitFor({ timeout: 20_000 });
    await graph.select('First');
    await graph.inspector.getByRole('tab', { name: 'Run' }).click();
    await graph.inspector.getByText('From the terminal', { exact: true }).waitFor();
  });

  it('text that is no JSON is pointed at', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    writeFileSync(file('broken.json'), '{\n  "id": "broken",\n  "name" "Broken"\n}\n');
    await openFile(page, 'broken.json');
    const { frame } = graphOf(page, extension);
    await frame.getByText('Line 3, column 10').waitFor({ timeout: 30_000 });
    await frame.getByRole('button', { name: 'Open as text' }).click();
    await statusBarItem(page, 'Ln 3, Col 10').waitFor();
  });

  it('a newer format and a type that is not known are shown, not changed', async () => {
    const { page } = editor;
    const newer = JSON.stringify({ ...asking, schemaVersion: 99, id: 'newer', nodes: asking.nodes.map((node) => (node.id === 'first' ? { ...node, type: 'teleport' } : node)) });
    writeFileSync(file('newer.json'), newer);
    await openFile(page, 'newer.json');
    const graph = graphOf(page, extension);
    await graph.frame.getByText('written by a newer version').first().waitFor({ timeout: 30_000 });
    expect(await graph.frame.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    expect(await graph.step('First').innerText()).toContain('teleport');
    await graph.select('First');
    await graph.inspector.getByText('teleport').first().waitFor();
    await page.keyboard.press('Delete');
    expect(await dirty().count()).toBe(0);
    expect(read('newer.json')).toBe(newer);
  });
});

const asking = {
  schemaVersion: 1,
  id: 'ask',
  name: 'Ask',
  version: '1.0.0',
  variables: {},
  nodes: [
    { id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } },
    { id: 'first', type: 'approval', name: 'First', config: { message: 'First?' }, position: { x: 0, y: 120 } },
    { id: 'second', type: 'approval', name: 'Second', config: { message: 'Second?' }, position: { x: 0, y: 240 } },
    { id: 'end', type: 'end', name: 'End', config: {}, position: { x: 0, y: 360 } },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'first' },
    { id: 'b', source: 'first', target: 'second', outcome: 'approved' },
    { id: 'c', source: 'second', target: 'end', outcome: 'approved' },
  ],
};

function openApprovals(): readonly { readonly execution: string; readonly id: string }[] {
  return (JSON.parse(cli('list', '--json')) as { readonly approvals: readonly { readonly execution: string; readonly id: string }[] }).approvals;
}

function changedLines(before: string, after: string): readonly string[] {
  const lines = before.split('\n');
  return after.split('\n').filter((line, index) => line !== lines[index]);
}
