import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSampleRepository } from '../../scripts/sampleRepository.mjs';
import { useEditor } from '../support/editor/editor';
import { answerNotification, notification } from '../support/editor/messages';
import { enter, pick, quickInput, runCommand, saveAs } from '../support/editor/quickInput';
import { rowTexts, treeRow } from '../support/editor/tree';
import { editorTab, openViewContainer, webview } from '../support/editor/workbench';
import { otlpReceiver } from '../support/otlpReceiver';
import { waitFor } from '../support/waitFor';

const extension = 'amp-orchestrator.amp-session-orchestrator';
const view = 'Sessions';
const session = 'Fix the rounding of invoices';
// Of no shape that a pattern knows: only because it was stored as a key can it be kept out.
const key = 'planted-key-of-the-local-server-4711';

const repository = makeSampleRepository();
afterAll(() => { rmSync(path.dirname(repository), { recursive: true, force: true }); });

/** Files below a folder that hold the key, as text of one or two bytes a character or as base64. */
function filesWithKey(folder: string): string[] {
  const forms = [Buffer.from(key), Buffer.from(key, 'utf16le'), Buffer.from(Buffer.from(key).toString('base64').replace(/=+$/, '').slice(0, -1))];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return forms.some((form) => bytes.includes(form));
    });
}

describe('budgets, keys and exports in the editor', () => {
  const editor = useEditor({ folder: () => repository, settings: { 'ampOrchestrator.agents.replay.speed': 3 } });
  /** Gives an amount to the question that is open, and waits until it was taken: another command would take the question away. */
  const give = async (label: string, amount: string): Promise<void> => {
    await enter(editor.page, `Budget: ${label}`, amount);
    await editor.page.locator('.quick-input-title', { hasText: `Budget: ${label}` }).waitFor({ state: 'hidden' });
  };
  const setBudget = async (label: string, amount: string): Promise<void> => {
    await runCommand(editor.page, 'Amp: Set Budget...');
    await pick(editor.page, 'Set Budget', label);
    await give(label, amount);
  };
  /** What the list of limits says of one. */
  const limit = async (label: string): Promise<string> => {
    await runCommand(editor.page, 'Amp: Set Budget...');
    const row = (await quickInput(editor.page, 'Set Budget')).locator('.monaco-list-row').filter({ hasText: label });
    await row.waitFor();
    const text = await row.innerText();
    await editor.page.keyboard.press('Escape');
    return text.replace(/\s+/g, ' ');
  };

  it('refuses what is no amount, with words', async () => {
    const { page } = editor;
    await openViewContainer(page, 'Amp Sessions');
    await runCommand(page, 'Amp: Set Budget...');
    await pick(page, 'Set Budget', 'Today, all sessions');
    for (const text of ['five', '-1', '1e3', '0x10']) {
      await enter(page, 'Budget: Today, all sessions', text);
      await page.locator('.quick-input-message').filter({ hasText: 'Give an amount in US dollars' }).waitFor();
    }
    await page.keyboard.press('Escape');
    expect(await limit('Today, all sessions')).toContain('no limit, $0.00 spent');
  });

  it('keeps the budgets of the day and of each session', async () => {
    await setBudget('Today, all sessions', '5');
    await setBudget('Each session', '$0.04');
    expect(await limit('Today, all sessions')).toContain('limit $5.00, $0.00 spent');
    expect(await limit('Each session')).toContain('limit $0.04');
  });

  it('keeps a key, untried where its server is not known', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Set API Key...');
    await pick(page, 'Set API Key', 'Local server');
    await enter(page, 'API Key of Local server', 'a key');
    await page.locator('.quick-input-message').filter({ hasText: 'characters that no key has' }).waitFor();
    await enter(page, 'API Key of Local server', key);
    await notification(page, 'The key for Local server was stored. It was not tried.').waitFor();
  });

  it('warns at four fifths of a budget, and stops the run when it is used up', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: New Session...');
    await pick(page, 'New Session', 'Replay');
    await pick(page, 'New Session', session);
    await (await quickInput(page, 'New Session (3/3)')).locator('input.input').press('Enter');
    await notification(page, `"${session}" nears its budget. The session has spent $0.04 of its $0.04.`).waitFor({ timeout: 30_000 });
    await notification(page, `"${session}" was stopped: The session has spent $0.04 of its $0.04.`).waitFor({ timeout: 30_000 });
    await treeRow(page, view, 'over budget').waitFor();
    // Once, though it went on spending between the two.
    expect(await notification(page, 'nears its budget').count()).toBe(1);
  });

  it('says which session a smaller raise still holds back', async () => {
    const { page } = editor;
    await answerNotification(page, 'nears its budget', 'Raise Budget...');
    await give(session, '0.0401');
    await notification(page, `"${session}" is still held back. The session has spent`).waitFor();
    expect((await rowTexts(page, view))[0]).toContain('over budget');
  });

  it('goes on after its budget was raised, and says nothing of one that is lowered', async () => {
    const { page } = editor;
    await runCommand(page, 'Notifications: Clear All Notifications');
    await setBudget('Today, all sessions', '4');
    expect(await limit('Today, all sessions')).toContain('limit $4.00');
    expect(await notification(page, 'still held back').count()).toBe(0);
    await setBudget(session, '1');
    await treeRow(page, view, 'stopped').waitFor();
    expect(await notification(page, 'still held back').count()).toBe(0);
  });

  it('sends a run to the receiver that the settings name, and keeps the key out of everything', async () => {
    const { page, server } = editor;
    const receiver = await otlpReceiver();
    // Their scope is the machine: the editor takes them from its server's settings, not from the person's.
    const machine = path.join(server.directory, 'ud', 'Machine');
    mkdirSync(machine, { recursive: true });
    writeFileSync(path.join(machine, 'settings.json'), JSON.stringify({ 'ampOrchestrator.export.otlp.endpoint': receiver.endpoint }));
    await runCommand(page, 'Amp: Run Iteration');
    await enter(page, `Run Iteration: ${session}`, `Use the key ${key} of the server`);
    await treeRow(page, view, 'ready to merge').waitFor({ timeout: 60_000 });
    // What the agent reported for the whole run, to which its calls are brought at its end.
    const calls = await waitFor('the calls at the receiver', () => {
      const sent = receiver.spans.filter(({ name }) => name.startsWith('chat '));
      const cost = sent.reduce((sum, { attributes }) => sum + Number(attributes['amp.cost.usd'] ?? 0), 0);
      return sent.length >= 7 && Math.abs(cost - 0.0663579) < 1e-9 && sent;
    }, 30_000);
    expect(calls[0]?.attributes).toMatchObject({ 'gen_ai.request.model': 'claude-sonnet-5-5' });
    expect(receiver.requests.some(({ body }) => body.includes(key) || body.includes('Use the key'))).toBe(false);
    writeFileSync(path.join(machine, 'settings.json'), '{}');
    expect(filesWithKey(path.join(repository, '.git'))).toEqual([]);
    expect(filesWithKey(server.directory)).toEqual([]);
  });

  it('explains what a call cost', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Open Timeline');
    await editorTab(page, /^Timeline: /).waitFor();
    const timeline = webview(page, extension);
    await timeline.getByRole('row', { name: /anthropic:chat/ }).first().click({ timeout: 30_000 });
    const details = timeline.getByRole('complementary', { name: 'Details' });
    await details.getByText('Explain cost', { exact: true }).waitFor();
    await details.getByText(/14,210 .*cache/).first().waitFor();
  });

  it('exports what was traced to a file', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Export Telemetry...');
    await pick(page, 'Export Telemetry', 'JSON');
    await pick(page, 'Export Telemetry', 'All Sessions');
    await pick(page, 'Export Telemetry', 'Content Too');
    const file = path.join(path.dirname(repository), 'telemetry.json');
    await saveAs(page, 'Export Telemetry', 'telemetry', file);
    await notification(page, /\d+ spans exported to telemetry\.json/).waitFor();
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ sessions: [{ name: session }] });
    expect(text).toContain('Use the key');
    expect(text).not.toContain(key);
  });

  it('takes a key away again', async () => {
    const { page } = editor;
    await runCommand(page, 'Amp: Set API Key...');
    await pick(page, 'Set API Key', 'Local server');
    await pick(page, 'API Key of Local server', 'Remove the Key');
    await notification(page, 'The key for Local server was removed.').waitFor();
    await runCommand(page, 'Amp: Set API Key...');
    const row = (await quickInput(page, 'Set API Key')).locator('.monaco-list-row').filter({ hasText: 'Local server' });
    expect(await row.innerText()).toContain('no key');
    await page.keyboard.press('Escape');
  });
});
