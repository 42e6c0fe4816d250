// A small real repository to try sessions on: a TypeScript project with a failing test that needs no packages.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './bootstrap.mjs';

/** Makes it in a new temporary folder. @returns {string} its path */
export function makeSampleRepository() {
  const repository = path.join(realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-sample-'))), 'invoice-sample');
  cpSync(path.join(root, 'media', 'sample'), repository, { recursive: true });
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const git = (/** @type {readonly string[]} */ ...args) => execFileSync('git', args, { cwd: repository, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Sample Author');
  git('config', 'user.email', 'sample@example.com');
  git('config', 'commit.gpgSign', 'false');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Invoice sample with a rounding bug');
  return repository;
}
