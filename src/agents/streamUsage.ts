import type { Usage } from '../model/usage';
import type { ModelUsage, UsageByModel } from '../model/usageByModel';
import type { JsonObject } from '../base/jsonShape';
import { asObject } from '../base/jsonShape';
import { readCost, readCounts } from './tokenCounts';

/** Field by field what Anthropic's API has said of one call so far; a later word replaces an earlier one, nothing is ever added. */
export interface RawUsage {
  readonly input?: number;
  readonly cacheRead?: number;
  /** All cache writes; its parts, where given, replace it. */
  readonly cacheWrite?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly output?: number;
  /** Part of `output`. */
  readonly thinking?: number;
}

/** Reads a `usage` object of the Messages API (message, message_delta and result have the same shape); undefined when it holds no count. */
export function readUsage(value: unknown): RawUsage | 'invalid' | undefined {
  const usage = asObject(value);
  if (!usage) return undefined;
  const whole = readCounts(usage, { input: 'input_tokens', cacheRead: 'cache_read_input_tokens', cacheWrite: 'cache_creation_input_tokens', output: 'output_tokens' });
  const parts = readCounts(asObject(usage['cache_creation']) ?? {}, { cacheWrite5m: 'ephemeral_5m_input_tokens', cacheWrite1h: 'ephemeral_1h_input_tokens' });
  const details = readCounts(asObject(usage['output_tokens_details']) ?? {}, { thinking: 'thinking_tokens' });
  if (!whole || !parts || !details) return 'invalid';
  const known = { ...whole, ...parts, ...details };
  return Object.keys(known).length === 0 ? undefined : known;
}

export function mergeUsage(known: RawUsage, later: RawUsage): RawUsage {
  return { ...known, ...later };
}

export function toUsage(raw: RawUsage): Usage {
  const cacheWrite1h = raw.cacheWrite1h ?? 0;
  // The parts replace the total; what a total holds beyond them (proxies send parts of zero) was written at the default of five minutes.
  const cacheWrite5m = Math.max(raw.cacheWrite5m ?? 0, (raw.cacheWrite ?? 0) - cacheWrite1h);
  const output = raw.output ?? 0;
  const reasoning = Math.min(raw.thinking ?? 0, output);
  return {
    input: {
      text: raw.input ?? 0,
      cacheRead: raw.cacheRead ?? 0,
      cacheWrite5m,
      cacheWrite1h,
    },
    output: { text: output - reasoning, reasoning },
  };
}

/** Reads `modelUsage` and `model_usage_since_last_result` of a result line; undefined when there is none. */
export function readModelUsage(value: unknown): UsageByModel | 'invalid' | undefined {
  const models = asObject(value);
  if (!models) return undefined;
  const known: [string, ModelUsage][] = [];
  for (const [model, entry] of Object.entries(models)) {
    const one = asObject(entry);
    const usage = one && modelUsage(one);
    if (one && !usage) return 'invalid';
    if (usage) known.push([model, usage]);
  }
  return Object.fromEntries(known);
}

function modelUsage(entry: JsonObject): ModelUsage | undefined {
  const counts = readCounts(entry, {
    input: 'inputTokens',
    cacheRead: 'cacheReadInputTokens',
    cacheWrite: 'cacheCreationInputTokens',
    cacheWrite5m: 'cacheCreationEphemeral5mInputTokens',
    cacheWrite1h: 'cacheCreationEphemeral1hInputTokens',
    output: 'outputTokens',
    thinking: 'thinkingTokens',
  });
  if (!counts) return undefined;
  const usage = toUsage(counts);
  const costNano = readCost(entry['costUSD']);
  // The program puts a price on models it does not know; such a price is a guess and not shown as one that was reported.
  if (costNano === undefined || entry['costBasis'] === 'unknown') return { usage, costBasis: 'unknown' };
  return { usage, costNano, costBasis: 'reported' };
}
