import type { Usage } from '../model/usage';
import { asObject, type JsonObject } from '../base/jsonShape';

/** What a provider's word on usage comes to. Without `usage`, `problem` says why it cannot be believed. */
export interface ReadUsage {
  readonly usage?: Usage;
  readonly problem?: string;
  /** The counts are right, but a price computed from them may not be. */
  readonly caveat?: string;
}

class Uncountable extends Error {}

/**
 * Chat completions (`prompt_tokens` …) and responses (`input_tokens` …). Totals include their parts: cached and written input tokens are
 * part of the input, reasoning is part of the output. Source: OpenAI's API reference, `CompletionUsage` and `ResponseUsage`.
 */
export function openAIUsage(value: unknown): ReadUsage {
  const raw = asObject(value);
  if (!raw) return { problem: 'the provider told no usage' };
  return read(() => {
    const chat = raw['prompt_tokens'] !== undefined || raw['completion_tokens'] !== undefined;
    const input = total(raw, chat ? 'prompt_tokens' : 'input_tokens');
    const output = total(raw, chat ? 'completion_tokens' : 'output_tokens');
    const inputDetails = asObject(raw[chat ? 'prompt_tokens_details' : 'input_tokens_details']) ?? {};
    const outputDetails = asObject(raw[chat ? 'completion_tokens_details' : 'output_tokens_details']) ?? {};
    const cacheRead = part(inputDetails, 'cached_tokens');
    const cacheWrite = part(inputDetails, 'cache_write_tokens');
    const reasoning = part(outputDetails, 'reasoning_tokens');
    if (cacheRead > input) throw new Uncountable(`cached tokens (${cacheRead}) beyond the input tokens (${input})`);
    if (cacheRead + cacheWrite > input) throw new Uncountable(`cached and written tokens (${cacheRead + cacheWrite}) beyond the input tokens (${input})`);
    if (reasoning > output) throw new Uncountable(`reasoning tokens (${reasoning}) beyond the output tokens (${output})`);
    const usage: Usage = { input: { text: input - cacheRead - cacheWrite, cacheRead, cacheWrite5m: cacheWrite, cacheWrite1h: 0 }, output: { text: output - reasoning, reasoning } };
    const audio = part(inputDetails, 'audio_tokens') + part(outputDetails, 'audio_tokens');
    return audio > 0 ? { usage, caveat: 'some of the tokens are audio, which has prices of its own' } : { usage };
  });
}

/**
 * The Messages API. `input_tokens` excludes cached tokens; the parts of `cache_creation` replace `cache_creation_input_tokens`; thinking
 * is part of the output. Source: Anthropic's API reference, `Usage`.
 */
export function anthropicUsage(value: unknown): ReadUsage {
  const raw = asObject(value);
  if (!raw) return { problem: 'the provider told no usage' };
  return read(() => {
    const output = total(raw, 'output_tokens');
    const reasoning = part(asObject(raw['output_tokens_details']) ?? {}, 'thinking_tokens');
    if (reasoning > output) throw new Uncountable(`thinking tokens (${reasoning}) beyond the output tokens (${output})`);
    const written = part(raw, 'cache_creation_input_tokens');
    const creation = asObject(raw['cache_creation']) ?? {};
    const parts = { cacheWrite5m: part(creation, 'ephemeral_5m_input_tokens'), cacheWrite1h: part(creation, 'ephemeral_1h_input_tokens') };
    const inParts = parts.cacheWrite5m + parts.cacheWrite1h;
    const cacheWrites = inParts > 0 ? parts : { cacheWrite5m: written, cacheWrite1h: 0 };
    const usage: Usage = { input: { text: total(raw, 'input_tokens'), cacheRead: part(raw, 'cache_read_input_tokens'), ...cacheWrites }, output: { text: output - reasoning, reasoning } };
    const caveat = [
      ...(inParts > 0 && written !== inParts && typeof raw['cache_creation_input_tokens'] === 'number' ? ['the parts of the cache writes are not what they are said to add up to'] : []),
      ...(raw['speed'] === 'fast' ? ['fast mode has prices of its own'] : []),
      ...(raw['inference_geo'] === 'us' ? ['inference kept in the US has prices of its own'] : []),
    ].join('; ');
    return caveat === '' ? { usage } : { usage, caveat };
  });
}

/** A later word of a stream replaces an earlier one field by field; nothing is ever added. Fields that are null say nothing. */
export function mergeUsage(known: unknown, later: unknown): unknown {
  const [before, after] = [asObject(known), asObject(later)];
  if (!before || !after) return after ?? known;
  return { ...before, ...Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null && value !== undefined)) };
}

function read(work: () => ReadUsage): ReadUsage {
  try {
    return work();
  } catch (error) {
    if (error instanceof Uncountable) return { problem: error.message };
    throw error;
  }
}

function total(raw: JsonObject, name: string): number {
  if (raw[name] === undefined || raw[name] === null) throw new Uncountable(`no ${name}`);
  return part(raw, name);
}

/** Absent parts are none. Sums of a few counts stay safe below 2^50. */
function part(raw: JsonObject, name: string): number {
  const value = raw[name];
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 2 ** 50) throw new Uncountable(`${name} is no count of tokens`);
  return value;
}
