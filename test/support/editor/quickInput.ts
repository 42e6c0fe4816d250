import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';

const commandLimitMs = 60_000;
const stepLimitMs = 20_000;

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

function inputOf(widget: Locator): Locator {
  return widget.locator('input.input');
}

function rowOf(page: Page, widget: Locator, label: string): Locator {
  return widget.locator('.monaco-list-row').filter({ has: page.locator('.label-name', { hasText: exactly(label) }) }).first();
}

/** Playwright says so in its log once the mouse has really been pressed: whatever fails after that, the command has run. */
function wasPressed(error: unknown): boolean {
  return String(error).includes('performing click action');
}

/**
 * Runs a command by its exact label in the palette, category included. The palette lists what was registered when it opened and never
 * refreshes, and it closes when something else takes the focus: it is reopened until the command is there and was pressed, once.
 */
export async function runCommand(page: Page, label: string): Promise<void> {
  const deadline = Date.now() + commandLimitMs;
  const widget = page.locator('.quick-input-widget');
  const row = rowOf(page, widget, label);
  for (;;) {
    try {
      await page.keyboard.press('F1');
      await inputOf(widget).fill(`>${label}`, { timeout: 2000 });
      await row.click({ timeout: 2000 });
      return;
    } catch (cause) {
      if (wasPressed(cause)) throw cause;
      if (Date.now() > deadline) throw new Error(`The palette offers no command "${label}".`, { cause });
      await page.keyboard.press('Escape');
    }
  }
}

/** Waits for a quick pick or input box with this title and returns its widget. */
export async function quickInput(page: Page, title: string | RegExp): Promise<Locator> {
  const widget = page.locator('.quick-input-widget').filter({ has: page.locator('.quick-input-title', { hasText: title }) });
  await widget.waitFor({ timeout: stepLimitMs });
  return widget;
}

/** Picks one item, by its exact label, of the quick pick with this title. */
export async function pick(page: Page, title: string | RegExp, label: string): Promise<void> {
  const row = rowOf(page, await quickInput(page, title), label);
  await row.click({ timeout: stepLimitMs });
}

/** The labels that the quick pick with this title offers, as far as they are scrolled into view. */
export async function offered(page: Page, title: string | RegExp): Promise<string[]> {
  const labels = (await quickInput(page, title)).locator('.monaco-list-row .label-name');
  await labels.first().waitFor({ timeout: stepLimitMs });
  return labels.allTextContents();
}

/** Types into the input box with this title and accepts it. */
export async function enter(page: Page, title: string | RegExp, text: string): Promise<void> {
  const input = inputOf(await quickInput(page, title));
  await input.fill(text);
  await input.press('Enter');
}

/** Answers the question for a file: what is typed before the suggestion stands there would be lost to it. */
export async function saveAs(page: Page, title: string, suggestion: string, file: string): Promise<void> {
  const input = inputOf(await quickInput(page, title));
  await waitFor('the question for the file', async () => (await input.inputValue()).includes(suggestion));
  await input.fill(file);
  await input.press('Enter');
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  const row = rowOf(page, widget, name);
  // The list is that of the moment when it was opened.
  await waitFor(`the file ${name}`, async () => {
    await runCommand(page, 'Go to File...');
    await inputOf(widget).fill(name);
    return row.waitFor({ timeout: 2000 }).then(() => true, () => page.keyboard.press('Escape').then(() => false));
  }, stepLimitMs);
  await row.click();
}
