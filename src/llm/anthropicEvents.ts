import { OrchestratorError } from '../base/errors';
import type { ApiEvent } from './modelProvider';
import { asList, asName, asObject, type JsonObject } from '../base/jsonShape';

/** A whole message. @throws OrchestratorError `model-failed` for what is none */
export function anthropicMessage(value: unknown): ApiEvent {
  const message = expected(value, 'content');
  const text = asList(message['content'])
    .map((block) => asObject(block)?.['text'])
    .filter((part) => typeof part === 'string')
    .join('');
  return { text, ...about(message), finishReason: asName(message['stop_reason']) ?? 'end_turn', done: true };
}

/** One event of a streamed message. Its usage is cumulative: each replaces the one before, field by field. */
export function anthropicEvent(value: unknown): ApiEvent {
  const event = expected(value, 'type');
  const delta = asObject(event['delta']);
  switch (event['type']) {
    case 'message_start':
      return about(expected(event['message'], 'usage'));
    case 'content_block_delta':
      return typeof delta?.['text'] === 'string' ? { text: delta['text'] } : { thinking: true };
    case 'message_delta': {
      const finishReason = asName(delta?.['stop_reason']);
      return { ...(finishReason === undefined ? {} : { finishReason }), ...(asObject(event['usage']) ? { usage: event['usage'] } : {}) };
    }
    case 'message_stop':
      return { done: true };
    default:
      return {};
  }
}

function about(message: JsonObject): ApiEvent {
  const [model, responseId, tier] = [asName(message['model']), asName(message['id']), asObject(message['usage'])?.['service_tier']];
  return {
    ...(model === undefined ? {} : { model }),
    ...(responseId === undefined ? {} : { responseId }),
    ...(tier === 'standard' || tier === 'priority' || tier === 'batch' ? { serviceTier: tier } : {}),
    usage: message['usage'],
  };
}

function expected(value: unknown, member: string): JsonObject {
  const object = asObject(value);
  if (object?.[member] !== undefined) return object;
  throw new OrchestratorError('model-failed', 'The provider answered with something that is no answer of its API.', 'Check the base URL: another program may be listening there.');
}
