import { type LogTotals, totalsOf } from './agentLogs';

/**
 * What logs add up to, read in the plainest way there is: every line parsed whole, no offsets, no threads, nothing shared with the product.
 */
type Json = Record<string, never>;
type Counts = Omit<LogTotals, 'calls'>;

function lines(text: string): Json[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Json);
}

export function claudeTotals(...texts: readonly string[]): LogTotals {
  const calls = new Map<string, Counts>();
  for (const line of texts.flatMap(lines) as unknown as { type: string; requestId?: string; message: { id: string; model: string; usage: Record<string, number> } }[]) {
    if (line.type !== 'assistant' || line.message.model === '<synthetic>') continue;
    const { input_tokens: input = 0, cache_read_input_tokens: cacheRead = 0, cache_creation_input_tokens: cacheWrite = 0, output_tokens: output = 0 } = line.message.usage;
    calls.set(`${line.message.id} ${line.requestId}`, { input, cacheRead, cacheWrite, output, reasoning: 0 });
  }
  return totalsOf([...calls.values()]);
}

export function codexTotals(...texts: readonly string[]): LogTotals {
  const calls = new Map<string, Counts>();
  for (const { type, payload } of texts.flatMap(lines) as unknown as { type: string; payload: { response_id: string; usage: Record<string, number> } }[]) {
    if (type !== 'token_usage_record') continue;
    const { input_tokens: input = 0, cached_input_tokens: cacheRead = 0, output_tokens: output = 0, reasoning_output_tokens: reasoning = 0 } = payload.usage;
    calls.set(payload.response_id, { input: input - cacheRead, cacheRead, cacheWrite: 0, output: output - reasoning, reasoning });
  }
  return totalsOf([...calls.values()]);
}

export function geminiTotals(text: string): LogTotals {
  const calls = new Map<string, Counts>();
  type Message = { type?: string; id: string; tokens?: Record<string, number> };
  for (const line of lines(text) as unknown as (Message & { $set?: { messages?: Message[] } })[]) {
    for (const { type, id, tokens } of [line, ...(line.$set?.messages ?? [])]) {
      if (type !== 'gemini' || !tokens) continue;
      const { input = 0, cached = 0, output = 0, thoughts = 0 } = tokens;
      calls.set(id, { input: input - cached, cacheRead: cached, cacheWrite: 0, output, reasoning: thoughts });
    }
  }
  return totalsOf([...calls.values()]);
}

export interface OpencodeExport {
  readonly info: { readonly id: string; readonly directory: string; readonly title: string };
  readonly messages: readonly { readonly info: { readonly id: string; readonly sessionID: string; readonly role: string; readonly cost?: number; readonly tokens?: { input: number; output: number; reasoning: number; cache: { read: number; write: number } } } }[];
}

export function opencodeTotals({ messages }: OpencodeExport): LogTotals {
  const counted = messages.flatMap(({ info: { role, tokens } }) => (role === 'assistant' && tokens ? [tokens] : []));
  return totalsOf(counted.map(({ input, output, reasoning, cache }) => ({ input, cacheRead: cache.read, cacheWrite: cache.write, output, reasoning })));
}
