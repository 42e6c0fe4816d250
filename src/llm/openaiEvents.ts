import { OrchestratorError } from '../base/errors';
import type { ServiceTier } from '../model/pricing';
import type { ApiEvent } from './modelProvider';
import { asList, asName, asObject, type JsonObject } from '../base/jsonShape';

/** A whole chat completion. @throws OrchestratorError `model-failed` for what is none */
export function chatAnswer(value: unknown): ApiEvent {
  const answer = expected(value, 'choices');
  const choice = asObject(asList(answer['choices'])[0]);
  const message = asObject(choice?.['message']);
  return { ...about(answer), ...said(message), finishReason: asName(choice?.['finish_reason']) ?? 'stop', usage: answer['usage'], done: true };
}

/** One chunk of a chat completion. The last one has no choices, only usage. */
export function chatChunk(value: unknown): ApiEvent {
  const chunk = expected(value);
  const choice = asObject(asList(chunk['choices'])[0]);
  const finishReason = asName(choice?.['finish_reason']);
  return { ...about(chunk), ...said(asObject(choice?.['delta'])), ...(asObject(chunk['usage']) ? { usage: chunk['usage'] } : {}), ...(finishReason === undefined ? {} : { finishReason, done: true }) };
}

/** A whole answer of the Responses API. */
export function response(value: unknown): ApiEvent {
  const answer = expected(value, 'output');
  const text = asList(answer['output'])
    .flatMap((item) => asList(asObject(item)?.['content']))
    .map((content) => asName(asObject(content)?.['text']) ?? asName(asObject(content)?.['refusal']) ?? '')
    .join('');
  return { text, ...ended(answer) };
}

/** One event of a streamed answer of the Responses API. */
export function responseEvent(value: unknown): ApiEvent {
  const event = expected(value, 'type');
  const type = asName(event['type']) ?? '';
  const answer = asObject(event['response']);
  if (type === 'response.output_text.delta' || type === 'response.refusal.delta') return typeof event['delta'] === 'string' ? { text: event['delta'] } : {};
  if (type.startsWith('response.reasoning')) return { thinking: true };
  if (type === 'response.created' && answer) return about(answer);
  if ((type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed') && answer) return ended(answer);
  return {};
}

function ended(answer: JsonObject): ApiEvent {
  if (answer['status'] === 'failed') {
    const { code, message } = asObject(answer['error']) ?? {};
    throw new OrchestratorError('model-failed', `The provider could not answer${typeof code === 'string' ? ` (${code})` : ''}: ${typeof message === 'string' ? message : 'it does not say why'}.`, 'Try again later.');
  }
  const why = asName(asObject(answer['incomplete_details'])?.['reason']);
  return { ...about(answer), finishReason: why ?? 'stop', usage: answer['usage'], done: true };
}

function about(answer: JsonObject): ApiEvent {
  const [model, responseId, tier] = [asName(answer['model']), asName(answer['id']), tierOf(answer['service_tier'])];
  return { ...(model === undefined ? {} : { model }), ...(responseId === undefined ? {} : { responseId }), ...(tier === undefined ? {} : { serviceTier: tier }) };
}

function said(part: JsonObject | undefined): ApiEvent {
  // White space is text too.
  for (const text of [part?.['content'], part?.['refusal']]) if (typeof text === 'string' && text !== '') return { text };
  return (asName(part?.['reasoning_content']) ?? asName(part?.['reasoning'])) === undefined ? {} : { thinking: true };
}

function tierOf(value: unknown): ServiceTier | undefined {
  if (value === 'default' || value === 'standard') return 'standard';
  return value === 'flex' || value === 'priority' || value === 'batch' ? value : undefined;
}

function expected(value: unknown, member?: string): JsonObject {
  const object = asObject(value);
  if (object && (member === undefined || object[member] !== undefined)) return object;
  throw new OrchestratorError('model-failed', 'The provider answered with something that is no answer of its API.', 'Check the base URL: another program may be listening there.');
}
