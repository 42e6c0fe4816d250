// A headless Chromium that shows a workbench.
import { findOrInstallChromium } from './chromium.mjs';
import { requireEditorPackage } from './editorPackages.mjs';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launchBrowser() {
  /** @type {typeof import('playwright-core')} */
  const { chromium } = requireEditorPackage('playwright-core');
  return chromium.launch({ executablePath: await findOrInstallChromium(), headless: true, args });
}
