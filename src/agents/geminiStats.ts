import type { Usage } from '../model/usage';
import { isNoUsage } from '../model/usage';
import type { JsonObject } from '../base/jsonShape';
import { asObject } from '../base/jsonShape';
import { readCounts, usageOfWholes } from './tokenCounts';

export interface GeminiUsage {
  /** Undefined when not told. */
  readonly model: string | undefined;
  /** Undefined when the counts cannot be right. */
  readonly usage: Usage | undefined;
}

/** Usage by model from the `stats` of a result line, calls for titles and routing included; models that were not used are left out. */
export function readGeminiStats(stats: JsonObject, mainModel: string | undefined): readonly GeminiUsage[] {
  const models = Object.entries(asObject(stats['models']) ?? {});
  const hasTotals = stats['input_tokens'] !== undefined || stats['output_tokens'] !== undefined;
  const whole = hasTotals ? [[mainModel, stats] as const] : [];
  const entries: readonly (readonly [string | undefined, unknown])[] = models.length > 0 ? models : whole;
  return entries.map(([model, entry]) => ({ model, usage: readCountsOf(asObject(entry)) })).filter(({ usage }) => usage === undefined || !isNoUsage(usage));
}

/** Thoughts are in no count of their own: they are what the total has beyond input and output. */
function readCountsOf(entry: JsonObject | undefined): Usage | undefined {
  const counts = entry && readCounts(entry, { total: 'total_tokens', input: 'input_tokens', output: 'output_tokens', cacheRead: 'cached' });
  if (counts?.input === undefined || counts.output === undefined) return undefined;
  const { input, output, cacheRead, total = input + output } = counts;
  const reasoning = total - input - output;
  return reasoning < 0 ? undefined : usageOfWholes({ input, cacheRead, output: output + reasoning, reasoning });
}
