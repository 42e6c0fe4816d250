import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeLine, claudePath, flatPrices, LogHome } from '../../../support/agentLogs';
import { expectCode } from '../../../support/expectCode';

describe('counts and times that cannot be true', () => {
  it.each([
    ['negative', { input_tokens: -1, output_tokens: 5 }],
    ['beyond what a number holds', { input_tokens: 2 ** 53, output_tokens: 5 }],
    ['no whole number', { input_tokens: 1.5, output_tokens: 5 }],
    ['a text', { input_tokens: '10', output_tokens: 5 }],
    ['an object', { input_tokens: {}, output_tokens: 5 }],
    ['more reasoning than output', { input_tokens: 1, output_tokens: 5, output_tokens_details: { thinking_tokens: 6 } }],
  ])('%s: the call is kept, its cost is unknown, and it is told', async (_name, usage) => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ usage }) + claudeLine());
    const { problems } = await home.import();
    const [bad, good] = [...home.calls.values()];
    expect(bad).toMatchObject({ costBasis: 'unknown' });
    expect(bad?.costNano).toBeUndefined();
    expect(good).toMatchObject({ costBasis: 'computed', costNano: 15 });
    expect(problems).toMatchObject([{ problem: 'a call has token counts that cannot be true', count: 1 }]);
  });

  it('in a log of another repository are not told here', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ usage: { input_tokens: -1, output_tokens: 5 } }));
    expect((await home.import({ accepts: () => false })).problems).toEqual([]);
  });

  it('more cached than there is: the same, in the words of Codex and of Gemini', async () => {
    const home = new LogHome();
    const usage = { input_tokens: 5, cached_input_tokens: 6, output_tokens: 1 };
    home.write('.codex/sessions/2026/01/01/rollout-1.jsonl', `${JSON.stringify({ timestamp: '2026-01-01T00:00:00Z', type: 'token_usage_record', payload: { response_id: 'r', usage } })}\n`);
    home.write('.gemini/tmp/x/chats/session-1.jsonl', `${JSON.stringify({ sessionId: 's', type: 'gemini', id: 'g', timestamp: '2026-01-01T00:00:00Z', tokens: { input: 5, cached: 6, output: 1 } })}\n`);
    expect((await home.import()).problems).toHaveLength(2);
    for (const call of home.calls.values()) expect(call).toMatchObject({ costBasis: 'unknown', usage: { input: { text: 0, cacheRead: 6 } } });
  });

  it.each([['none', null], ['no time', 'yesterday'], ['1970', '1970-01-01T00:00:00Z'], ['far ahead', '2999-01-01T00:00:00Z'], ['a list', []]])('a time that is %s becomes the time of the call before it', async (_name, timestamp) => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ id: 'msg_a' }) + claudeLine({ id: 'msg_b', timestamp }));
    const { problems } = await home.import();
    expect(home.calls.get('claude:msg_b:req_msg_b')?.ts).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(problems).toMatchObject([{ problem: 'a call has a time that cannot be true' }]);
  });

  it('a first time that cannot be true becomes that of the file', async () => {
    const home = new LogHome();
    const file = home.write(claudePath(), claudeLine({ timestamp: 'x' }));
    await home.import();
    expect([...home.calls.values()][0]?.ts).toBe(statSync(file).mtimeMs);
  });

  it('a price that nobody knows is unknown, and a model that Claude Code makes up is no call', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ model: 'unlisted' }) + claudeLine({ model: '<synthetic>' }));
    await home.import();
    expect([...home.calls.values()]).toMatchObject([{ model: 'unlisted', costBasis: 'unknown' }]);
  });

  it('what the price list cannot know makes a cost approximate', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine({ usage: { input_tokens: 1, output_tokens: 1, speed: 'fast' } }) + claudeLine({ usage: { input_tokens: 1, output_tokens: 1, server_tool_use: { web_search_requests: 2 } } }));
    await home.import();
    expect([...home.calls.values()].map(({ costBasis }) => costBasis)).toEqual(['approximate', 'approximate']);
  });

  it('parts of cache writes replace their sum, and the tier of the service is priced', async () => {
    const home = new LogHome();
    const asked: unknown[] = [];
    const usage = (parts: object | undefined): Record<string, unknown> => ({ input_tokens: 1, cache_creation_input_tokens: 30, cache_creation: parts, output_tokens: 1, service_tier: 'batch' });
    home.write(claudePath(), claudeLine({ usage: usage({ ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 }) }) + claudeLine({ usage: usage(undefined) }) + claudeLine({ usage: usage({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 }) }));
    await home.import({ prices: () => Promise.resolve({ price: (request) => (asked.push(request.serviceTier), flatPrices.price(request)) }) });
    expect([...home.calls.values()].map(({ usage: { input } }) => [input.cacheWrite5m, input.cacheWrite1h])).toEqual([[10, 20], [30, 0], [30, 0]]);
    expect(asked).toEqual(['batch', 'batch', 'batch']);
  });
});

describe('files that cannot be read', () => {
  it('a line of 100 MB is skipped and told, and memory stays bounded', { timeout: 60_000 }, async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine());
    for (let part = 0; part < 10; part++) home.append(claudePath(), part === 0 ? `{"type":"user","x":"${'y'.repeat(10_000_000)}` : 'y'.repeat(10_000_000));
    home.append(claudePath(), `"}\n${claudeLine()}`);
    const before = process.memoryUsage().rss;
    const { problems } = await home.import();
    expect(home.totals().calls).toBe(2);
    expect(problems).toMatchObject([{ problem: expect.stringContaining('a line is longer than') as string, count: 1 }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(160 * 1024 * 1024);
  });

  it('bytes that are no text, lines that are no JSON and JSON of other shapes are passed over', async () => {
    const home = new LogHome();
    const noise = ['{"type":"assistant"', '{"message":{"role":"assistant","id":"m"', '[]', 'null', '{"type":"assistant","message":null}', '{"type":"assistant","message":{"usage":{}}}', '', '   ', '﻿{}'].join('\n');
    home.write(claudePath(), Buffer.concat([Buffer.from(`${noise}\n`), Buffer.from([0xff, 0xfe, 0x80, 0x0a]), Buffer.from(claudeLine()), Buffer.from([0xc3])]));
    const { problems } = await home.import();
    expect(home.totals().calls).toBe(1);
    expect(problems).toMatchObject([{ problem: 'a line is no JSON', count: 1 }]);
  });

  it('any bytes at all: the rest is counted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('.claude/projects/-r/s.jsonl', '.codex/sessions/2026/01/01/rollout-x.jsonl', '.gemini/tmp/x/chats/session-x.jsonl', '.gemini/tmp/x/chats/session-x.json', '.local/share/amp/threads/T-x.json', '.local/share/opencode/opencode.db'), async (bytes, file) => {
        const home = new LogHome();
        home.write(file, bytes);
        home.write(claudePath('good', '-good'), claudeLine());
        await home.import();
        expect(home.totals().calls).toBe(1);
      }),
      { numRuns: 25 },
    );
  });

  it('a folder that may not be read, a link to nothing and a ring of links are no end', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine());
    const projects = path.join(home.folder, '.claude/projects');
    const closed = path.join(projects, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    symlinkSync(path.join(projects, 'nowhere'), path.join(projects, '-repo', 'dangling.jsonl'));
    symlinkSync(projects, path.join(projects, 'ring'));
    const { problems } = await home.import();
    chmodSync(closed, 0o700);
    expect(home.totals().calls).toBe(1);
    // An administrator may read everything.
    expect(problems).toHaveLength(process.getuid?.() === 0 ? 0 : 1);
  });

  it('a log that vanishes while others are read is no problem, and what it held is kept', async () => {
    const home = new LogHome();
    const file = home.write(claudePath('one'), claudeLine());
    await home.import();
    rmSync(file);
    home.write(claudePath('two'), claudeLine());
    expect(await home.import()).toMatchObject({ files: 1, calls: 1, problems: [] });
    expect(home.totals().calls).toBe(2);
  });

  it('homes that do not exist hold nothing', async () => {
    expect(await new LogHome().import()).toEqual({ files: 0, bytes: 0, calls: 0, duplicates: 0, skipped: 0, problems: [] });
  });
});

describe('an import that does not come to its end', () => {
  it('is stopped at once, and goes on the next time', async () => {
    const home = new LogHome();
    for (let log = 0; log < 300; log++) home.write(claudePath(`s${log}`), claudeLine({ session: `s${log}` }));
    const controller = new AbortController();
    let batches = 0;
    const stopped = home.import({
      signal: controller.signal,
      sink: (batch) => {
        for (const call of batch.calls) home.calls.set(call.key, call);
        for (const file of batch.files) home.files.set(file.path, file);
        batches += 1;
        controller.abort();
        return Promise.resolve();
      },
    });
    await expectCode(stopped, 'stopped');
    expect(batches).toBe(1);
    const kept = home.totals().calls;
    expect(kept).toBeGreaterThan(0);
    expect(await home.import()).toMatchObject({ calls: 300 - kept });
    expect(home.totals().calls).toBe(300);
  });

  it('says so when its thread cannot be started', async () => {
    const home = new LogHome();
    home.write(claudePath(), claudeLine());
    await expectCode(home.import({ workerScript: path.join(home.folder, 'missing.js') }), 'import-failed');
  });
});
