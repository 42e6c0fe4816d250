import { renameSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeLine, claudePath, fixtureText, LogHome } from '../../../support/agentLogs';
import { claudeTotals, codexTotals } from '../../../support/independentLogReader';

describe('logs that change between imports', () => {
  it('are read from where they were read to, and not at all when nothing has changed', async () => {
    const home = new LogHome();
    const first = claudeLine() + claudeLine();
    home.write(claudePath(), first);
    expect(await home.import()).toMatchObject({ files: 1, bytes: Buffer.byteLength(first), calls: 2 });
    expect(await home.import()).toMatchObject({ files: 0, bytes: 0, calls: 0 });
    const more = claudeLine();
    home.append(claudePath(), more);
    expect(await home.import()).toMatchObject({ files: 1, bytes: Buffer.byteLength(more), calls: 1 });
    expect(home.totals()).toEqual(claudeTotals(first + more));
  });

  it('keep a line that is being written until it is whole, also when it is cut within a character', async () => {
    const home = new LogHome();
    const line = Buffer.from(claudeLine({ content: [{ type: 'text', text: 'naïve → 日本' }] }));
    const cut = line.indexOf('日') + 1;
    home.write(claudePath(), Buffer.concat([Buffer.from(claudeLine()), line.subarray(0, cut)]));
    expect(await home.import()).toMatchObject({ calls: 1, problems: [] });
    home.append(claudePath(), line.subarray(cut, line.length - 1));
    expect(await home.import()).toMatchObject({ calls: 0, problems: [] });
    home.append(claudePath(), '\n');
    expect(await home.import()).toMatchObject({ calls: 1, problems: [] });
    expect(home.totals().calls).toBe(2);
  });

  it('give the same however they were cut: every cut of every recorded log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }), async (cuts) => {
        const home = new LogHome();
        const claude = fixtureText('claude-session.jsonl');
        const codex = fixtureText('codex-rollout.jsonl');
        for (const part of [...cuts, 1].sort((a, b) => a - b)) {
          home.write(claudePath(), Buffer.from(claude).subarray(0, Math.floor(Buffer.byteLength(claude) * part)));
          home.write('.codex/sessions/2026/11/22/rollout-1.jsonl', Buffer.from(codex).subarray(0, Math.floor(Buffer.byteLength(codex) * part)));
          await home.import();
        }
        const claudeCalls = claudeTotals(claude);
        const codexCalls = codexTotals(codex);
        expect(home.totals()).toMatchObject({ calls: claudeCalls.calls + codexCalls.calls, output: claudeCalls.output + codexCalls.output, reasoning: codexCalls.reasoning });
      }),
      { numRuns: 8 },
    );
  });

  it('count once when they were rotated, truncated, replaced or moved', async () => {
    const home = new LogHome();
    const lines = [claudeLine(), claudeLine(), claudeLine()];
    const file = home.write(claudePath(), lines.join(''));
    await home.import();
    truncateSync(file, Buffer.byteLength(lines[0] ?? ''));
    await home.import();
    expect(home.totals().calls).toBe(3);
    // Another log under the same name, longer than what was read of the first one.
    rmSync(file);
    const other = [claudeLine(), claudeLine(), claudeLine(), claudeLine(), claudeLine()];
    home.write(claudePath(), other.join(''));
    await home.import();
    expect(home.totals()).toEqual(claudeTotals(lines.join('') + other.join('')));
    renameSync(file, path.join(path.dirname(file), 'moved.jsonl'));
    expect(await home.import()).toMatchObject({ calls: 0, duplicates: 5 });
    expect(home.totals().calls).toBe(8);
  });

  it('notice a log of the same size under the same name', async () => {
    const home = new LogHome();
    const file = home.write(claudePath(), claudeLine({ id: 'msg_one' }));
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    await home.import();
    home.write(claudePath(), claudeLine({ id: 'msg_two' }));
    await home.import();
    expect([...home.calls.keys()]).toEqual(['claude:msg_one:req_msg_one', 'claude:msg_two:req_msg_two']);
  });

  it('take the last word of a call, also when it comes with a later import', async () => {
    const home = new LogHome();
    const usage = (output: number): string => claudeLine({ id: 'msg_grows', usage: { input_tokens: 3, output_tokens: output } });
    home.write(claudePath(), usage(1) + claudeLine() + usage(20));
    await home.import();
    expect(home.calls.get('claude:msg_grows:req_msg_grows')?.usage.output.text).toBe(20);
    home.append(claudePath(), usage(300));
    await home.import();
    expect(home.calls.get('claude:msg_grows:req_msg_grows')?.usage.output.text).toBe(300);
    expect(home.totals().calls).toBe(2);
  });

  it('forget an unusable note of how far they were read', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine());
    await home.import();
    for (const state of ['', 'null', '{"log":{"identity":{"inode":"x"}},"marks":7}', '[1']) {
      for (const [key, file] of home.files) home.files.set(key, { ...file, state, size: 0 });
      expect(await home.import(), state).toMatchObject({ files: 1, calls: 1 });
    }
    expect(home.totals().calls).toBe(1);
  });
});

describe('whose calls are kept', () => {
  it('those of accepted folders that no session of this repository has made', async () => {
    const home = new LogHome();
    const foreign = claudeLine({ session: 'foreign', cwd: '/elsewhere' });
    const own = claudeLine({ session: 'own', id: 'msg_own' });
    home.write(claudePath('foreign'), foreign);
    home.write(claudePath('own'), own);
    // A fork of a run of ours holds copies of calls that are known already.
    home.write(claudePath('fork'), `{"type":"mode","timestamp":"2027-01-01T00:00:00Z"}\n${claudeLine({ session: 'fork', id: 'msg_own' })}${claudeLine({ session: 'fork', id: 'msg_new' })}`);
    const known = { files: [], agentSessionIds: () => Promise.resolve(new Set(['own'])) };
    const summary = await home.import({ accepts: (cwd) => cwd === '/repo', known });
    expect([...home.calls.keys()]).toEqual(['claude:msg_new:req_msg_new']);
    expect(summary).toMatchObject({ calls: 1, skipped: 2, duplicates: 1 });
    expect([...home.sessions.keys()]).toEqual(['import:claudeCode:fork']);
  });

  it('asks with undefined where a log does not say its folder', async () => {
    const home = new LogHome();
    home.fixture('gemini-chat.jsonl', '.gemini/tmp/unknown/chats/session-1.jsonl');
    const asked: (string | undefined)[] = [];
    await home.import({ accepts: (cwd) => asked.push(cwd) < 0 });
    expect(asked).toEqual([undefined]);
  });

  it('a session keeps its first folder, also when a later import sees only another one', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ cwd: '/repo' }));
    const accepts = (cwd: string | undefined): boolean => cwd === '/repo';
    await home.import({ accepts });
    home.append(claudePath(), claudeLine({ cwd: '/tmp/elsewhere' }));
    expect(await home.import({ accepts })).toMatchObject({ calls: 1, skipped: 0 });
  });
});
