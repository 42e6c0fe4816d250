import { parseJsonLine } from '../base/jsonLines';
import { asName, asObject } from '../base/jsonShape';

const deepest = 4;

/** The sentence in an error of a model's API, which programs hand on as they got it: `{"error":{"message":"…"}}` or `[API Error: {…}]`. */
export function plainError(text: string, depth = 0): string {
  const bare = /^\[API Error: (.*)\]$/s.exec(text.trim())?.[1] ?? text;
  const parsed = parseJsonLine(bare);
  const object = parsed.kind === 'json' ? asObject(parsed.value) : undefined;
  const inner = asObject(object?.['error']) ?? object;
  const message = asName(inner?.['message']) ?? asName(object?.['error']) ?? asName(object?.['detail']);
  if (message === undefined || depth >= deepest) return bare.trim();
  return plainError(message, depth + 1);
}
