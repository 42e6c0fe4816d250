import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { node24, root } from '../../scripts/bootstrap.mjs';
import { makeEvaluatedRepository } from '../support/evaluatedRepository';
import { useEditor } from '../support/editor/editor';
import { answerDialog, notification } from '../support/editor/messages';
import { enter, offered, pick, quickInput, runCommand } from '../support/editor/quickInput';
import { expand, treeRow } from '../support/editor/tree';
import { editorTab, openViewContainer, webview } from '../support/editor/workbench';
import { waitFor } from '../support/waitFor';

const repository = makeEvaluatedRepository();
const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository.folder, encoding: 'utf8' }).trim();
const prompts = (): string[] => readFileSync(repository.prompts, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as string);
afterAll(() => { rmSync(repository.around, { recursive: true, force: true }); });

const sessions = 'Sessions';
const tests = 'Test Explorer';
const goal = 'Add up all lines';

function testRow(page: Page, text: string | RegExp): Locator {
  return page.getByRole('tree', { name: tests }).getByRole('treeitem').filter({ hasText: text });
}

/** Unfolds a row once there is something below it, which the view hears of later than of the row itself. */
async function unfold(page: Page, text: string | RegExp): Promise<void> {
  await testRow(page, text).and(page.locator('[aria-expanded]')).waitFor();
  await expand(testRow(page, text));
}

/** Picks a quick fix at the line with this text. */
async function fix(page: Page, line: string, title: string): Promise<void> {
  await page.locator('.monaco-editor .view-line').filter({ hasText: line }).getByText(line.split(/[ .]/)[0] ?? line).first().click();
  const offer = page.locator('.action-widget').getByText(title);
  // The editor shows what is there when the key is pressed, and findings may be on their way.
  await waitFor(`the quick fix "${title}"`, async () => {
    await page.keyboard.press('Control+.');
    return offer.waitFor({ timeout: 2_000 }).then(() => true, () => page.keyboard.press('Escape').then(() => false));
  }, 20_000);
  await offer.click();
}

describe('evaluations in the editor', () => {
  const editor = useEditor({ folder: () => repository.folder });

  it('a session makes a change with two faults', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    execFileSync(node24(), [path.join(root, 'dist', 'cli.js'), 'run', '--agent', 'command', '--prompt', goal, '--', ...repository.argv], { cwd: repository.folder, stdio: 'pipe' });
    await treeRow(page, sessions, 'ready to merge').waitFor({ timeout: 60_000 });
  });

  it('the Test Explorer lists the session with its evaluators, and runs them', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Testing');
    await unfold(page, goal);
    await unfold(page, /^all/);
    await testRow(page, 'leftovers').waitFor();
    await testRow(page, goal).hover();
    await testRow(page, goal).getByRole('button', { name: /^Run Test/ }).click();
    await testRow(page, /^eslint.*1 finding/).waitFor({ timeout: 60_000 });
    await testRow(page, /^leftovers.*1 finding/).waitFor();
    await unfold(page, /^leftovers.*1 finding/);
    await testRow(page, 'console.log was left behind.').waitFor();
  });

  it('the finding is in Problems and squiggled on its line', async () => {
    const { page } = editor;
    await page.keyboard.press('Control+Shift+M');
    const problem = page.locator('.markers-panel').getByRole('treeitem').filter({ hasText: 'console.log was left behind.' });
    await problem.waitFor();
    expect(await problem.innerText()).toContain('[Ln 6, Col 3]');
    await problem.dblclick();
    await editorTab(page, 'total.js').waitFor();
    await page.locator('.squiggly-error').first().waitFor();
    expect(await page.locator('.monaco-editor .view-line').filter({ hasText: 'console.log' }).count()).toBe(1);
  });

  it('the merge is blocked, with the reasons', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Merge...');
    expect(await offered(page, 'Merge blocked')).toEqual(expect.arrayContaining(['Send Findings to the Session…', 'Show Report', 'Merge Anyway…', expect.stringMatching(/^leftovers failed/)]));
    await pick(page, 'Merge blocked', 'Show Report');
    await editorTab(page, /^Preview Evaluation of/).waitFor({ timeout: 30_000 });
    await webview(page, 'vscode.markdown-language-features').getByText('console.log was left behind.').first().waitFor({ timeout: 30_000 });
    expect(git('log', '--format=%s', 'main').split('\n')).toHaveLength(1);
  });

  it('merging anyway takes a reason', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Merge...');
    await pick(page, 'Merge blocked', 'Merge Anyway…');
    await enter(page, 'Merge "', 'because');
    await (await quickInput(page, 'Merge "')).getByText('Give a reason of at least 10 characters.').waitFor();
    await page.keyboard.press('Escape');
    expect(git('log', '--format=%s', 'main').split('\n')).toHaveLength(1);
  });

  it('debugging a custom evaluator shows what it prints', async () => {
    const { page } = editor;
    const evaluator = testRow(page, /^leftovers/);
    await evaluator.hover();
    await evaluator.getByRole('button', { name: /^Debug Test/ }).click();
    await runCommand(page, 'Test Results: Focus on Test Results View');
    await page.locator('.xterm-rows, .test-output-peek').filter({ hasText: 'in a sandbox that no debugger can enter' }).first().waitFor();
  });

  it('a finding is suppressed with a reason in the way of its tool, which can be undone', async () => {
    const { page } = editor;
    await editorTab(page, 'total.js').click();
    await fix(page, 'const unused', 'Suppress here with a reason (eslint)…');
    await enter(page, 'Suppress: no-unused-vars', 'kept for the next step');
    await page.locator('.monaco-editor .view-line').filter({ hasText: '// eslint-disable-next-line no-unused-vars -- kept for the next step' }).waitFor();
    await page.keyboard.press('Control+Z');
    await page.locator('.monaco-editor .view-line').filter({ hasText: 'eslint-disable' }).waitFor({ state: 'detached' });
  });

  it('the quick fix sends the finding to the session as its next prompt', async () => {
    const { page } = editor;
    await editorTab(page, 'total.js').click();
    await fix(page, 'console.log', 'Send to session (leftovers)…');
    await pick(page, 'Send to Session', goal);
    const input = await quickInput(page, `Send to Session: ${goal}`);
    await input.locator('input.input').press('Enter');
    await openViewContainer(page, 'Amp Sessions');
    await treeRow(page, sessions, 'stale').waitFor({ timeout: 60_000 });
    expect(prompts()).toHaveLength(2);
    expect(prompts()[1]).toMatch(/^Fix what the evaluation "leftovers" found in src\/total\.js:6: console\.log was left behind\. \(rule leftover\)\n\nThe lines of src\/total\.js as they were evaluated:\n\n```\n3: /);
  });

  it('the merge evaluates again, and is allowed', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Merge...');
    await answerDialog(page, 'Its evaluation is stale', 'Evaluate and merge into main');
    await notification(page, 'is on main as').waitFor({ timeout: 60_000 });
    expect(git('log', '--format=%s', 'main').split('\n')).toHaveLength(2);
    expect(readFileSync(`${repository.folder}/src/total.js`, 'utf8')).not.toContain('console.log');
    await runCommand(page, 'Problems: Focus on Problems View');
    await page.locator('.markers-panel').getByText('No problems have been detected').waitFor();
  });
});
