import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What one request was, as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Reply = (response: http.ServerResponse, request: SeenRequest) => void | Promise<void>;

export interface ModelServer {
  /** Without a slash at its end; OpenAI's API is below `/v1`. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Answers of the next requests, in turn; the last one answers all that follow. */
  answer(...replies: readonly Reply[]): void;
  /** Connections whose client has gone before the answer was complete. */
  readonly abandoned: number;
}

/** A server on this machine that speaks what it is told to, for one test. */
export async function startModelServer(): Promise<ModelServer> {
  const seen: SeenRequest[] = [];
  let replies: readonly Reply[] = [];
  let abandoned = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one = { path: request.url ?? '', headers: request.headers, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
      seen.push(one);
      response.on('close', () => { if (!response.writableFinished) abandoned++; });
      const reply = replies[Math.min(seen.length, replies.length) - 1] ?? status(501);
      void reply(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (...next) => {
      seen.length = 0;
      replies = next;
    },
    get abandoned() { return abandoned; },
  };
}

const requestIds = { 'x-request-id': 'req_1', 'request-id': 'req_1' };

export function json(body: unknown): Reply {
  return raw(JSON.stringify(body));
}

export function raw(body: string, contentType = 'application/json'): Reply {
  return (response) => void response.writeHead(200, { 'content-type': contentType, ...requestIds }).end(body);
}

/** An error of both APIs' shapes; clients that repeat it do so at once. */
export function status(code: number, { message = 'scripted', type = 'scripted_error', headers = {} }: { message?: string; type?: string; headers?: Record<string, string> } = {}): Reply {
  return (response) => void response.writeHead(code, { 'content-type': 'application/json', 'retry-after-ms': '1', ...requestIds, ...headers }).end(JSON.stringify({ type: 'error', error: { message, type } }));
}

export interface StreamOptions {
  /** Only so many events are sent; then the connection breaks, or the answer ends as if it were whole. */
  readonly first?: number;
  readonly cut?: boolean;
  /** Awaited before the event with that index is sent. */
  readonly before?: Readonly<Record<number, () => Promise<void>>>;
}

/** Server-sent events: objects by their `type`, texts as they are. */
export function events(list: readonly unknown[], { first = list.length, cut = false, before = {} }: StreamOptions = {}): Reply {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...requestIds });
    response.flushHeaders();
    for (const [index, event] of list.slice(0, first).entries()) {
      await before[index]?.();
      await new Promise((sent) => response.write(typeof event === 'string' ? event : asEvent(event), sent));
    }
    if (cut) response.socket?.end();
    else response.end(first < list.length ? '' : 'data: [DONE]\n\n');
  };
}

function asEvent(event: unknown): string {
  const type = typeof event === 'object' && event !== null && 'type' in event ? `event: ${String(event.type)}\n` : '';
  return `${type}data: ${JSON.stringify(event)}\n\n`;
}

export const chatUsage = { prompt_tokens: 1200, completion_tokens: 300, total_tokens: 1500, prompt_tokens_details: { cached_tokens: 1000 }, completion_tokens_details: { reasoning_tokens: 120 } };

export function chat(text: string, usage: unknown = chatUsage, more: object = {}): unknown {
  return { id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-4o-2024-08-06', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage, ...more };
}

/** The pieces of an answer, its end, and (if any) the usage in a last chunk without choices. */
export function chatChunks(pieces: readonly string[], usage: unknown = chatUsage): unknown[] {
  const chunk = (more: object): object => ({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-4o-2024-08-06', ...more });
  const choice = (delta: object, finish: string | null = null): object => chunk({ choices: [{ index: 0, delta, finish_reason: finish }] });
  return [choice({ role: 'assistant', content: '' }), ...pieces.map((content) => choice({ content })), choice({}, 'stop'), ...(usage === undefined ? [] : [chunk({ choices: [], usage })])];
}

export const responseUsage = { input_tokens: 1200, input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 0 }, output_tokens: 300, output_tokens_details: { reasoning_tokens: 120 }, total_tokens: 1500 };

export function responsesAnswer(text: string, usage: unknown = responseUsage): unknown {
  return { id: 'resp_1', object: 'response', status: 'completed', model: 'gpt-4o-2024-08-06', output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }], usage, service_tier: 'default' };
}

export function responsesEvents(pieces: readonly string[], usage: unknown = responseUsage): unknown[] {
  return [
    { type: 'response.created', response: { id: 'resp_1', object: 'response', status: 'in_progress', model: 'gpt-4o-2024-08-06', output: [] } },
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta })),
    { type: 'response.completed', response: responsesAnswer(pieces.join(''), usage) },
  ];
}

export const messageUsage = { input_tokens: 200, cache_read_input_tokens: 1000, cache_creation_input_tokens: 50, cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 }, output_tokens: 300, service_tier: 'standard' };

export function message(text: string, usage: unknown = messageUsage): unknown {
  return { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [{ type: 'text', text }], stop_reason: 'end_turn', stop_sequence: null, usage };
}

/** Its `message_delta` counts everything once more, as the API does: cumulative, not in addition. */
export function messageEvents(pieces: readonly string[], usage: typeof messageUsage = messageUsage): unknown[] {
  return [
    { type: 'message_start', message: { ...(message('', { ...usage, output_tokens: 1 }) as object), content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { input_tokens: usage.input_tokens, cache_read_input_tokens: usage.cache_read_input_tokens, cache_creation_input_tokens: null, output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ];
}
