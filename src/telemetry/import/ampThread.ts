import { fileURLToPath } from 'node:url';
import { isNoUsage } from '../../model/usage';
import { titleOf } from './logTitle';
import { asName, asObject, asObjects, type JsonObject } from '../../base/jsonShape';
import { doubtfulCounts, doubtfulTime, type LogOutput } from './logReader';
import { TokenCounts } from './tokenCounts';

/**
 * A thread as older versions of Amp kept it, whole in one file. Its ledger names the calls, the message that a call led to holds the
 * cached tokens; threads without a ledger have only the messages. It pays in credits, which are no dollars.
 */
export function readAmpThread(thread: JsonObject, output: LogOutput): void {
  const session = asName(thread['id']);
  if (session === undefined) return;
  const title = titleOf(thread['title']);
  const messages = asObjects(thread['messages']);
  const events = asObjects(asObject(thread['usageLedger'])?.['events']);
  output.sessions.set(session, { id: session, cwd: cwdOf(thread), ...(title === undefined ? {} : { title }) });
  if (events.length > 0) {
    const usages = new Map(messages.map((message) => [message['messageId'], asObject(message['usage'])]));
    events.forEach((event, index) => {
      const counted = asObject(event['tokens']);
      const usage = usages.get(event['toMessageId']);
      add(output, session, `${session}:${asName(event['id']) ?? index}`, event['timestamp'], { model: event['model'], input: counted?.['input'], output: counted?.['output'], usage });
    });
    return;
  }
  messages.forEach((message, index) => {
    const usage = asObject(message['usage']);
    if (!usage) return;
    const time = usage['timestamp'] ?? asObject(message['meta'])?.['sentAt'] ?? thread['created'];
    add(output, session, `${session}:message-${typeof message['messageId'] === 'number' ? message['messageId'] : index}`, time, { model: usage['model'], input: usage['inputTokens'], output: usage['outputTokens'], usage });
  });
}

interface AmpCall {
  readonly model: unknown;
  /** Not cached. */
  readonly input: unknown;
  readonly output: unknown;
  readonly usage: JsonObject | undefined;
}

function add(output: LogOutput, session: string, key: string, time: unknown, call: AmpCall): void {
  const counts = new TokenCounts();
  const usage = {
    input: { text: counts.count(call.input), cacheRead: counts.count(call.usage?.['cacheReadInputTokens']), cacheWrite5m: counts.count(call.usage?.['cacheCreationInputTokens']), cacheWrite1h: 0 },
    output: { text: counts.count(call.output), reasoning: 0 },
  };
  if (isNoUsage(usage) && !counts.doubtful) return;
  const { ts, ok } = output.times.read(time);
  if (counts.doubtful) output.problem(doubtfulCounts);
  if (!ok) output.problem(doubtfulTime);
  const model = asName(call.model);
  output.calls.add({ key: `amp:${key}`, session, ts, model, provider: 'amp', usage, costing: 'credits', serviceTier: 'standard', extras: false });
}

function cwdOf(thread: JsonObject): string {
  const trees = asObjects(asObject(asObject(thread['env'])?.['initial'])?.['trees']);
  const uri = asName(trees[0]?.['uri']);
  try {
    return uri?.startsWith('file:') ? fileURLToPath(uri) : '';
  } catch {
    return '';
  }
}
