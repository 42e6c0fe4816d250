import type { JsonObject } from '../base/jsonShape';
import { asName, asNumber, asObject, asText } from '../base/jsonShape';

/** A line of an agent's stream that holds a piece of a text which comes in several lines. */
export interface TextPiece {
  /** The same for all pieces of one text. */
  readonly key: string;
  /** The conversation that it belongs to: the tool call of a sub-agent, or empty. */
  readonly conversation: string;
  readonly text: string;
  /** The line with another text in the piece's place. */
  readonly lineWith: (text: string) => JsonObject;
}

/**
 * The piece of a text in a line: a `content_block_delta` of Claude Code (text, thought, the JSON of a tool's input), a message of Gemini
 * with `delta: true`, and whatever else calls a text `delta`, at the top of a line or one level below.
 */
export function readTextPiece(line: JsonObject): TextPiece | undefined {
  const event = asObject(line['event']);
  const delta = asObject(event?.['delta']);
  if (event?.['type'] === 'content_block_delta' && delta) return blockPiece(line, event, delta);
  const content = asText(line['content']);
  if (line['delta'] === true && content !== undefined) {
    return { key: JSON.stringify([line['type'], line['role']]), conversation: conversationOf(line), text: content, lineWith: (text) => ({ ...line, content: text }) };
  }
  return namedDelta(line, line, (member) => member) ?? nestedDelta(line);
}

/** The conversation whose texts are complete when this line comes; undefined for lines that may come in between. */
export function endsTexts(line: JsonObject): string | undefined {
  if (line['type'] === 'system' || asObject(line['event'])?.['type'] === 'ping') return undefined;
  return conversationOf(line);
}

function blockPiece(line: JsonObject, event: JsonObject, delta: JsonObject): TextPiece | undefined {
  const [name, text] = Object.entries(delta).reduce<readonly [string, string]>((longest, [member, value]) => (member !== 'type' && typeof value === 'string' && value.length >= longest[1].length ? [member, value] : longest), ['', '']);
  if (name === '') return undefined;
  const conversation = conversationOf(line);
  const key = JSON.stringify([conversation, asNumber(event['index']) ?? 0, name]);
  return { key, conversation, text, lineWith: (changed) => ({ ...line, event: { ...event, delta: { ...delta, [name]: changed } } }) };
}

function namedDelta(line: JsonObject, holder: JsonObject, inLine: (holder: JsonObject) => JsonObject): TextPiece | undefined {
  const text = asText(holder['delta']);
  if (text === undefined) return undefined;
  const key = JSON.stringify(['type', 'item_id', 'itemId', 'partID', 'messageID', 'content_index'].map((name) => holder[name]));
  return { key, conversation: conversationOf(line), text, lineWith: (changed) => inLine({ ...holder, delta: changed }) };
}

function nestedDelta(line: JsonObject): TextPiece | undefined {
  for (const [name, value] of Object.entries(line)) {
    const holder = asObject(value);
    const piece = holder && namedDelta(line, holder, (changed) => ({ ...line, [name]: changed }));
    if (piece) return piece;
  }
  return undefined;
}

function conversationOf(line: JsonObject): string {
  return asName(line['parent_tool_use_id']) ?? '';
}
