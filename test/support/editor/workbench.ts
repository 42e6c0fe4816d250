import type { Browser, Locator, Page } from 'playwright-core';

const workbenchLimitMs = 60_000;

export interface Workbench {
  readonly page: Page;
  /** What the page's console said, a line each, the newest last. */
  readonly console: readonly string[];
}

/** Runs in the page. The editor's own offline worker (not that of webviews) makes the first webview four seconds slower. */
function leaveOfflineWorkerOut(): void {
  const container = navigator.serviceWorker;
  const register = container.register.bind(container);
  container.register = (script, options) => (String(script).endsWith('/_static/out/browser/serviceWorker.js') ? new Promise<ServiceWorkerRegistration>(() => undefined) : register(script, options));
}

/** Opens a window of the editor and waits until it can be used. */
export async function openWorkbench(browser: Browser, url: string): Promise<Workbench> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(leaveOfflineWorkerOut);
  const page = await context.newPage();
  const console: string[] = [];
  page.on('console', (message) => console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.push(`uncaught: ${error.stack ?? error.message}`));
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: workbenchLimitMs });
  return { page, console };
}

/** The content of a webview of an extension, the n-th that is open. Its frame may still be loading: give the first step on it 30 s. */
export function webview(page: Page, extensionId: string, n = 0): ReturnType<Locator['contentFrame']> {
  return page.locator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`).nth(n).contentFrame().locator('iframe#active-frame').contentFrame();
}

/** Shows a view container by the title of its activity-bar entry. */
export async function openViewContainer(page: Page, title: string): Promise<void> {
  const entry = page.locator('.activitybar').getByRole('tab', { name: title });
  await entry.waitFor({ timeout: workbenchLimitMs });
  // A click on the container that is open would close it.
  if ((await entry.getAttribute('aria-selected')) !== 'true') await entry.click();
}

/** The tab of an open editor. */
export function editorTab(page: Page, title: string | RegExp): Locator {
  return page.locator('.tabs-container .tab').filter({ hasText: title });
}

/** An entry of the status bar. */
export function statusBarItem(page: Page, text: string | RegExp): Locator {
  return page.locator('.statusbar-item').filter({ hasText: text });
}
