import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { answerDialog, notification } from '../support/editor/messages';
import { pick, quickInput, runCommand } from '../support/editor/quickInput';
import { expand, rowTexts, treeRow } from '../support/editor/tree';
import { editorTab, openViewContainer, statusBarItem, webview } from '../support/editor/workbench';

const extension = 'amp-orchestrator.amp-session-orchestrator';
const view = 'Sessions';

const repository = makeSampleRepository();
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
afterAll(() => { rmSync(path.dirname(repository), { recursive: true, force: true }); });

describe('one session in the editor, from the palette to the base branch', () => {
  const editor = useEditor({ folder: () => repository, settings: { 'ampOrchestrator.agents.replay.speed': 2 } });

  it('begins with a welcome', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    await page.getByRole('button', { name: 'New Session' }).first().waitFor();
  });

  it('New Session runs the replay agent, and the tree shows it running', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Replay');
    await pick(page, 'New Session', 'Fix the rounding of invoices');
    const prompt = await quickInput(page, 'New Session (3/3)');
    await prompt.locator('input.input').press('Enter');
    await treeRow(page, view, 'replay').waitFor();
    expect((await rowTexts(page, view))[0]).toMatch(/^Fix the rounding of invoices/);
    await treeRow(page, view, 'replay').locator('.codicon-loading').waitFor();
  });

  it('the timeline shows the steps while it runs', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Open Timeline');
    const timeline = webview(page, extension);
    await timeline.getByRole('row', { name: /Read src\/invoice\.ts/ }).waitFor({ timeout: 30_000 });
    expect(await timeline.getByText('Running', { exact: true }).count()).toBeGreaterThan(0);
    expect(await timeline.getByRole('row', { name: /Iteration 1/ }).count()).toBe(1);
    await timeline.getByRole('row', { name: /Edit src\/invoice\.ts/ }).first().waitFor({ timeout: 30_000 });
  });

  it('ends: the tree says so, with its cost, and the timeline has the commit', async () => {
    const { page } = editor;
    await treeRow(page, view, 'ready to merge').waitFor({ timeout: 60_000 });
    expect((await rowTexts(page, view))[0]).toMatch(/\$0\.07 · .* · ready to merge · replay$/);
    await webview(page, extension).getByRole('row', { name: /git commit [0-9a-f]{8}/ }).waitFor({ timeout: 30_000 });
    await statusBarItem(page, '$0.07 today').waitFor();
    expect(git('log', '--format=%s', 'main')).toBe('Invoice sample with a rounding bug');
  });

  it('a step of the timeline shows what went in and out', async () => {
    const timeline = webview(editor.page, extension);
    await timeline.getByRole('row', { name: /Edit src\/invoice\.ts/ }).first().click();
    await timeline.getByText('Math.round', { exact: false }).first().waitFor();
  });

  it('the tree unfolds to iterations and changed files', async () => {
    const { page } = editor;
    await expand(treeRow(page, view, 'ready to merge'));
    await expand(treeRow(page, view, '+29'));
    await treeRow(page, view, 'rounding.test.mjs').waitFor();
    expect((await rowTexts(page, view)).slice(2)).toEqual(['invoice.ts src', 'rounding.test.mjs test']);
  });

  it('Show Changes opens all files in one diff', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Show Changes');
    await editorTab(page, /^Changes: /).waitFor();
    const diff = page.locator('.multiDiffEntry');
    await diff.filter({ hasText: 'invoice.ts' }).first().waitFor();
    await diff.filter({ hasText: 'rounding.test.mjs' }).first().waitFor();
    await diff.locator('.char-insert, .line-insert').first().waitFor();
  });

  it('Merge puts one commit on the base branch and removes the worktree', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Merge...');
    await answerDialog(page, 'into main?', 'Evaluate and merge into main');
    await notification(page, 'is on main as').waitFor({ timeout: 60_000 });
    expect(git('log', '--format=%s', 'main').split('\n')).toHaveLength(2);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
    expect(git('status', '--porcelain')).toBe('');
    execFileSync('npm', ['test'], { cwd: repository, stdio: 'pipe' });
    await treeRow(page, view, 'merged').waitFor();
  });

  it('brings the timeline back after a reload of the window', async () => {
    const { page } = editor;
    await editor.reload();
    await editorTab(page, /^Timeline: /).click();
    await webview(page, extension).getByRole('row', { name: /git merge/ }).waitFor({ timeout: 60_000 });
  });
});
