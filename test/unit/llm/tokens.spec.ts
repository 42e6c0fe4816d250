import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { createTokenCounter, type TokenCounter, type TokenCounterOptions } from '../../../src/llm/tokens';
import { tokenAssets } from '../../support/tokenAssets';

function counterOf(assetsDirectory: string, more: Partial<TokenCounterOptions> = {}): TokenCounter {
  const counter = createTokenCounter({ assetsDirectory, ...more });
  onTestFinished(() => { counter.dispose(); });
  return counter;
}

it('counts as the tokenizer does, more for Claude, and says that it is an estimate', async () => {
  const counter = counterOf(tokenAssets());
  // Counted with OpenAI's own tokenizer for o200k_base.
  expect(await counter.countTokens('hello world', 'gpt-4o')).toEqual({ tokens: 2, estimate: true, method: 'tokenizer' });
  expect((await counter.countTokens('<|endoftext|>', 'gpt-4o')).tokens).toBeGreaterThan(1);
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(100);
  const [gpt, claude] = await Promise.all([counter.countTokens(text, 'gpt-4o'), counter.countTokens(text, 'claude-sonnet-4-5')]);
  expect(claude.tokens).toBe(Math.ceil(gpt.tokens * 1.4));
  expect(await counter.countTokens('', 'gpt-4o')).toMatchObject({ tokens: 0 });
  expect(await counter.countMessages([{ text: 'hello world' }], 'gpt-4o')).toBe(2 + 4 + 3);
});

it('is done with a text without blanks, and with a huge one', async () => {
  const counter = counterOf(tokenAssets());
  const [run, prose] = await Promise.all([counter.countTokens('a'.repeat(300_000), 'gpt-4o'), counter.countTokens('some words '.repeat(100_000), 'gpt-4o')]);
  expect(run).toMatchObject({ method: 'tokenizer' });
  expect(prose.tokens).toBeGreaterThan(190_000);
  expect(prose.tokens).toBeLessThan(210_000);
});

it('starts its worker anew after it was idle', async () => {
  const counter = counterOf(tokenAssets(), { idleMs: 1 });
  for (let n = 0; n < 3; n++) {
    expect((await counter.countTokens('hello world', 'gpt-4o')).method).toBe('tokenizer');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

it.each(['tokenWorker.js', 'tiktoken_bg.wasm', 'o200k_base.json'])('guesses by characters without %s, and says so', async (file) => {
  const assets = tokenAssets();
  rmSync(path.join(assets, file));
  const counter = counterOf(assets);
  for (let n = 0; n < 4; n++) expect(await counter.countTokens('x'.repeat(400), 'gpt-4o')).toEqual({ tokens: 100, estimate: true, method: 'characters' });
});

it('guesses when the worker is broken or hangs, for all that wait', async () => {
  const assets = tokenAssets();
  for (const program of ['for (;;);', 'require("node:worker_threads").parentPort.on("message", () => { throw new Error("broken"); });', 'process.exit(3);']) {
    writeFileSync(path.join(assets, 'tokenWorker.js'), program);
    const counter = counterOf(assets, { limitMs: 300 });
    expect(await Promise.all([counter.countTokens('x'.repeat(40), 'gpt-4o'), counter.countTokens('x'.repeat(80), 'gpt-4o')])).toMatchObject([{ tokens: 10, method: 'characters' }, { tokens: 20, method: 'characters' }]);
  }
});

it('does not keep a process alive', () => {
  const assets = tokenAssets();
  const program = path.join(assets, 'program.js');
  buildSync({ stdin: { contents: `import { createTokenCounter } from './src/llm/tokens'; createTokenCounter({ assetsDirectory: ${JSON.stringify(assets)} }).countTokens('hello world', 'gpt-4o').then(({ tokens }) => console.log(tokens));`, resolveDir: path.resolve(import.meta.dirname, '../../..'), loader: 'ts' }, outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  const { stdout, signal } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 15_000 });
  expect([stdout.trim(), signal]).toEqual(['2', null]);
});
