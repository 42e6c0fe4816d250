import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';
import type { webview } from './workbench';

/** A page that is worked with by keys alone. */
export interface Keyboard {
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  /** Runs a command by its exact label in the palette. */
  readonly command: (label: string) => Promise<void>;
  /** Goes on with Tab until the field or button with this name has the focus. */
  readonly tabTo: (name: string) => Promise<void>;
  /** What the focus is on, by its name. */
  readonly focused: () => Promise<string>;
  /** Presses of the mouse in the frame since this was made. */
  readonly mousePresses: () => Promise<number>;
}

const mostTabs = 60;

export async function keyboardOf(page: Page, frame: ReturnType<typeof webview>): Promise<Keyboard> {
  const body: Locator = frame.locator('body');
  const focused = (): Promise<string> =>
    body.evaluate(({ ownerDocument: { activeElement: element } }) => {
      const label = element && 'labels' in element ? (element.labels as NodeListOf<HTMLLabelElement> | null)?.[0]?.textContent : undefined;
      return (label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '').replace(/ \*$/, '').trim();
    });
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await body.evaluate((element) => element.addEventListener('pointerdown', () => (element.dataset['presses'] = String(Number(element.dataset['presses'] ?? 0) + 1)), true));
  return {
    press,
    focused,
    type: (text) => page.keyboard.type(text),
    command: (label) => runByKeys(page, label),
    tabTo: async (name) => {
      for (let count = 0; count < mostTabs; count++) {
        if ((await focused()) === name) return;
        await press('Tab');
      }
      throw new Error(`Tab leads to no "${name}"; it stands on "${await focused()}".`);
    },
    mousePresses: async () => Number((await body.getAttribute('data-presses')) ?? 0),
  };
}

/** The palette lists what was registered when it opened: it is reopened until its first entry is the one. */
export async function runByKeys(page: Page, label: string): Promise<void> {
  const widget = page.locator('.quick-input-widget');
  const first = widget.locator('.monaco-list-row.focused .label-name').first();
  await waitFor(`the command "${label}"`, async () => {
    await page.keyboard.press('F1');
    // It may close again when something else takes the focus.
    const typed = await widget.locator('input.input').fill(`>${label}`, { timeout: 2_000 }).then(() => true, () => false);
    const found = typed && (await waitFor('its entry', async () => (await first.textContent({ timeout: 2_000 }).catch(() => undefined)) === label, 3_000).catch(() => false));
    await page.keyboard.press(found ? 'Enter' : 'Escape');
    return found;
  }, 60_000);
}

/** Answers the question of a quick pick or input box with this title: an entry by its label, or a text. */
export async function answerByKeys(page: Page, title: string, text: string): Promise<void> {
  const widget = page.locator('.quick-input-widget').filter({ has: page.locator('.quick-input-title', { hasText: title }) });
  await widget.waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
  const entries = await widget.locator('.monaco-list-row').count();
  if (entries > 0) await widget.locator('.monaco-list-row.focused', { hasText: text }).waitFor();
  await page.keyboard.press('Enter');
}
