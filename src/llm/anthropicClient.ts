import { Anthropic } from '@anthropic-ai/sdk';
import { anthropicEvent, anthropicMessage } from './anthropicEvents';
import type { ApiCall, ApiEvent, ApiOptions, ModelApi, ModelRequest } from './modelProvider';

/** The official SDK, loaded with this file only when a call is made. */
export function openAnthropic({ apiKey, baseURL, maxRetries }: ApiOptions): ModelApi {
  function client(fetchOf: typeof fetch): Anthropic {
    // A key that is passed keeps the SDK from looking for others in the environment and in its own files. It traces and logs nothing itself.
    return new Anthropic({ apiKey, baseURL, maxRetries, webhookKey: null, logLevel: 'off', openTelemetry: false, fetch: fetchOf });
  }
  return {
    events: (request, call) => messages(client(call.fetch), request, call),
    models: async ({ signal, fetch: fetchOf }) => (await client(fetchOf).models.list({ limit: 1000 }, { signal })).data,
  };
}

async function* messages(client: Anthropic, request: ModelRequest, { streamed, maxTokens, signal }: ApiCall): AsyncIterable<ApiEvent> {
  const system = request.messages.flatMap(({ role, text }) => (role === 'system' ? [text] : [])).join('\n\n');
  const body = {
    model: request.model,
    max_tokens: maxTokens,
    messages: request.messages.flatMap(({ role, text }) => (role === 'system' ? [] : [{ role, content: text }])),
    ...(system === '' ? {} : { system }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.serviceTier === 'standard' ? { service_tier: 'standard_only' as const } : {}),
  };
  if (!streamed) {
    yield anthropicMessage(await client.messages.create({ ...body, stream: false }, { signal }));
    return;
  }
  for await (const event of await client.messages.create({ ...body, stream: true }, { signal })) yield anthropicEvent(event);
}
