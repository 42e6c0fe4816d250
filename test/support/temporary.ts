import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder for the test that is running, removed after it. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-test-')));
  onTestFinished(() => { rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }); });
  return directory;
}
