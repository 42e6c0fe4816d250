import { afterEach, describe, expect, it, vi } from 'vitest';
import { cli, startCli } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';
import { chat, chatChunks, events, json, messageEvents, startModelServer, status } from '../../support/modelServer';

afterEach(() => { vi.unstubAllEnvs(); });

const key = 'made-up-openai-key-1234';

describe('a question on the command line', () => {
  it('is answered on stdout, with tokens and cost on stderr', { timeout: 60_000 }, async () => {
    vi.stubEnv('OPENAI_API_KEY', key);
    const [{ root }, server] = [makeRepository(), await startModelServer()];
    server.answer(events(chatChunks(['Hello', ', world.'])));
    const asked = await cli(root, 'ask', '--provider', 'openai', '--model', 'gpt-4o', '--base-url', `${server.url}/v1`, '--max-tokens', '100', 'Say', 'hello');
    expect(asked).toMatchObject({ code: 0, stdout: 'Hello, world.\n' });
    expect(asked.stderr.replace(/[\d.]+ m?s$/m, '<duration>')).toBe('gpt-4o-2024-08-06: 1,200 tokens in, 300 out, $0.0047, <duration>\n');
    expect(server.seen[0]?.body).toMatchObject({ model: 'gpt-4o', max_completion_tokens: 100, messages: [{ role: 'user', content: 'Say hello' }] });
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${key}`);
    const cost = await cli(root, 'cost', '--by', 'model', '--json');
    expect(cost.stdout).toContain('gpt-4o');
  });

  it('goes to Anthropic and to a local server too', { timeout: 60_000 }, async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'made-up-anthropic-key-5678');
    const [{ root }, server] = [makeRepository(), await startModelServer()];
    server.answer(events(messageEvents(['Hello.'])));
    expect(await cli(root, 'ask', '--provider', 'anthropic', '--model', 'claude-sonnet-4-5', '--base-url', server.url, 'x')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    server.answer(events(chatChunks(['Local.'], { prompt_tokens: 5, completion_tokens: 2 }).map((chunk) => ({ ...(chunk as object), model: 'qwen3:4b' }))));
    const local = await cli(root, 'ask', '--provider', 'local', '--model', 'qwen3:4b', '--base-url', `${server.url}/v1`, 'x');
    expect(local).toMatchObject({ code: 0, stdout: 'Local.\n' });
    expect(local.stderr).toContain('qwen3:4b: 5 tokens in, 2 out, cost unknown');
  });

  it('stops with Ctrl-C', { timeout: 60_000 }, async () => {
    const [{ root }, server] = [makeRepository(), await startModelServer()];
    let arrived: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    server.answer(() => { arrived?.(); });
    const run = startCli(root, 'ask', '--provider', 'local', '--model', 'm', '--base-url', `${server.url}/v1`, 'x');
    await waiting;
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
  });

  it('that cannot be asked says why, without a stack', { timeout: 60_000 }, async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    const [{ root }, server] = [makeRepository(), await startModelServer()];
    server.answer(json(chat('x')));
    const wrong: readonly (readonly [number, RegExp, ...string[]])[] = [
      [2, /No provider was named/, '--model', 'm', 'x'],
      [2, /no provider "bard"/, '--provider', 'bard', '--model', 'm', 'x'],
      [2, /No model was named/, '--provider', 'local', 'x'],
      [2, /Nothing was asked/, '--provider', 'local', '--model', 'm'],
      [2, /tokens/, '--provider', 'local', '--model', 'm', '--max-tokens', '-5', 'x'],
      [1, /not an http or https address/, '--provider', 'local', '--model', 'm', '--base-url', 'localhost:1', 'x'],
      [1, /no key for OpenAI.*OPENAI_API_KEY/, '--provider', 'openai', '--model', 'm', 'x'],
    ];
    for (const [code, words, ...args] of wrong) {
      const result = await cli(root, 'ask', ...args);
      expect(result.stderr, args.join(' ')).toMatch(words);
      expect(result.code, args.join(' ')).toBe(code);
      expect(result.stderr).not.toMatch(/\n\s+at /);
    }
    server.answer(status(404, { message: 'no such model' }));
    expect((await cli(root, 'ask', '--provider', 'local', '--model', 'm', '--base-url', `${server.url}/v1`, 'x')).stderr).toContain('no such model');
  });
});
