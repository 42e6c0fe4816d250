import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { answerNotification, notification, notificationTexts } from '../support/editor/messages';
import { enter, pick, runCommand } from '../support/editor/quickInput';
import { openViewContainer } from '../support/editor/workbench';

const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-empty-')));
  folders.push(folder);
  return folder;
}

describe('a folder that is no repository', () => {
  const editor = useEditor({ folder: emptyFolder });

  it('is told in the view and by the command, and nothing is made', async () => {
    const { page, folder } = editor;
    await openViewContainer(page, 'Amp Sessions');
    await page.locator('.welcome-view-content').filter({ hasText: 'Sessions work on git branches' }).waitFor();
    await runCommand(page, 'Amp: New Session...');
    await notification(page, 'is not a git repository').waitFor();
    for (const text of await notificationTexts(page)) expect(text).not.toMatch(/\n\s*at |\.js:\d+/);
    execFileSync('test', ['!', '-e', path.join(folder, '.git')]);
  });
});

describe('a repository in which agents fail', () => {
  const editor = useEditor({
    folder: () => {
      const repository = makeSampleRepository();
      folders.push(path.dirname(repository));
      return repository;
    },
    environment: () => ({ PATH: '/usr/bin:/bin' }),
  });
  const worktrees = (): string[] => execFileSync('git', ['worktree', 'list'], { cwd: editor.folder, encoding: 'utf8' }).trim().split('\n');

  it('says that a program is missing, what to do, and leaves no worktree', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Claude Code');
    await enter(page, 'New Session (2/2)', 'Do something');
    await notification(page, 'Claude Code was not found').waitFor();
    for (const text of await notificationTexts(page)) expect(text).not.toMatch(/\n\s*at |\.js:\d+/);
    expect(worktrees()).toHaveLength(1);
  });

  it('asks for the settings when no command is set', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Command');
    await answerNotification(page, 'No program is set', 'Open Settings');
    await page.locator('.settings-editor').waitFor();
    expect(worktrees()).toHaveLength(1);
  });

  it('will not start without a prompt', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Claude Code');
    await enter(page, 'New Session (2/2)', '  ');
    await page.locator('.quick-input-message').filter({ hasText: 'Say what the agent shall do.' }).waitFor();
    await page.keyboard.press('Escape');
    expect(worktrees()).toHaveLength(1);
  });
});
