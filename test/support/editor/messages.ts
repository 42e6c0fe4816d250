import type { Locator, Page } from 'playwright-core';

/** A notification that is shown now, by a part of its text. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
}

/** What the notifications that are shown now say. */
export function notificationTexts(page: Page): Promise<string[]> {
  return page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
}

/** Waits for a notification and presses one of its buttons. */
export async function answerNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  const item = notification(page, text);
  await item.waitFor();
  await item.hover();
  await item.getByRole('button', { name: button, exact: true }).click();
}

/** A modal message, by a part of its text. */
export function dialog(page: Page, text: string | RegExp): Locator {
  return page.locator('.monaco-dialog-box').filter({ hasText: text });
}

/** Waits for a modal message and presses one of its buttons. */
export async function answerDialog(page: Page, text: string | RegExp, button: string): Promise<void> {
  const box = dialog(page, text);
  await box.waitFor();
  await box.getByRole('button', { name: button, exact: true }).click();
}
