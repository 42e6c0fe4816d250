import type { JsonObject } from '../base/jsonShape';
import { asName, asObject, asObjects } from '../base/jsonShape';

/** What a recorded line says of the agent's tools, whichever agent it was: a call, or how one ended. */
export type RecordedTool =
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly input: JsonObject }
  | { readonly kind: 'result'; readonly id: string; readonly failed: boolean };

export function readRecordedTools(line: JsonObject): readonly RecordedTool[] {
  const part = asObject(line['part']);
  if (part && line['type'] === 'tool_use') return opencodeTool(part);
  if (line['type'] === 'tool_use') return call(line['tool_id'], line['tool_name'], line['parameters']);
  if (line['type'] === 'tool_result') return result(line['tool_id'], line['status'] !== 'success');
  return asObjects(asObject(line['message'])?.['content']).flatMap((block) => {
    if (block['type'] === 'tool_use') return call(block['id'], block['name'], block['input']);
    return block['type'] === 'tool_result' ? result(block['tool_use_id'], block['is_error'] === true) : [];
  });
}

/** opencode tells a tool call when it is over. */
function opencodeTool(part: JsonObject): readonly RecordedTool[] {
  const state = asObject(part['state']);
  return [...call(part['callID'], part['tool'], state?.['input']), ...result(part['callID'], state?.['status'] !== 'completed')];
}

function call(id: unknown, name: unknown, input: unknown): readonly RecordedTool[] {
  const known = asName(id);
  return known === undefined ? [] : [{ kind: 'call', id: known, name: asName(name) ?? '', input: asObject(input) ?? {} }];
}

function result(id: unknown, failed: boolean): readonly RecordedTool[] {
  const known = asName(id);
  return known === undefined ? [] : [{ kind: 'result', id: known, failed }];
}
