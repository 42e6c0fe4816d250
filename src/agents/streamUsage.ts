import { nanoDollars } from '../model/money';
import type { Usage } from '../model/usage';
import { addUsage, usageBeyond } from '../model/usage';
import type { ModelUsage, UsageByModel } from '../model/usageByModel';
import type { JsonObject } from './jsonShape';
import { asCount, asNumber, asObject, present } from './jsonShape';

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
export function readUsage(value: unknown): RawUsage | undefined {
  const usage = asObject(value);
  if (!usage) return undefined;
  const cacheCreation = asObject(usage['cache_creation']);
  const known = present({
    input: asCount(usage['input_tokens']),
    cacheRead: asCount(usage['cache_read_input_tokens']),
    cacheWrite: asCount(usage['cache_creation_input_tokens']),
    cacheWrite5m: asCount(cacheCreation?.['ephemeral_5m_input_tokens']),
    cacheWrite1h: asCount(cacheCreation?.['ephemeral_1h_input_tokens']),
    output: asCount(usage['output_tokens']),
    thinking: asCount(asObject(usage['output_tokens_details'])?.['thinking_tokens']),
  });
  return Object.keys(known).length === 0 ? undefined : known;
}

export function mergeUsage(known: RawUsage, later: RawUsage): RawUsage {
  return { ...known, ...later };
}

export function toUsage(raw: RawUsage): Usage {
  const hasParts = raw.cacheWrite5m !== undefined || raw.cacheWrite1h !== undefined;
  const output = raw.output ?? 0;
  const reasoning = Math.min(raw.thinking ?? 0, output);
  return {
    input: {
      text: raw.input ?? 0,
      cacheRead: raw.cacheRead ?? 0,
      cacheWrite5m: hasParts ? (raw.cacheWrite5m ?? 0) : (raw.cacheWrite ?? 0),
      cacheWrite1h: raw.cacheWrite1h ?? 0,
    },
    output: { text: output - reasoning, reasoning },
  };
}

/** Reads `modelUsage` and `model_usage_since_last_result` of a result line; undefined when there is none. */
export function readModelUsage(value: unknown): UsageByModel | undefined {
  const models = asObject(value);
  if (!models) return undefined;
  return Object.fromEntries(
    Object.entries(models).flatMap(([model, entry]) => {
      const one = asObject(entry);
      return one ? [[model, modelUsage(one)]] : [];
    }),
  );
}

function modelUsage(entry: JsonObject): ModelUsage {
  const usage = toUsage(
    present({
      input: asCount(entry['inputTokens']),
      cacheRead: asCount(entry['cacheReadInputTokens']),
      cacheWrite: asCount(entry['cacheCreationInputTokens']),
      cacheWrite5m: asCount(entry['cacheCreationEphemeral5mInputTokens']),
      cacheWrite1h: asCount(entry['cacheCreationEphemeral1hInputTokens']),
      output: asCount(entry['outputTokens']),
      thinking: asCount(entry['thinkingTokens']),
    }),
  );
  const costUSD = asNumber(entry['costUSD']);
  // The program puts a price on models it does not know; such a price is a guess and not shown as one that was reported.
  if (costUSD === undefined || entry['costBasis'] === 'unknown') return { usage, costBasis: 'unknown' };
  return { usage, costNano: nanoDollars(costUSD), costBasis: 'reported' };
}

export function addByModel(a: UsageByModel, b: UsageByModel): UsageByModel {
  return combine(a, b, addUsage, (x, y) => x + y);
}

/** What the totals of a conversation hold beyond an earlier mark of them: usage and cost since then. */
export function beyondMark(totals: UsageByModel, mark: UsageByModel): UsageByModel {
  const beyond = combine(totals, mark, usageBeyond, (x, y) => Math.max(0, x - y));
  return Object.fromEntries(Object.entries(beyond).filter(([model]) => model in totals));
}

function combine(a: UsageByModel, b: UsageByModel, usage: (x: Usage, y: Usage) => Usage, cost: (x: number, y: number) => number): UsageByModel {
  const result: Record<string, ModelUsage> = { ...a };
  for (const [model, right] of Object.entries(b)) {
    const left = a[model];
    if (!left) {
      result[model] = right;
      continue;
    }
    const known = left.costNano !== undefined && right.costNano !== undefined;
    result[model] = {
      usage: usage(left.usage, right.usage),
      ...(known ? { costNano: cost(left.costNano, right.costNano), costBasis: left.costBasis } : { costBasis: 'unknown' }),
    };
  }
  return result;
}
