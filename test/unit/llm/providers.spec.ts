import { createServer, type AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelProvider, ModelRequest } from '../../../src/llm/modelProvider';
import { estimatedUsageAttribute } from '../../../src/model/pricing';
import { expectCode } from '../../support/expectCode';
import { expectNoUnhandledRejection, makeModels, testKeys, type ModelHarness } from '../../support/modelHarness';
import { chat, chatChunks, events, json, message, messageEvents, raw, responsesAnswer, responsesEvents, startModelServer, status, type ModelServer, type Reply, type SeenRequest, type StreamOptions } from '../../support/modelServer';

let server: ModelServer;
let harness: ModelHarness;
beforeEach(async () => {
  expectNoUnhandledRejection();
  server = await startModelServer();
  harness = await makeModels();
});

/** A port where nobody listens any more. */
async function closedPort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => { listener.close(resolve); });
  return port;
}

interface Case {
  readonly name: 'openai' | 'anthropic' | 'local';
  readonly api?: 'responses';
  readonly model: string;
  /** 1,200 input tokens of which 1,000 are cached and (Anthropic) 50 written, and 300 output tokens. */
  readonly whole: (text: string) => Reply;
  readonly streamed: (pieces: readonly string[], options?: StreamOptions, usage?: null) => Reply;
  readonly costNano: number | undefined;
}

const cases: readonly Case[] = [
  { name: 'openai', model: 'gpt-4o', whole: (text) => json(chat(text)), streamed: (pieces, options, usage) => events(chatChunks(pieces, ...(usage === null ? [undefined] : [])).slice(0, usage === null ? -1 : undefined), options), costNano: 200 * 2_500 + 1000 * 1_250 + 300 * 10_000 },
  { name: 'openai', api: 'responses', model: 'gpt-4o', whole: (text) => json(responsesAnswer(text)), streamed: (pieces, options) => events(responsesEvents(pieces), options), costNano: 200 * 2_500 + 1000 * 1_250 + 300 * 10_000 },
  { name: 'anthropic', model: 'claude-sonnet-4-5', whole: (text) => json(message(text)), streamed: (pieces, options) => events(messageEvents(pieces), options), costNano: 200 * 3_000 + 1000 * 300 + 20 * 3_750 + 30 * 6_000 + 300 * 15_000 },
  { name: 'local', model: 'qwen3:4b', whole: (text) => json(chat(text, undefined, { model: 'qwen3:4b' })), streamed: (pieces, options) => events(chatChunks(pieces).map((chunk) => ({ ...(chunk as object), model: 'qwen3:4b' })), options), costNano: undefined },
];

function providerOf({ name }: Case, maxRetries?: number): ModelProvider {
  return harness.models.provider(name, { baseURL: name === 'anthropic' ? server.url : `${server.url}/v1`, maxRetries });
}

function requestOf({ model, api }: Case, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model, messages: [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'Say hello to the world' }], maxTokens: 500, origin: { sessionId: 'session', parentId: '00000000000000aa', executionId: 'execution' }, ...(api === undefined ? {} : { api }), ...more };
}

describe.each(cases)('a call of $name $api', (one) => {
  it('is one span with usage, cost and names, whole', async () => {
    server.answer(one.whole('Hello, world.'));
    const answer = await providerOf(one).complete(requestOf(one));
    expect(answer).toMatchObject({ text: 'Hello, world.', estimated: false, costBasis: one.costNano === undefined ? 'unknown' : 'computed' });
    expect(answer.costNano).toBe(one.costNano);
    const span = harness.span();
    expect(span).toMatchObject({ name: `${one.name}:chat`, type: 'agent', agent: 'api', provider: one.name, status: 'success', sessionId: 'session', parentId: '00000000000000aa', usage: answer.usage, costBasis: answer.costBasis });
    expect(span.costNano).toBe(one.costNano);
    expect(span.attrs).toMatchObject({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': one.model, 'gen_ai.response.model': answer.model, 'gen_ai.request.max_tokens': 500, 'amp.call.request_id': 'req_1', 'amp.text': 'Hello, world.', 'server.address': '127.0.0.1' });
    expect(span.attrs['gen_ai.response.finish_reasons']).toEqual([one.name === 'anthropic' ? 'end_turn' : 'stop']);
    expect(span.attrs['gen_ai.response.id']).toMatch(/_1$|-1$/);
    expect(span.attrs).not.toHaveProperty('amp.call.retries');
    expect(span.firstTokenMs).toBeUndefined();
  });

  it('is the same streamed, with the time to the first token', async () => {
    server.answer(one.streamed(['Hello', ', ', 'world', '.'], { before: { 1: () => Promise.resolve(harness.clock.advance(40)) } }));
    const stream = providerOf(one).stream(requestOf(one));
    const pieces: string[] = [];
    for await (const piece of stream) pieces.push(piece);
    expect(pieces).toEqual(['Hello', ', ', 'world', '.']);
    const answer = await stream.result();
    expect(answer).toMatchObject({ text: 'Hello, world.', estimated: false });
    expect(answer.costNano).toBe(one.costNano);
    expect(harness.span()).toMatchObject({ status: 'success', firstTokenMs: 40, usage: answer.usage });
    if (one.name === 'anthropic') expect(answer.usage).toEqual({ input: { text: 200, cacheRead: 1000, cacheWrite5m: 20, cacheWrite1h: 30 }, output: { text: 300, reasoning: 0 } });
    else expect(answer.usage).toEqual({ input: { text: 200, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 180, reasoning: 120 } });
  });

  it('gives its result without being read piece by piece', async () => {
    server.answer(one.streamed(['a', 'b']));
    expect((await providerOf(one).stream(requestOf(one)).result()).text).toBe('ab');
  });

  it('is sent again after 429 and 500, and says so', async () => {
    server.answer(status(429), status(500), one.whole('Now.'));
    expect((await providerOf(one).complete(requestOf(one))).text).toBe('Now.');
    expect(server.seen).toHaveLength(3);
    expect(harness.span()).toMatchObject({ status: 'success', attrs: { 'amp.call.retries': 2, 'amp.call.retry_reasons': ['429', '500'] } });
  });

  it('fails without usage or cost when the provider keeps failing', async () => {
    server.answer(status(500, { message: 'down' }));
    const error = await expectCode(providerOf(one).complete(requestOf(one)), 'model-failed');
    expect(error.message).toContain('down');
    const span = harness.span();
    expect(span).toMatchObject({ status: 'error', attrs: { 'http.response.status_code': 500, 'amp.call.retries': 2 } });
    expect(span).not.toHaveProperty('usage');
    expect(span).not.toHaveProperty('costBasis');
  });

  it('that is lost after it was sent has an unknown cost; one that found nobody has none', async () => {
    server.answer((response) => { response.destroy(); });
    await expectCode(providerOf(one, 0).complete(requestOf(one)), 'model-failed');
    expect(harness.span()).toMatchObject({ status: 'error', costBasis: 'unknown' });
    expect(harness.span()).not.toHaveProperty('costNano');
    const nobody = harness.models.provider(one.name, { baseURL: `http://127.0.0.1:${await closedPort()}`, maxRetries: 0 });
    await expectCode(nobody.complete(requestOf(one)), 'model-failed');
    expect(harness.written.at(-1)).toMatchObject({ status: 'error' });
    expect(harness.written.at(-1)).not.toHaveProperty('costBasis');
  });

  it('is refused with what the provider says, secrets taken out', async () => {
    const key = one.name === 'local' ? 'made-up-local-key-99' : testKeys[one.name];
    harness.keys = { ...harness.keys, local: 'made-up-local-key-99' };
    server.answer(status(401, { message: `Incorrect key provided: ${key}`, type: 'authentication_error' }));
    const error = await expectCode(providerOf(one).stream(requestOf(one)).result(), 'model-refused');
    expect(error.message).toContain('[redacted: ');
    expect(`${error.message} ${error.stack ?? ''} ${String(error.cause)}`).not.toContain(key);
    expect(JSON.stringify(harness.written)).not.toContain(key);
    expect(harness.span()).toMatchObject({ status: 'error', attrs: { 'http.response.status_code': 401 } });
  });

  it('that is cut in the middle fails, with what it used marked as an estimate', async () => {
    const pieces = ['one ', 'two ', 'three'];
    for (const cut of [true, false]) {
      // All but the last events, which say that it is finished and what it used.
      server.answer(one.streamed(pieces, { cut, first: one.name === 'anthropic' ? 6 : 4 }));
      const heard: string[] = [];
      const stream = providerOf(one).stream(requestOf(one));
      await expectCode((async () => { for await (const piece of stream) heard.push(piece); })(), 'model-failed');
      expect(heard.join('')).toBe('one two three');
      const span = harness.written.at(-1);
      expect(span).toMatchObject({ status: 'error', attrs: { [estimatedUsageAttribute]: true } });
      expect(span?.costBasis).toBe(one.costNano === undefined ? 'unknown' : 'approximate');
      if (one.name === 'anthropic') expect(span?.usage).toEqual({ input: { text: 200, cacheRead: 1000, cacheWrite5m: 20, cacheWrite1h: 30 }, output: { text: 3, reasoning: 0 } });
      else expect(span?.usage).toMatchObject({ input: { text: 7 }, output: { text: 3 } });
    }
  });

  it.each(['{"half', 'null', '[]', '{}', '<html>', ''])('fails on an answer that is none: %s', async (body) => {
    server.answer(raw(body));
    await expectCode(providerOf(one, 0).complete(requestOf(one)), 'model-failed');
    expect(harness.span()).toMatchObject({ status: 'error', attrs: { [estimatedUsageAttribute]: true } });
  });

  it.each(['event: message_start\ndata: {"half\n\n', 'data: null\n\n', 'event: message_start\ndata: {"type":"message_start","message":7}\n\n', '<html>\n\n'])('fails on a stream that is none: %j', async (text) => {
    server.answer(events([text]));
    await expectCode(providerOf(one, 0).stream(requestOf(one)).result(), 'model-failed');
    expect(harness.span().status).toBe('error');
  });

  it('is never made when it was stopped before', async () => {
    server.answer(one.whole('x'));
    await expectCode(providerOf(one).complete(requestOf(one, { signal: AbortSignal.abort() })), 'stopped');
    expect(server.seen).toHaveLength(0);
    expect(harness.written).toEqual([]);
    expect(harness.admissions).toEqual([]);
  });

  it('that is stopped while it is waited for is cancelled', async () => {
    const controller = new AbortController();
    server.answer(() => { controller.abort(); });
    await expectCode(providerOf(one).complete(requestOf(one, { signal: controller.signal })), 'stopped');
    expect(harness.span()).toMatchObject({ status: 'cancelled', attrs: { [estimatedUsageAttribute]: true }, usage: { input: { text: 7 } } });
    expect(harness.admissions[0]?.released).toBe(1);
  });

  it('that is stopped while it streams is cancelled, with what it used so far', async () => {
    const controller = new AbortController();
    server.answer(one.streamed(['one ', 'two ', 'three'], { before: { 6: () => new Promise(() => undefined), 4: () => (one.name === 'anthropic' ? Promise.resolve() : new Promise(() => undefined)) } }));
    const heard: string[] = [];
    const stream = providerOf(one).stream(requestOf(one, { signal: controller.signal }));
    await expectCode((async () => {
      for await (const piece of stream) {
        heard.push(piece);
        if (heard.length === 2) controller.abort();
      }
    })(), 'stopped');
    await expectCode(stream.result(), 'stopped');
    expect(harness.span()).toMatchObject({ status: 'cancelled', attrs: { [estimatedUsageAttribute]: true } });
  });

  it('that nobody reads to its end is stopped', async () => {
    server.answer(one.streamed(['one ', 'two ', 'three'], { before: { 6: () => new Promise(() => undefined), 4: () => (one.name === 'anthropic' ? Promise.resolve() : new Promise(() => undefined)) } }));
    const stream = providerOf(one).stream(requestOf(one));
    for await (const _piece of stream) break;
    expect(harness.span()).toMatchObject({ status: 'cancelled', attrs: { [estimatedUsageAttribute]: true, 'amp.text': 'one ' } });
    expect(harness.admissions[0]?.released).toBe(1);
    await expectCode(stream.result(), 'stopped');
  });

  it('sends its key to the provider, and nowhere else', async () => {
    server.answer(one.whole('x'));
    await providerOf(one).complete(requestOf(one));
    const { headers, body } = server.seen[0] ?? { headers: {} as SeenRequest['headers'], body: {} };
    if (one.name === 'openai') expect(headers.authorization).toBe(`Bearer ${testKeys.openai}`);
    if (one.name === 'anthropic') expect(headers.authorization).toBe(`Bearer ${testKeys.anthropic}`);
    if (one.name === 'local') expect(headers).not.toHaveProperty('authorization');
    expect(JSON.stringify([body, harness.written])).not.toContain('made-up');
    server.answer(status(307, { headers: { location: `${server.url}/elsewhere` } }));
    await expectCode(providerOf(one, 0).complete(requestOf(one)), 'model-failed');
    expect(server.seen.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('asks the budget first, and gives back what it reserved once the span is written', async () => {
    server.answer(one.whole('x'));
    await providerOf(one).complete(requestOf(one));
    expect(harness.admissions).toEqual([{ spender: { sessionId: 'session', executionId: 'execution' }, costNano: one.costNano === undefined ? undefined : 7 * (one.name === 'openai' ? 2_500 : 3_000) + 500 * (one.name === 'openai' ? 10_000 : 15_000), released: 1 }]);
    harness.refuse = true;
    server.answer(one.whole('x'));
    await expectCode(providerOf(one).complete(requestOf(one)), 'budget-exceeded');
    expect(server.seen).toHaveLength(0);
  });

  it('takes an answer of any length, and an error of any length', async () => {
    const text = 'word '.repeat(200_000);
    server.answer(one.streamed(Array.from({ length: 200 }, () => text.slice(0, 5_000))));
    expect((await providerOf(one).stream(requestOf(one)).result()).text).toHaveLength(1_000_000);
    expect(String(harness.span().attrs['amp.text']).length).toBeLessThanOrEqual(4096);
    server.answer(status(400, { message: 'no '.repeat(1_000_000) }));
    const error = await expectCode(providerOf(one).complete(requestOf(one)), 'model-refused');
    expect(error.message.length).toBeLessThan(700);
  });

  it('lists the models of a key', async () => {
    server.answer(json({ object: 'list', data: [{ id: 'b', object: 'model' }, { id: 'a', object: 'model' }, { no: 1 }], has_more: false }));
    expect(await providerOf(one).listModels()).toEqual(['a', 'b']);
    expect(harness.written).toEqual([]);
    server.answer(status(401));
    await expectCode(providerOf(one).listModels(), 'model-refused');
  });

  it('is not made without a model, a prompt or room for an answer', async () => {
    for (const more of [{ model: ' ' }, { messages: [{ role: 'system' as const, text: 'x' }] }, { maxTokens: 0 }, { maxTokens: 1.5 }, { maxTokens: Number.NaN }]) {
      await expectCode(providerOf(one).complete(requestOf(one, more)), 'invalid-argument');
    }
    expect(harness.written).toEqual([]);
  });
});

it.each(['openai', 'anthropic'] as const)('a key of %s that is missing or broken is said', async (name) => {
  for (const key of [undefined, '', '  ', 'two words', 'line\nbreak']) {
    harness.keys = { [name]: key };
    const error = await expectCode(harness.models.provider(name, { baseURL: server.url }).listModels(), 'key-missing');
    expect(error.message + error.advice).not.toContain('two words');
  }
  expect(server.seen).toHaveLength(0);
});

it('a usage that cannot be believed is not shown as right', async () => {
  const one = cases[0];
  if (!one) throw new Error('no case');
  for (const usage of [null, {}, { prompt_tokens: -1, completion_tokens: 1 }, { prompt_tokens: 2 ** 53, completion_tokens: 1 }, { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } }, { prompt_tokens: '10', completion_tokens: 1 }]) {
    server.answer(json(chat('three little words', usage)));
    const answer = await providerOf(one).complete(requestOf(one));
    expect(answer).toMatchObject({ estimated: true, costBasis: 'approximate', usage: { input: { text: 7 }, output: { text: 3 } } });
    expect(harness.written.at(-1)?.attrs).toMatchObject({ [estimatedUsageAttribute]: true, 'amp.usage.problem': expect.any(String) as string });
  }
});

it('a stream without usage is an estimate', async () => {
  const one = cases[0];
  if (!one) throw new Error('no case');
  server.answer(one.streamed(['three ', 'little ', 'words'], {}, null));
  expect(await providerOf(one).stream(requestOf(one)).result()).toMatchObject({ estimated: true, costBasis: 'approximate', usage: { input: { text: 7 }, output: { text: 3 } } });
  expect(server.seen[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
});

it('the tier that answered is the tier that is paid', async () => {
  const one = cases[0];
  if (!one) throw new Error('no case');
  server.answer(json(chat('x', undefined, { model: 'gpt-5', service_tier: 'flex' })));
  const flex = await providerOf(one).complete({ ...requestOf(one), model: 'gpt-5', serviceTier: 'flex' });
  expect(server.seen[0]?.body).toMatchObject({ service_tier: 'flex', max_completion_tokens: 500 });
  server.answer(json(chat('x', undefined, { model: 'gpt-5', service_tier: 'default' })));
  const standard = await providerOf(one).complete({ ...requestOf(one), model: 'gpt-5', serviceTier: 'flex' });
  expect(flex.costNano).toBe((standard.costNano ?? 0) / 2);
});
