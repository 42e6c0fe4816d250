import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launchBrowser } from '../../../scripts/browser.mjs';
import { isolatedEnvironment, startCodeServer, type CodeServer } from '../../../scripts/codeServer.mjs';
import { ensurePackaged, vsixFile } from '../../../scripts/package.mjs';
import { leaveArtifacts } from './artifacts';
import { openWorkbench, type Workbench } from './workbench';

const startLimitMs = 180_000;

export interface EditorOptions {
  /** The folder to open; called once the suite starts. */
  readonly folder: () => string | Promise<string>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further environment of the server, and so of the extension host. */
  readonly environment?: () => Readonly<Record<string, string>>;
  /** `restricted` opens the folder in Restricted Mode, without asking. */
  readonly trust?: 'trusted' | 'restricted';
}

/** An editor with the packed extension, shared by the tests of a suite. Its members throw before the suite has started. */
export interface Editor {
  readonly page: Page;
  readonly server: CodeServer;
  /** The folder that is open. */
  readonly folder: string;
  /** Reloads the window: a new extension host, the same profile. */
  readonly reload: () => Promise<void>;
}

interface Parts {
  folder: string;
  server: CodeServer;
  browser: Browser;
  workbench: Workbench;
}

/**
 * Starts an editor before the tests of the calling suite and ends it after them. One a suite: starting takes most of the time.
 * A test that fails leaves a picture and the logs in `out/e2e/<test>`.
 */
export function useEditor({ folder, settings = {}, environment, trust = 'trusted' }: EditorOptions): Editor {
  const parts: Partial<Parts> = {};

  function part<Name extends keyof Parts>(name: Name): Parts[Name] {
    const value: Partial<Parts>[Name] = parts[name];
    if (value === undefined) throw new Error(`The editor's ${name} is there only while the tests of its suite run.`);
    return value;
  }

  async function start(): Promise<void> {
    await ensurePackaged();
    parts.folder = await folder();
    const restricted = trust === 'restricted';
    parts.server = await startCodeServer(parts.folder, {
      vsix: vsixFile,
      settings: { ...(restricted ? { 'security.workspace.trust.startupPrompt': 'never' } : {}), ...settings },
      workspaceTrust: restricted,
      environment: (directory) => ({ ...isolatedEnvironment(directory), ...environment?.() }),
      idleSeconds: 120,
    });
    parts.browser = await launchBrowser();
    parts.workbench = await openWorkbench(parts.browser, parts.server.url);
  }

  beforeAll(async ({}, suite) => {
    try {
      await start();
    } catch (error) {
      await leaveArtifacts(`start of ${suite.name}`, parts);
      throw error;
    }
  }, startLimitMs);

  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(async () => void (await leaveArtifacts(task.name, parts)), 60_000);
  });

  afterAll(async () => {
    await parts.browser?.close();
    await parts.server?.stop();
  }, startLimitMs);

  return {
    get page() {
      return part('workbench').page;
    },
    get server() {
      return part('server');
    },
    get folder() {
      return part('folder');
    },
    async reload() {
      const { page } = part('workbench');
      await page.reload({ waitUntil: 'domcontentloaded' });
      await page.locator('.monaco-workbench .activitybar').waitFor();
    },
  };
}
