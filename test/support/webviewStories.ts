import type { Iteration, Session, SpanTotals } from '../../src/model/session';
import type { AmpTraceEvent } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';
import { tokensIn, tokensOut } from '../../src/model/usage';
import type { TimelineSnapshot } from '../../src/protocol/sessionTimeline';
import { timelineSnapshot } from '../../src/protocol/timelineSnapshot';

/** Sessions as the timeline page may meet them, for its tests and for looking at it. */
export interface Story {
  readonly session: Session;
  readonly iterations: readonly Iteration[];
  readonly spans: readonly AmpTraceEvent[];
  readonly takenAt: number;
}

export const storyStart = Date.UTC(2026, 10, 22, 10, 0, 0);

export function storySnapshot(story: Story): TimelineSnapshot {
  return timelineSnapshot({ ...story, totals: totalsOf(story.spans) });
}

export function storySession(part: Partial<Session> = {}): Session {
  return {
    id: 'session-1',
    name: 'Fix rounding in invoice totals',
    prompt: 'Make the failing test pass',
    agent: 'claudeCode',
    agentOptions: { model: 'claude-sonnet-4-5' },
    baseBranch: 'main',
    baseSha: 'a'.repeat(40),
    branch: 'amp/fix-rounding/20261122-100000',
    worktree: '/home/ada/invoices.worktrees/fix-rounding',
    status: 'ready',
    createdAt: storyStart,
    updatedAt: storyStart,
    ...part,
  };
}

export function storyIteration(part: Partial<Iteration> = {}): Iteration {
  return {
    id: 'iteration-1',
    sessionId: 'session-1',
    number: 1,
    prompt: 'Make the failing test pass',
    status: 'succeeded',
    changedFiles: [],
    tsStart: storyStart,
    ...part,
  };
}

/** A step `startMs` after the story's start that took `durationMs`; without one it is still open. */
export function storySpan(id: string, startMs: number, durationMs: number | undefined, part: Partial<AmpTraceEvent> = {}): AmpTraceEvent {
  return {
    id,
    sessionId: 'session-1',
    iterationId: 'iteration-1',
    tsStart: storyStart + startMs,
    ...(durationMs === undefined ? {} : { tsEnd: storyStart + startMs + durationMs }),
    type: 'tool',
    name: id,
    attrs: {},
    status: durationMs === undefined ? 'running' : 'success',
    ...part,
  };
}

export function storyUsage(text: number, cacheRead: number, output: number): Usage {
  return { input: { text, cacheRead, cacheWrite5m: 920, cacheWrite1h: 0 }, output: { text: output, reasoning: Math.round(output / 8) } };
}

const texts = [
  'I will look at the failing test first.',
  'The total is rounded per line; it has to be rounded once, at the end.',
  'Now the negative amounts: the rounding is away from zero.',
  'All tests pass. I will check the types, too.',
];
const tools: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
  ['Read', 'src/invoice.ts', { file_path: '/home/ada/invoices/src/invoice.ts' }, '1\texport function total(lines: readonly Line[]): number {\n2\t  return lines.reduce((sum, line) => sum + round(line.amount), 0);\n3\t}\n'],
  ['Grep', 'round\\(', { pattern: 'round\\(', path: 'src' }, 'src/invoice.ts:2\nsrc/money.ts:14\n'],
  ['Edit', 'src/invoice.ts', { file_path: '/home/ada/invoices/src/invoice.ts', old_string: 'return lines.reduce((sum, line) => sum + round(line.amount), 0);', new_string: 'return round(lines.reduce((sum, line) => sum + line.amount, 0));' }, 'The file src/invoice.ts has been updated.'],
  ['Bash', 'npm test', { command: 'npm test', description: 'Run the tests' }, '> invoices@1.0.0 test\n> node --test\n\n✖ total of negative amounts (1.2 ms)\n  AssertionError: -10.01 !== -10.00\nℹ tests 12\nℹ pass 11\nℹ fail 1\n'],
  ['TodoWrite', '', { todos: '[{"content":"fix rounding","status":"completed"}]' }, 'Todos have been modified'],
];

/** About forty steps: two iterations an hour apart, model calls, tools, a failed command, git and an evaluation. */
export function realisticStory(running = false): Story {
  const first = run('iteration-1', 0, 4, undefined);
  const hour = 3_600_000;
  const second = run('iteration-2', hour, 3, running ? 2 : undefined);
  const secondEnd = Math.max(...second.map((span) => (span.tsEnd ?? span.tsStart) - storyStart));
  return {
    session: storySession({ status: running ? 'running' : 'ready' }),
    iterations: [
      storyIteration({ prompt: 'Make the failing test pass', summary: 'The total is now rounded once, at the end. All tests pass.', commitSha: '4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f', changedFiles: [{ path: 'src/invoice.ts', change: 'modified', linesAdded: 18, linesDeleted: 4 }], tsEnd: storyStart + 101_000 }),
      storyIteration({ id: 'iteration-2', number: 2, prompt: 'Also cover negative amounts', status: running ? 'running' : 'succeeded', tsStart: storyStart + hour, ...(running ? {} : { tsEnd: storyStart + secondEnd, commitSha: 'b'.repeat(40), changedFiles: [{ path: 'test/invoice.spec.ts', change: 'added' as const, linesAdded: 12, linesDeleted: 0 }] }) }),
    ],
    spans: [...first, ...second],
    takenAt: storyStart + secondEnd + 1_400,
  };
}

function run(iterationId: string, startMs: number, rounds: number, openAfter: number | undefined): readonly AmpTraceEvent[] {
  const spans: AmpTraceEvent[] = [];
  let at = startMs + 300;
  const add = (id: string, durationMs: number, part: Partial<AmpTraceEvent>): void => {
    spans.push(storySpan(`${iterationId}-${id}`, at, durationMs, { iterationId, ...part }));
    at += durationMs + 40;
  };
  const parentId = `${iterationId}-run`;
  for (let round = 0; round < rounds; round++) {
    const usage = storyUsage(140 + round * 310, 8_230 + round * 2_400, 140 + round * 75);
    add(`chat-${round}`, 6_200 + round * 2_100, { parentId, type: 'agent', name: 'anthropic:chat', model: 'claude-sonnet-4-5', provider: 'anthropic', usage, costNano: 21_345_000 + round * 3_210_000, costBasis: 'computed', attrs: { 'gen_ai.response.id': `msg_0${round}`, ...(round % 2 ? {} : { 'amp.thought': 'The test compares cents. Rounding each line first loses a cent here and there.' }), 'amp.text': texts[round % texts.length] ?? '' } });
    for (const [tool, subject, input, output] of tools) {
      const failed = tool === 'Bash' && round === 1;
      add(`${tool}-${round}`, tool === 'Bash' ? 4_100 : 18 + round * 7, { parentId, name: `${tool} ${subject}`.trim(), status: failed ? 'error' : 'success', attrs: { 'gen_ai.tool.name': tool, 'gen_ai.tool.call.id': `toolu_${round}`, 'gen_ai.tool.call.arguments': input, 'gen_ai.tool.call.result': output }, ...(failed ? { errorMessage: 'exit 1: 1 of 12 tests failed' } : {}) });
    }
  }
  if (openAfter !== undefined) {
    spans.push(storySpan(`${iterationId}-open`, at, undefined, { iterationId, parentId, name: 'Bash npm run build', attrs: { 'gen_ai.tool.name': 'Bash', 'gen_ai.tool.call.arguments': { command: 'npm run build' } } }));
    spans.push(storySpan(parentId, startMs + 200, undefined, { iterationId, type: 'agent', name: 'claude-code', model: 'claude-sonnet-4-5' }));
    return spans;
  }
  spans.push(storySpan(parentId, startMs + 200, at - startMs, { iterationId, type: 'agent', name: 'claude-code', model: 'claude-sonnet-4-5' }));
  add('notice', 0, { parentId, type: 'ui', name: 'Permission to run `rm -rf node_modules` was denied', attrs: { 'amp.notice': 'warning' } });
  add('commit', 41, { type: 'git', name: 'git commit', attrs: { 'process.exit.code': 0 } });
  add('eval', 3_900, { type: 'eval', name: 'eval tests', attrs: { 'gen_ai.evaluation.score.value': 100 } });
  return spans;
}

/** `count` steps below one run, every 50th failed. */
export function longStory(count: number): Story {
  const spans = Array.from({ length: count }, (_, index) =>
    storySpan(`step-${String(index).padStart(7, '0')}`, index * 120, 100, { parentId: 'run', name: `Read src/file${index}.ts`, attrs: { 'gen_ai.tool.name': 'Read' }, ...(index % 50 === 49 ? { status: 'error' as const, errorMessage: 'File does not exist.' } : {}) }),
  );
  const run = storySpan('run', 0, count * 120, { type: 'agent', name: 'claude-code' });
  return { session: storySession(), iterations: [storyIteration({ tsEnd: storyStart + count * 120 })], spans: [run, ...spans], takenAt: storyStart + count * 120 };
}

/** Names that break layouts: very long, right to left, emoji, and an error of many lines. */
export function hardNamesStory(): Story {
  const long = 'Refactor '.repeat(23).slice(0, 200);
  return {
    session: storySession({ name: long, status: 'failed', branch: `amp/${'refactor-'.repeat(20)}`, attention: 'The agent stopped because it was not allowed to use the network. Allow it, or run another iteration.' }),
    iterations: [storyIteration({ prompt: long, status: 'failed', errorMessage: 'The agent ended with an error.', tsEnd: storyStart + 9_000 })],
    spans: [
      storySpan('run', 0, 9_000, { type: 'agent', name: 'claude-code', status: 'error', errorMessage: 'API error: 529 overloaded_error, the service is overloaded; tried ten times over six minutes and gave up at last' }),
      storySpan('long', 100, 800, { parentId: 'run', name: `Bash ${'x'.repeat(195)}`, attrs: { 'gen_ai.tool.name': 'Bash' } }),
      storySpan('rtl', 1_000, 1_200, { parentId: 'run', name: 'قراءة الملف src/فاتورة.ts وتصحيح التقريب', attrs: {} }),
      storySpan('hebrew', 2_300, 700, { parentId: 'run', name: 'Read מסמכים/חשבונית.ts', attrs: { 'gen_ai.tool.name': 'Read' } }),
      storySpan('emoji', 3_100, 500, { parentId: 'run', name: 'Write 🧾👩‍👩‍👧‍👦🇩🇪 invoice ✅.md', attrs: { 'gen_ai.tool.name': 'Write' } }),
      storySpan('web', 3_700, 1_900, { parentId: 'run', name: `WebFetch https://example.com/${'deep/'.repeat(30)}`, status: 'error', errorMessage: `The network is not allowed: ${'y'.repeat(180)}`, attrs: { 'gen_ai.tool.name': 'WebFetch' } }),
      storySpan('cut', 5_700, 900, { parentId: 'run', name: 'Bash npm install', status: 'cancelled', attrs: { 'gen_ai.tool.name': 'Bash' } }),
      storySpan('unknown', 6_700, 2_000, { parentId: 'run', type: 'agent', name: 'local:chat', model: 'qwen3-coder:30b', provider: 'local', usage: storyUsage(2_000_000, 0, 1_200), costBasis: 'unknown', attrs: { 'amp.text': 'مرحبا، سأصلح التقريب الآن.' } }),
    ],
    takenAt: storyStart + 9_500,
  };
}

export function emptyStory(): Story {
  return { session: storySession(), iterations: [], spans: [], takenAt: storyStart };
}

export function oneStepStory(): Story {
  const only: AmpTraceEvent = { id: 'only', sessionId: 'session-1', tsStart: storyStart, type: 'git', name: 'git worktree add', attrs: {}, status: 'running' };
  return { session: storySession({ status: 'running' }), iterations: [], spans: [only], takenAt: storyStart + 1_200 };
}

export function totalsOf(spans: readonly AmpTraceEvent[]): SpanTotals {
  return spans.reduce(
    (sum, span) => ({
      spans: sum.spans + 1,
      errors: sum.errors + (span.status === 'error' ? 1 : 0),
      tokensIn: sum.tokensIn + (span.usage ? tokensIn(span.usage) : 0),
      tokensOut: sum.tokensOut + (span.usage ? tokensOut(span.usage) : 0),
      costNano: sum.costNano + (span.costNano ?? 0),
      unknownCosts: sum.unknownCosts + (span.costBasis === 'unknown' ? 1 : 0),
      approximateCosts: sum.approximateCosts + (span.costBasis === 'approximate' ? 1 : 0),
    }),
    { spans: 0, errors: 0, tokensIn: 0, tokensOut: 0, costNano: 0, unknownCosts: 0, approximateCosts: 0 },
  );
}
