#!/usr/bin/env node
// Stands in for Claude Code: makes model calls that cost money, one after another. Its prompt says how, as JSON:
// calls: how many · gapMs: between them · output: output tokens of each · model · total: whether it ends with a result that tells the run's usage ·
// lastWords: whether it tells that only there.
import { appendFileSync, readFileSync, writeSync } from 'node:fs';

const { calls = 1000, gapMs = 20, output = 1000, model = 'claude-opus-5-5', total = false, lastWords = false } = JSON.parse(readFileSync(0, 'utf8'));
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);
// Long for a test, and not for ever: one whose test was killed must not stay.
setTimeout(() => process.exit(), 60_000).unref();

say({ type: 'system', subtype: 'init', session_id: 'spender', cwd: process.cwd(), model });
for (let call = 1; call <= calls; call++) {
  const usage = { input_tokens: 0, output_tokens: 1 };
  const id = `msg_${process.pid}_${call}`;
  const event = (inner) => say({ type: 'stream_event', parent_tool_use_id: null, event: inner });
  appendFileSync('work.txt', `call ${call}\n`);
  event({ type: 'message_start', message: { id, model, role: 'assistant', content: [], usage } });
  say({ type: 'assistant', parent_tool_use_id: null, message: { id, model, role: 'assistant', content: [{ type: 'text', text: `call ${call}` }], usage } });
  if (!lastWords) event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { ...usage, output_tokens: output } });
  event({ type: 'message_stop' });
  await new Promise((resolve) => setTimeout(resolve, gapMs));
}
const modelUsage = { [model]: { inputTokens: 0, outputTokens: calls * output, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: (calls * output * 20) / 1e6 } };
say({ type: 'result', subtype: 'success', is_error: false, result: 'spent', session_id: 'spender', ...(total || lastWords ? { modelUsage } : {}) });
