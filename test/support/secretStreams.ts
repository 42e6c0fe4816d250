/** Streams of agents that tell secrets in every way they have: in pieces, and where texts are cut to a limit. */

/** Words up to so many characters before a limit, then the secret, which goes over it. */
export function overLimit(limit: number, secret: string): string {
  return `${'some words '.repeat(Math.ceil(limit / 11)).slice(0, limit - 8)}${secret} and more.`;
}

function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

function lines(entries: readonly object[]): string {
  return entries.map((entry) => JSON.stringify(entry)).join('\n');
}

/** Claude Code with partial messages: `secrets` in pieces of nine characters as text, thought and tool input, and `known` at the limits of spans. */
export function claudeStream(secrets: string, known: string): string {
  const event = (inner: object): object => ({ type: 'stream_event', event: inner, session_id: 's', parent_tool_use_id: null });
  const block = (index: number, deltas: readonly object[]): object[] => [...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })), event({ type: 'content_block_stop', index })];
  const tool = (id: string, input: object): object => ({ type: 'tool_use', id, name: 'Bash', input });
  const said = (id: string, ...content: readonly object[]): object => ({ type: 'assistant', message: { id, model: 'claude-sonnet-4-5', content, usage: { input_tokens: 5, output_tokens: 5 } }, session_id: 's', parent_tool_use_id: null });
  const result = (id: string, content: string, isError: boolean): object => ({ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }] }, session_id: 's', parent_tool_use_id: null });
  return lines([
    { type: 'system', subtype: 'init', session_id: 's', cwd: '/repo', model: 'claude-sonnet-4-5' },
    event({ type: 'message_start', message: { id: 'm1', model: 'claude-sonnet-4-5', usage: { input_tokens: 5, output_tokens: 1 } } }),
    ...block(0, cut(secrets, 9).map((thinking) => ({ type: 'thinking_delta', thinking }))),
    ...block(1, cut(secrets, 9).map((text) => ({ type: 'text_delta', text }))),
    ...block(2, cut(JSON.stringify({ command: secrets }), 9).map((json) => ({ type: 'input_json_delta', partial_json: json }))),
    said('m1', { type: 'thinking', thinking: secrets }, { type: 'text', text: overLimit(4_096, known) }, tool('t1', { command: secrets }), tool('t2', { command: overLimit(120 - 'Bash '.length, known) }), tool('t3', { content: overLimit(4_096 - '{"content":"'.length, known) })),
    event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 7 } }),
    event({ type: 'message_stop' }),
    result('t1', secrets, false),
    result('t2', overLimit(500, known), true),
    result('t3', overLimit(4_096, known), false),
    said('m2', { type: 'thinking', thinking: overLimit(4_096, known) }, { type: 'text', text: secrets }),
    { type: 'result', subtype: 'success', is_error: false, result: overLimit(66, known), session_id: 's', usage: { input_tokens: 10, output_tokens: 10 }, modelUsage: {} },
  ]);
}

/** Gemini, which tells its answers in deltas only. */
export function geminiStream(secrets: string, known: string): string {
  return lines([
    { type: 'init', session_id: 'g', model: 'gemini-2.5-pro' },
    ...cut(`${secrets}\n${overLimit(16_384 - secrets.length, known)}`, 9).map((content) => ({ type: 'message', role: 'assistant', content, delta: true })),
    { type: 'result', status: 'success', stats: { total_tokens: 10, input_tokens: 5, output_tokens: 5, models: { 'gemini-2.5-pro': { total_tokens: 10, input_tokens: 5, output_tokens: 5, cached: 0, input: 5 } } } },
  ]);
}

/** No stream at all: each line is quoted in part. */
export function garbage(known: string): string {
  return Array.from({ length: 3 }, () => overLimit(200, known)).join('\n');
}

/** The last words of a program that fails: of a line, 1,000 characters are told. */
export function longLastLine(known: string): string {
  return overLimit(1_000, known);
}

/** Of all lines together, the last 1,000 characters are told. */
export function longLastWords(known: string): string {
  return `${known}\n${'some words '.repeat(100).slice(0, 990)}`;
}

/** A secret of two lines, one at the end of the first 4,000 characters of an output, and one after them. */
export function overPiece(known: string): string {
  return `${`${'some words '.repeat(9)}\n`.repeat(39)}${'some words '.repeat(8)}\n${known}\nend`;
}
