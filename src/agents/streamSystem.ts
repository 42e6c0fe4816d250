import type { AgentEvent } from '../model/agentEvent';
import type { JsonObject } from '../base/jsonShape';
import { asName, asNumber } from '../base/jsonShape';

/** Known, and of no interest to a person. */
const silent = new Set(['status', 'thinking_tokens', 'task_started', 'task_progress', 'task_updated', 'hook_started', 'hook_response', 'hook_progress']);

/** What a `system` line (other than `init`) has to say to a person. */
export function systemNotice(line: JsonObject, ts: number): AgentEvent | undefined {
  switch (line['subtype']) {
    case 'permission_denied':
      return notice(ts, 'warning', `${asName(line['tool_name']) ?? 'A tool'} was not allowed: ${asName(line['message']) ?? 'no reason given'}`);
    case 'api_retry':
      return notice(ts, 'warning', retryMessage(line));
    case 'informational':
      return notice(ts, 'info', asName(line['content']) ?? asName(line['message']));
    case 'compact_boundary':
      return notice(ts, 'info', 'The conversation was compacted.');
    case 'model_refusal_no_fallback':
      return notice(ts, 'warning', asName(line['message']) ?? 'The model refused to answer.');
    case 'task_notification':
      return line['status'] === 'failed' ? notice(ts, 'warning', `A background task failed: ${asName(line['summary']) ?? 'no reason given'}`) : undefined;
    default:
      return undefined;
  }
}

export function isKnownSystemLine(line: JsonObject): boolean {
  const subtype = asName(line['subtype']) ?? '';
  return silent.has(subtype) || subtype === 'task_notification' || subtype === 'informational';
}

function retryMessage(line: JsonObject): string {
  const attempt = asNumber(line['attempt']);
  const most = asNumber(line['max_retries']);
  const delayMs = asNumber(line['retry_delay_ms']);
  const reason = [asName(line['error'])?.replaceAll('_', ' '), asNumber(line['error_status'])].filter((part) => part !== undefined).join(' ');
  const count = attempt === undefined ? '' : ` ${attempt}${most === undefined ? '' : ` of ${most}`}`;
  const wait = delayMs === undefined ? '' : ` in ${(delayMs / 1000).toFixed(1)} s`;
  return `The model's API failed (${reason || 'no reason given'}); retry${count}${wait}.`;
}

function notice(ts: number, severity: 'info' | 'warning', message: string | undefined): AgentEvent | undefined {
  return message === undefined ? undefined : { kind: 'notice', ts, severity, message };
}
