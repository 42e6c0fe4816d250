import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { node24, root } from '../../scripts/bootstrap.mjs';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { notificationTexts } from '../support/editor/messages';
import { pick, quickInput, runCommand } from '../support/editor/quickInput';
import { rowTexts, treeRow } from '../support/editor/tree';
import { openViewContainer } from '../support/editor/workbench';

const view = 'Sessions';
const repository = makeSampleRepository();
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(path.dirname(repository), { recursive: true, force: true });
});

const program = path.join(root, 'dist', 'cli.js');
const cli = async (...args: string[]): Promise<string> => (await promisify(execFile)(node24(), [program, ...args], { cwd: repository })).stdout;

/** The command line's own list: name → status. */
async function statuses(): Promise<Record<string, string>> {
  const sessions = JSON.parse(await cli('sessions', '--json')) as { name: string; status: string }[];
  return Object.fromEntries(sessions.map(({ name, status }) => [name, status]));
}

describe('editor and command line on one repository', () => {
  const editor = useEditor({ folder: () => repository, settings: { 'ampOrchestrator.agents.replay.speed': 2 } });

  it('the editor shows a run of the command line while it runs, and stops it', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    await page.getByRole('button', { name: 'New Session' }).first().waitFor();
    const run = spawn(node24(), [program, 'run', '--agent', 'command', '--prompt', 'From the terminal', '--', 'node', '-e', 'require("fs").writeFileSync("made.txt", "x"); setInterval(() => {}, 1000)'], { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(run);
    const ended = new Promise<number | null>((resolve) => run.once('exit', resolve));
    let output = '';
    run.stdout.on('data', (data: Buffer) => { output += data.toString(); });
    await treeRow(page, view, /^From the terminal/).locator('.codicon-loading').waitFor();
    await runCommand(page, 'Amp: Stop');
    expect(await ended).toBe(130);
    expect(output).toContain('A made.txt');
    await treeRow(page, view, 'stopped').waitFor();
  });

  it('both run sessions at the same time and see them all; nothing is locked', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Replay');
    await pick(page, 'New Session', 'Fix the rounding of invoices');
    await (await quickInput(page, 'New Session (3/3)')).locator('input.input').press('Enter');
    const outputs = await Promise.all(['one', 'two', 'three'].map((name) => cli('run', '--agent', 'command', '--prompt', name, '--', 'node', '-e', `require("fs").writeFileSync("${name}.txt", "x")`)));
    for (const output of outputs) expect(output).toContain('succeeded');
    await treeRow(page, view, /^Fix the rounding.*ready to merge/).waitFor({ timeout: 60_000 });
    const everywhere = ['From the terminal', 'Fix the rounding of invoices', 'one', 'three', 'two'];
    expect((await rowTexts(page, view)).map((row) => everywhere.find((name) => row.startsWith(name))).filter((name) => name !== undefined).sort()).toEqual([...everywhere].sort());
    expect(await statuses()).toEqual({ 'From the terminal': 'stopped', 'Fix the rounding of invoices': 'ready', one: 'ready', two: 'ready', three: 'ready' });
    expect(await notificationTexts(page)).toEqual([]);
  });

  it('the editor shows a merge of the command line', async () => {
    expect(await cli('merge', 'one', '--override', 'It was stopped half-way by this test')).toContain('is on main as');
    await treeRow(editor.page, view, /^one.*merged/).waitFor();
  });
});
