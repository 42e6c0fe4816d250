import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRecording, openRecording } from '../../../src/agents/recording';
import type { RecordedLine } from '../../../src/agents/recording';
import { writeRecording } from '../../../src/agents/recordingWriter';
import { SimulatedClock } from '../../../src/base/clock';
import { agentFixture } from '../../support/fakeAgents/streams';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'recording-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function linesOf(file: string): Promise<readonly RecordedLine[]> {
  const lines: RecordedLine[] = [];
  for await (const line of (await openRecording(file)).lines()) lines.push(line);
  return lines;
}

function recordingOf(...lines: readonly (object | string)[]): string {
  const file = path.join(folder, 'run.jsonl');
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}

const header = { type: 'recording', version: 1, agent: 'claudeCode', cwd: '/repo' };

describe('writeRecording', () => {
  it('keeps every line with its time, and what was written can be read', async () => {
    const clock = new SimulatedClock(5_000);
    const file = path.join(folder, 'deep/er/run.jsonl');
    const writer = writeRecording(file, { agent: 'command', cwd: '/repo', title: 'Grüße', prompt: 'do' }, clock);
    writer.write('{"big": 1.50}\r');
    clock.advance(1_200);
    writer.write('not JSON "at all"');
    writer.write('   ');
    writer.write('[1]');
    clock.advance(1_000_000);
    writer.close(3);
    writer.write('late');
    expect(writer.problem).toBeUndefined();
    expect(readFileSync(file, 'utf8').split('\n')[1]).toBe('{"t":0,"line":{"big": 1.50}}');
    expect((await openRecording(file)).header).toEqual({ agent: 'command', cwd: '/repo', title: 'Grüße', prompt: 'do' });
    expect(await linesOf(file)).toEqual([
      { kind: 'line', t: 0, value: { big: 1.5 } },
      { kind: 'line', t: 1_200, value: 'not JSON "at all"' },
      { kind: 'line', t: 1_200, value: '[1]' },
      { kind: 'exit', t: 1_001_200, exitCode: 3 },
    ]);
  });

  it('keeps the problem of a file that cannot be made', () => {
    writeFileSync(path.join(folder, 'file'), '');
    const writer = writeRecording(path.join(folder, 'file/in/a/file.jsonl'), { agent: 'amp', cwd: '/repo' }, new SimulatedClock(0));
    writer.write('{}');
    writer.close(0);
    expect(writer.problem).toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')('keeps the problem of a full disk instead of failing the run', () => {
    const writer = writeRecording('/dev/full', { agent: 'amp', cwd: '/repo' }, new SimulatedClock(0));
    for (let line = 0; line < 100; line++) writer.write(JSON.stringify({ text: 'x'.repeat(10_000) }));
    writer.close();
    expect(writer.problem).toMatchObject({ code: 'ENOSPC' });
  });
});

describe('openRecording', () => {
  it('takes the bare output of an agent, with the rhythm of its times', async () => {
    expect((await openRecording(agentFixture('claude-edit'))).header).toEqual({ agent: 'claudeCode', cwd: '/repo' });
    expect((await openRecording(agentFixture('amp-SYNTHETIC-success'))).header).toEqual({ agent: 'amp', cwd: '/repo/wt' });
    const times = (await linesOf(agentFixture('claude-edit'))).map((line) => line.t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(340);
  });

  it('says that a file is missing', async () => {
    await expect(openRecording(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'recording-missing' });
    await expect(openRecording(folder)).rejects.toMatchObject({ code: 'recording-missing' });
  });

  it.each([
    ['an empty file', [], 1],
    ['a file of another kind', ['# Readme'], 1],
    ['JSON of another kind', [{ name: 'package' }], 1],
    ['a list', ['[1,2]'], 1],
    ['a newer version', [{ ...header, version: 2 }], 1],
    ['an unknown agent', [{ ...header, agent: 'skynet' }], 1],
    ['no folder', [{ ...header, cwd: '' }], 1],
    ['nothing recorded', [header], 2],
    ['a line cut off', [header, { t: 0, line: {} }, '', '{"t":1,"line":{"a'], 4],
    ['a line without a time', [header, { line: {} }], 2],
    ['a line without content', [header, { t: 0, line: 7 }], 2],
  ])('names the line of %s', async (_what, lines, number) => {
    const error = await checkRecording(recordingOf(...lines)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'recording-invalid', message: expect.stringContaining(`Line ${number} `) as string });
  });
});
