import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOutcome } from '../../../src/agents/agentDriver';
import { pathRewriter, replayDriver } from '../../../src/agents/replay';
import { systemClock } from '../../../src/base/clock';
import { run } from '../../../src/base/processes';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { tokensIn, tokensOut } from '../../../src/model/usage';
import { agentFixture, callUsages, fixtureLines, ofKind, runUsages } from '../../support/fakeAgents/streams';

const media = path.resolve(import.meta.dirname, '../../../media');
const demonstration = path.join(media, 'recordings/fix-invoice-rounding.jsonl');
const driver = replayDriver({ clock: systemClock, env: {} });
let folder: string;
let worktree: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'replay-')));
  worktree = path.join(folder, 'tree');
  mkdirSync(worktree);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Played {
  readonly outcome: AgentOutcome;
  readonly events: readonly AgentEvent[];
  readonly lines: readonly string[];
}

async function play(recording: string, options: { readonly speed?: number; readonly signal?: AbortSignal; readonly onEvent?: (event: AgentEvent) => void } = {}): Promise<Played> {
  const events: AgentEvent[] = [];
  const lines: string[] = [];
  const outcome = await driver.run({
    prompt: 'ignored',
    cwd: worktree,
    options: { recording, speed: options.speed ?? 0 },
    runMarker: 'replay',
    signal: options.signal ?? new AbortController().signal,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    onLine: (line) => lines.push(line),
  });
  return { outcome, events, lines };
}

const result = { type: 'result', subtype: 'success', is_error: false, result: 'done', session_id: 's' };

/** A recording in which each tool call succeeds at once, or fails where `isError` says so. */
function recordingOf(...calls: readonly { readonly name: string; readonly input: object; readonly isError?: boolean }[]): string {
  const lines = calls.flatMap(({ name, input, isError = false }, index) => [
    { type: 'assistant', message: { id: `m${index}`, content: [{ type: 'tool_use', id: `t${index}`, name, input }] } },
    { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: `t${index}`, content: 'ok', is_error: isError }] } },
  ]);
  const init = { type: 'system', subtype: 'init', session_id: 's', cwd: '/repo' };
  const file = path.join(folder, 'run.jsonl');
  const recorded = [{ type: 'recording', version: 1, agent: 'claudeCode', cwd: '/repo' }, ...[init, ...lines, result].map((line, index) => ({ t: index * 50, line }))];
  writeFileSync(file, recorded.map((line) => JSON.stringify(line)).join('\n'));
  return file;
}

function recordedBy(agent: string, fixture: string, header: object = {}): string {
  const file = path.join(folder, `${fixture}.jsonl`);
  const lines = fixtureLines(fixture).map((line, index) => `{"t":${index},"line":${line}}`);
  writeFileSync(file, [JSON.stringify({ type: 'recording', version: 1, agent, cwd: '/repo', ...header }), ...lines].join('\n'));
  return file;
}

const read = (name: string): string => readFileSync(path.join(worktree, name), 'utf8');

describe('the demonstration', () => {
  it('repairs the sample project, whose failing test then passes', async () => {
    cpSync(path.join(media, 'sample'), worktree, { recursive: true });
    const test = (): Promise<{ exitCode: number | null; stdout: string }> =>
      run(process.execPath, ['--import', './scripts/typescript.mjs', '--test'], { cwd: worktree, env: { PATH: process.env['PATH'], NO_COLOR: '1' } });
    expect((await test()).exitCode).toBe(1);
    const started = systemClock.now();
    const { outcome, events, lines } = await play(demonstration);
    expect(Math.min(...events.map((event) => event.ts))).toBeGreaterThanOrEqual(started);
    expect(outcome).toMatchObject({ status: 'succeeded', summary: expect.stringContaining('all 10 tests pass') as string });
    expect((await test()).exitCode).toBe(0);
    expect(ofKind(events, 'toolStarted').map((event) => event.name)).toEqual(['Read', 'Read', 'Edit', 'Edit', 'Write', 'Bash']);
    expect(lines.join('\n')).not.toMatch(/"\/repo\b/);
    expect(ofKind(events, 'toolStarted')[0]?.input).toEqual({ file_path: path.join(worktree, 'src/invoice.ts') });
  });

  it('tells the usage of each call so that it adds up to that of the run', async () => {
    cpSync(path.join(media, 'sample'), worktree, { recursive: true });
    const { events } = await play(demonstration);
    const [whole] = runUsages(events);
    const sum = (count: typeof tokensIn): number => callUsages(events).reduce((total, event) => total + count(event.usage), 0);
    expect(callUsages(events)).toHaveLength(7);
    expect([sum(tokensIn), sum(tokensOut)]).toEqual([whole && tokensIn(whole.usage), whole && tokensOut(whole.usage)]);
    expect(whole).toMatchObject({ costNano: 66_357_900, costBasis: 'reported', usage: { output: { reasoning: 129 } } });
  });

  it('is short, and holds nothing of the machine it was made on', () => {
    const text = readFileSync(demonstration, 'utf8');
    expect(text.length).toBeLessThan(150_000);
    expect(text).not.toMatch(/\/(tmp\/(?!cc-socks)|root|work|Users)\b/);
    const times = text.trim().split('\n').slice(1).map((line) => (JSON.parse(line) as { t: number }).t);
    expect(times.at(-1)).toBeGreaterThan(20_000);
    expect(times.at(-1)).toBeLessThan(40_000);
  });
});

describe('replay', () => {
  it('fails as the recorded run failed', async () => {
    const { outcome } = await play(agentFixture('recording-failed'));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'agent-failed', message: 'Replay failed: Credit balance is too low.' } });
  });

  it('does the successful edits of Claude Code and Amp, and no others', async () => {
    writeFileSync(path.join(worktree, 'a.txt'), 'one two one\r\nthree\r\n');
    const { outcome } = await play(
      recordingOf(
        { name: 'Edit', input: { file_path: '/repo/a.txt', old_string: 'one\nthree', new_string: '1\n3' } },
        { name: 'Edit', input: { file_path: 'a.txt', old_string: 'o', new_string: '$&', replace_all: true } },
        { name: 'Write', input: { file_path: '/repo/new/deep.txt', content: 'deep' } },
        { name: 'Write', input: { file_path: '/repo/denied.txt', content: 'x' }, isError: true },
        { name: 'Edit', input: { file_path: '/repo/empty.txt', old_string: '', new_string: 'made' } },
        { name: 'MultiEdit', input: { file_path: '/repo/empty.txt', edits: [{ old_string: 'made', new_string: 'mode' }, { old_string: 'mo', new_string: 'co' }] } },
        { name: 'create_file', input: { path: '/repo/amp.txt', content: 'amp' } },
        { name: 'edit_file', input: { path: '/repo/amp.txt', old_str: 'a', new_str: 'A' } },
        { name: 'Bash', input: { command: `touch ${worktree}/bash.txt` } },
      ),
    );
    expect(outcome).toEqual({ status: 'succeeded', agentSessionId: 's', summary: 'done' });
    expect(read('a.txt')).toBe('$&ne tw$& 1\r\n3\r\n');
    expect([read('new/deep.txt'), read('empty.txt'), read('amp.txt')]).toEqual(['deep', 'code', 'Amp']);
    expect([existsSync(path.join(worktree, 'denied.txt')), existsSync(path.join(worktree, 'bash.txt'))]).toEqual([false, false]);
  });

  it.each([
    ['a text that is not there', { name: 'Edit', input: { file_path: '/repo/a.txt', old_string: 'missing', new_string: '' } }],
    ['a text that is there twice', { name: 'Edit', input: { file_path: '/repo/a.txt', old_string: 'x', new_string: '' } }],
    ['the second of two edits', { name: 'MultiEdit', input: { file_path: '/repo/a.txt', edits: [{ old_string: 'x\n', new_string: '' }, { old_string: 'y', new_string: '' }] } }],
    ['a file that is not there', { name: 'edit_file', input: { path: '/repo/b/a.txt', old_str: 'x', new_str: '' } }],
    ['a new file that is not new', { name: 'Edit', input: { file_path: '/repo/a.txt', old_string: '', new_string: 'y' } }],
    ['a file where a folder is', { name: 'Write', input: { file_path: '/repo/a.txt/b', content: 'y' } }],
  ])('stops at %s, with the tree as it was', async (_what, call) => {
    writeFileSync(path.join(worktree, 'a.txt'), 'x\nx x');
    const { outcome, events } = await play(recordingOf(call, { name: 'Write', input: { file_path: '/repo/after.txt', content: '' } }));
    expect(outcome).toMatchObject({ status: 'failed', agentSessionId: 's', error: { code: 'recording-does-not-fit', message: expect.stringContaining('.txt') as string } });
    expect(read('a.txt')).toBe('x\nx x');
    expect(existsSync(path.join(worktree, 'after.txt')) || existsSync(path.join(worktree, 'b'))).toBe(false);
    expect(ofKind(events, 'toolFinished')).toHaveLength(1);
  });

  it.each(['/repo/../out.txt', '../out.txt', '{folder}/out.txt', '/repo/link/out.txt', '/repo/dangling', '/repo/.git', '/repo/.GIT/config', '/repo'])('never writes to %s', async (file) => {
    mkdirSync(path.join(folder, 'outside'));
    symlinkSync(path.join(folder, 'outside'), path.join(worktree, 'link'));
    symlinkSync(path.join(folder, 'dangling.txt'), path.join(worktree, 'dangling'));
    const { outcome } = await play(recordingOf({ name: 'Write', input: { file_path: file.replace('{folder}', folder), content: 'evil' } }));
    expect(outcome.error?.code).toBe('recording-does-not-fit');
    for (const escaped of ['out.txt', 'outside/out.txt', 'dangling.txt', 'tree/.git', 'tree/.GIT']) expect(existsSync(path.join(folder, escaped))).toBe(false);
  });

  it('edits through links that stay inside', async () => {
    mkdirSync(path.join(worktree, 'real'));
    symlinkSync('real', path.join(worktree, 'link'));
    expect((await play(recordingOf({ name: 'Write', input: { file_path: '/repo/link/a.txt', content: 'a' } }))).outcome.status).toBe('succeeded');
    expect(read('real/a.txt')).toBe('a');
  });

  it('keeps the recorded rhythm, and stops at once when told to', async () => {
    cpSync(path.join(media, 'sample'), worktree, { recursive: true });
    const stop = new AbortController();
    const started = systemClock.now();
    const { outcome, events } = await play(demonstration, { speed: 1, signal: stop.signal, onEvent: (event) => { if (event.kind === 'callStarted') stop.abort(); } });
    const tookMs = systemClock.now() - started;
    expect(outcome.status).toBe('stopped');
    expect(tookMs).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThan(10_000);
    expect(events.at(-1)).toMatchObject({ kind: 'callFinished', errorMessage: expect.any(String) as string });
  });

  it('plays the recording of a command', async () => {
    const file = path.join(folder, 'command.jsonl');
    const write = (exitCode: number): void => {
      writeFileSync(file, [{ type: 'recording', version: 1, agent: 'command', cwd: '/repo' }, { t: 0, line: 'in /repo/x' }, { t: 1, exitCode }].map((line) => JSON.stringify(line)).join('\n'));
    };
    write(0);
    expect((await play(file)).outcome).toEqual({ status: 'succeeded', summary: `in ${worktree}/x` });
    write(2);
    expect((await play(file)).outcome).toMatchObject({ status: 'failed', error: { code: 'agent-failed' } });
  });

  it.each(['gemini', 'opencode'] as const)('does the edits of %s', async (agent) => {
    const body = 'function add(a, b) {\n  return a - b;\n}\n';
    writeFileSync(path.join(worktree, 'app.js'), body);
    const { outcome, events } = await play(recordedBy(agent, `${agent}-edit`));
    expect(outcome).toMatchObject({ status: 'succeeded', summary: 'Fixed the add function in app.js: it now adds.' });
    expect(read('app.js')).toBe(body.replace('a - b', 'a + b'));
    expect(ofKind(events, 'toolStarted')).toHaveLength(3);
    await play(recordedBy(agent, `${agent}-write`));
    expect(read('hello.txt')).toBe('hello from fake model\n');
  });

  it('plays Codex, which does not tell its edits, and does not take a conversation for a run', async () => {
    const { outcome, events } = await play(recordedBy('codex', 'codex-edit'));
    expect(outcome.status).toBe('succeeded');
    expect(runUsages(events)).toMatchObject([{ usage: { input: { text: 1120 } } }]);
    expect(ofKind(events, 'notice').at(-1)?.message).toMatch(/a replay leaves them as they are/);
    const resumed = await play(recordedBy('codex', 'codex-resume2', { resumed: true }));
    expect(runUsages(resumed.events)).toMatchObject([{ incomplete: true, usage: { input: { text: 0 } } }]);
  });

  it('refuses what cannot be played before a run', async () => {
    await expect(driver.check({})).rejects.toMatchObject({ code: 'agent-not-configured' });
    await expect(driver.check({ recording: path.join(folder, 'none') })).rejects.toMatchObject({ code: 'recording-missing' });
    await expect(driver.check({ recording: path.join(media, 'sample/package.json') })).rejects.toMatchObject({ code: 'recording-invalid' });
    await driver.check({ recording: demonstration });
  });
});

describe('pathRewriter', () => {
  it('replaces whole paths only, at any depth', () => {
    const rewrite = pathRewriter('/repo/', '/tree $&');
    expect(rewrite({ a: ['/repo', '/repo/x and "/repo".', 'see /repo.'], n: 1, z: null })).toEqual({ a: ['/tree $&', '/tree $&/x and "/tree $&".', 'see /tree $&.'], n: 1, z: null });
    for (const other of ['/repo2', '/repo-x', '/repo.git', '/a/repo', '~/repo', './repo', 'x/repo']) expect(rewrite(other)).toBe(other);
  });
});
