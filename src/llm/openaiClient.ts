import { OpenAI } from 'openai';
import type { ApiCall, ApiEvent, ApiOptions, ModelApi, ModelRequest } from './modelProvider';
import { chatAnswer, chatChunk, response, responseEvent } from './openaiEvents';

/** The official SDK, loaded with this file only when a call is made. */
export function openOpenAI({ apiKey, baseURL, maxRetries, maxTokensName }: ApiOptions & { readonly maxTokensName: 'max_completion_tokens' | 'max_tokens' }): ModelApi {
  function client(fetchOf: typeof fetch): OpenAI {
    // Explicit nulls keep the SDK from taking these from the environment. It must not write answers or requests into anyone's console.
    return new OpenAI({ apiKey, baseURL, maxRetries, adminAPIKey: null, organization: null, project: null, webhookSecret: null, logLevel: 'off', fetch: fetchOf });
  }
  return {
    events: (request, call) => (request.api === 'responses' ? responses(client(call.fetch), request, call) : chat(client(call.fetch), request, call, maxTokensName)),
    models: async ({ signal, fetch: fetchOf }) => (await client(fetchOf).models.list({ signal })).data,
  };
}

async function* chat(client: OpenAI, request: ModelRequest, { streamed, maxTokens, signal }: ApiCall, maxTokensName: string): AsyncIterable<ApiEvent> {
  const body = {
    model: request.model,
    messages: request.messages.map(({ role, text }) => ({ role, content: text })),
    [maxTokensName]: maxTokens,
    ...shared(request),
  };
  if (!streamed) {
    yield chatAnswer(await client.chat.completions.create({ ...body, stream: false }, { signal }));
    return;
  }
  const stream = await client.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } }, { signal });
  for await (const chunk of stream) yield chatChunk(chunk);
}

async function* responses(client: OpenAI, request: ModelRequest, { streamed, maxTokens, signal }: ApiCall): AsyncIterable<ApiEvent> {
  const body = {
    model: request.model,
    input: request.messages.map(({ role, text }) => ({ role, content: text })),
    max_output_tokens: maxTokens,
    // Nothing of a call is to stay with the provider longer than it must.
    store: false,
    ...shared(request),
  };
  if (!streamed) {
    yield response(await client.responses.create({ ...body, stream: false }, { signal }));
    return;
  }
  for await (const event of await client.responses.create({ ...body, stream: true }, { signal })) yield responseEvent(event);
}

function shared({ temperature, serviceTier }: ModelRequest): { temperature?: number; service_tier?: 'default' | 'flex' | 'priority' } {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(serviceTier === undefined || serviceTier === 'batch' ? {} : { service_tier: serviceTier === 'standard' ? 'default' : serviceTier }),
  };
}
