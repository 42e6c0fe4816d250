import type { Attributes } from '../model/span';
import { isNoUsage } from '../model/usage';
import type { JsonObject } from '../base/jsonShape';
import { asList, asName, asNumber, asObject, asText, present } from '../base/jsonShape';
import type { UsageByModel } from '../model/usageByModel';
import type { ConversationUsageOptions } from './conversationUsage';
import { ConversationUsage } from './conversationUsage';
import type { TurnVerdict } from './streamParser';
import { readModelUsage, readUsage, toUsage } from './streamUsage';

const subtypeMessages: Readonly<Record<string, string>> = {
  error_max_turns: 'It reached its limit of turns.',
  error_max_budget_usd: 'It reached its own budget limit.',
  error_during_execution: 'It stopped with an error.',
};
/** For the program's own developers, not for people. */
const diagnostic = /^\[\w*diagnostic\]/;

/** Reads a `result` line. `is_error` decides: failures of the model API come with the subtype "success". */
export function readVerdict(line: JsonObject): TurnVerdict {
  const subtype = asName(line['subtype']) ?? 'success';
  const ok = line['is_error'] !== true && subtype === 'success';
  const text = asText(line['result']);
  const attrs = present({
    subtype,
    terminalReason: asName(line['terminal_reason']),
    turns: asNumber(line['num_turns']),
    durationMs: asNumber(line['duration_ms']),
    apiDurationMs: asNumber(line['duration_api_ms']),
    // Of the whole conversation, earlier runs included.
    conversationCostUSD: asNumber(line['total_cost_usd']),
    permissionDenials: asList(line['permission_denials']).length || undefined,
    apiErrorStatus: asNumber(line['api_error_status']),
  }) as Attributes;
  return { ok, attrs, ...present({ text: ok ? text : undefined, errorMessage: ok ? undefined : errorText(line, subtype, text) }) };
}

function errorText(line: JsonObject, subtype: string, text: string | undefined): string {
  if (asName(line['terminal_reason'])?.startsWith('aborted_')) return 'It was interrupted.';
  const errors = asList(line['errors']).flatMap((error) => asName(error) ?? asName(asObject(error)?.['message']) ?? []);
  const readable = errors.filter((error) => !diagnostic.test(error)).join('; ');
  return asName(text) ?? asName(line['error']) ?? asName(asObject(line['error'])?.['message']) ?? asName(readable) ?? subtypeMessages[subtype] ?? subtype;
}

/**
 * Usage of one run from its `result` lines. A result says what happened since the one before, or (older programs) only the totals of the whole
 * conversation. Without a mark to measure those from, the main thread's own usage is the best there is: it leaves sub-agents out and has no cost.
 */
export class RunUsage {
  private readonly conversation: ConversationUsage;
  /** What a line said that cannot be right. */
  unbelievable: unknown;

  constructor(options: ConversationUsageOptions) {
    this.conversation = new ConversationUsage(options);
  }

  /** The totals of the conversation as far as known: the next run's mark. */
  get conversationTotals(): UsageByModel | undefined {
    return this.conversation.totals;
  }

  get total(): UsageByModel {
    return this.conversation.run;
  }

  get incomplete(): boolean {
    return this.conversation.incomplete || this.unbelievable !== undefined;
  }

  /** Returns false when the line says nothing of usage (Amp). */
  add(line: JsonObject, mainModel: string | undefined): boolean {
    const totals = readModelUsage(line['modelUsage']);
    const since = readModelUsage(line['model_usage_since_last_result']);
    const atLeast = mainThread(line, mainModel);
    const isUnbelievable = totals === 'invalid' || since === 'invalid' || atLeast === 'invalid';
    if (isUnbelievable) this.unbelievable = line['modelUsage'] ?? line['usage'];
    return this.conversation.add({ totals: believed(totals), since: believed(since), atLeast: believed(atLeast) }) || isUnbelievable;
  }
}

function believed<T extends object>(value: T | 'invalid' | undefined): T | undefined {
  return value === 'invalid' ? undefined : value;
}

function mainThread(line: JsonObject, mainModel: string | undefined): UsageByModel | 'invalid' | undefined {
  const usage = readUsage(line['usage']);
  if (usage === 'invalid') return usage;
  return usage && !isNoUsage(toUsage(usage)) ? { [mainModel ?? 'unknown']: { usage: toUsage(usage), costBasis: 'unknown' } } : undefined;
}
