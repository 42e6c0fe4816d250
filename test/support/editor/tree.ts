import type { Locator, Page } from 'playwright-core';

/** A row of the tree view with this title (as its header shows it), by a part of what it shows: label and description. */
export function treeRow(page: Page, view: string, text: string | RegExp): Locator {
  return tree(page, view).getByRole('treeitem').filter({ hasText: text });
}

function tree(page: Page, view: string): Locator {
  return page.getByRole('tree', { name: view });
}

/** What the rows of a tree view show, from top to bottom: label and description, with one space between. */
export function rowTexts(page: Page, view: string): Promise<string[]> {
  return tree(page, view)
    .getByRole('treeitem')
    .evaluateAll((rows) => rows.map((row) => ['.label-name', '.label-description'].map((part) => row.querySelector(part)?.textContent ?? '').join(' ').trim()));
}

/** Unfolds a row; does nothing if it is open. */
export async function expand(row: Locator): Promise<void> {
  if ((await row.getAttribute('aria-expanded')) !== 'false') return;
  await row.locator('.monaco-tl-twistie').click();
}

/** Presses an inline action of a row by its title. */
export async function rowAction(row: Locator, title: string): Promise<void> {
  await row.hover();
  await row.getByRole('button', { name: title }).click();
}

/** Picks an entry of a row's context menu. */
export async function rowMenu(page: Page, row: Locator, entry: string): Promise<void> {
  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}
