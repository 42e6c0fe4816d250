import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/bootstrap.mjs';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { openStore } from '../../src/storage/openStore';
import type { Store } from '../../src/storage/store';
import { busyCosts } from '../support/busyCosts';
import { costCall, spanOf } from '../support/costFixtures';
import { costSpanId, writeCosts } from '../support/costStore';
import { useEditor } from '../support/editor/editor';
import { notification } from '../support/editor/messages';
import { runCommand, saveAs } from '../support/editor/quickInput';
import { editorTab, webview } from '../support/editor/workbench';
import { waitFor } from '../support/waitFor';

const extension = 'amp-orchestrator.amp-session-orchestrator';
const repository = makeSampleRepository();
const directory = path.join(repository, '.git', 'amp-orchestrator');

/** Opened by this process: to the editor it is another one, as the command line is. */
let store: Store | undefined;
afterAll(async () => {
  await store?.close();
  rmSync(path.dirname(repository), { recursive: true, force: true });
});

/** Pixels of a canvas that something was drawn on. */
function drawnPixels(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) throw new Error('not a canvas');
    const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? [];
    return pixels.filter((value, index) => index % 4 === 3 && value > 0).length;
  });
}

/** A row of the themes that fit; what is typed must have been taken in before Enter chooses. */
async function chooseTheme(page: Page, theme: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  const widget = page.locator('.quick-input-widget');
  await widget.locator('.monaco-list-row').filter({ hasText: 'Monokai' }).first().waitFor();
  await widget.locator('input.input').fill(theme);
  await widget.locator('.monaco-list-row').filter({ hasText: 'Monokai' }).first().waitFor({ state: 'hidden' });
  await widget.locator('.monaco-list-row').filter({ hasText: theme }).first().click();
}

describe('the cost dashboard in the editor', () => {
  const editor = useEditor({ folder: () => repository, settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
  const dashboard = (): ReturnType<typeof webview> => webview(editor.page, extension);
  const card = (name: string): Locator => dashboard().getByRole('region', { name, exact: true });

  it('says what to do while there is nothing', async () => {
    await runCommand(editor.page, 'Amp: Open Cost Dashboard');
    await editorTab(editor.page, 'Costs').waitFor();
    await dashboard().getByRole('heading', { name: 'No costs yet' }).waitFor({ timeout: 30_000 });
    await dashboard().getByText('New Session', { exact: true }).waitFor();
  });

  it('fills when another process writes sessions, and draws its charts', async () => {
    store = await openStore({ directory, assetsDirectory: path.join(root, 'dist'), kind: 'cli' });
    await writeCosts(store, busyCosts(Date.now()));
    await card('Total cost').getByText(/^(≥ |~)?\$\d/).waitFor({ timeout: 30_000 });
    for (const chart of ['Cost over time', 'Tokens by kind', 'Speed and reliability']) {
      const canvas = card(chart).locator('canvas');
      await waitFor(`the chart of ${chart}`, async () => (await drawnPixels(canvas)) > 2_000, 20_000);
    }
  });

  it('shows a new model call of another process within a second', async () => {
    const before = await card('Total cost').locator('.card-figure').innerText();
    const durations: number[] = [];
    for (const round of [1, 2, 3, 4, 5]) {
      const text = await card('Total cost').locator('.card-figure').innerText();
      const writtenAt = performance.now();
      store?.spans.write(spanOf(costCall('session-0001', Date.now() - 5_000, { costNano: 7_000_000_000, durationMs: 4_000 }), costSpanId(Date.now() - 5_000, round)));
      await waitFor('the new total', async () => (await card('Total cost').locator('.card-figure').innerText()) !== text, 15_000);
      durations.push(performance.now() - writtenAt);
    }
    expect(await card('Total cost').locator('.card-figure').innerText()).not.toBe(before);
    for (const duration of durations) expect(duration).toBeLessThan(1_000);
  });

  it('has a table behind a chart, reached and read by keyboard', async () => {
    const chart = card('Cost over time');
    await chart.getByRole('button', { name: 'Show cost over time as table' }).focus();
    await editor.page.keyboard.press('Enter');
    const table = chart.getByRole('table', { name: 'Cost over time' });
    await table.waitFor();
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(expect.arrayContaining(['Day', 'claude-sonnet-4-5']));
    expect(await table.getByRole('row').count()).toBe(1 + 7 + 1);
    await editor.page.keyboard.press('Enter');
    await chart.locator('canvas').waitFor();
  });

  it.each([
    ['Light Modern', 'vscode-light'],
    ['Dark High Contrast', 'vscode-high-contrast'],
    ['Light High Contrast', 'vscode-high-contrast-light'],
    ['Dark Modern', 'vscode-dark'],
  ])('is drawn anew in %s', async (theme, bodyClass) => {
    const canvas = card('Cost over time').locator('canvas');
    const before = await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    await chooseTheme(editor.page, theme);
    await dashboard().locator(`body.${bodyClass}`).waitFor();
    await waitFor('another picture', async () => (await canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())) !== before, 20_000);
    expect(await drawnPixels(canvas)).toBeGreaterThan(2_000);
  });

  it('comes back after a reload as it was set up', async () => {
    await dashboard().getByLabel('Range').selectOption({ label: 'Last 30 days' });
    await card('Cost breakdown').getByText('the last 30 days').waitFor();
    await Promise.all([editor.page.waitForEvent('domcontentloaded'), runCommand(editor.page, 'Developer: Reload Window')]);
    await dashboard().getByLabel('Range').waitFor({ timeout: 60_000 });
    expect(await dashboard().getByLabel('Range').inputValue()).toBe('30d');
    await card('Cost breakdown').getByText('the last 30 days').waitFor();
  });

  it('exports what it shows to a file', async () => {
    await dashboard().getByText('Export…', { exact: true }).click();
    const file = path.join(path.dirname(repository), 'exported.csv');
    await saveAs(editor.page, 'Export Costs', 'costs-', file);
    await notification(editor.page, 'The costs are in exported.csv').waitFor();
    const [head, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(head).toMatch(/^hour,session_id,session,/);
    expect(rows.some((row) => row.includes(',Fix rounding in invoice totals,'))).toBe(true);
  });

  it('leads to the timeline of a session', async () => {
    await card('Cost breakdown').getByRole('button', { name: 'Fix rounding in invoice totals', exact: true }).click();
    await editorTab(editor.page, /^Timeline: Fix rounding/).waitFor();
    await editorTab(editor.page, 'Costs').click();
    await card('Cost breakdown').getByRole('button', { name: 'Most expensive steps of Smaller images', exact: true }).click();
    await card('Cost breakdown').getByRole('list', { name: 'Most expensive steps' }).getByRole('button').first().click();
    await editorTab(editor.page, /^Timeline: Smaller images/).waitFor();
    await waitFor('the step in the timeline', async () => {
      const open = await editor.page.locator('iframe.webview.ready').count();
      for (let n = 0; n < open; n++) if ((await webview(editor.page, extension, n).getByRole('complementary', { name: 'Details' }).count()) > 0) return true;
      return false;
    }, 30_000);
  });
});
