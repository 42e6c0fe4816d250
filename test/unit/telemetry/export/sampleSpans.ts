import { SimulatedClock } from '../../../../src/base/clock';
import { spanIds } from '../../../../src/base/ids';
import type { AmpTraceEvent } from '../../../../src/model/span';
import { AmpTracer } from '../../../../src/telemetry/tracer';
import type { ExportRedactor } from '../../../../src/telemetry/export/redactor';

export const sampleSessionId = 'sessionOfTwentyOneChr';
export const sampleIterationId = 'iterationOfTwentyOneC';
/** In every text that a person, a model or a tool wrote. */
export const written = 'WRITTEN';
/** In some of those, as a secret that the redactor knows. */
export const plantedSecret = 'hunter2-planted-secret';

/** A redactor of the simplest kind: what it knows is gone. */
export function plainRedactor(...secrets: string[]): ExportRedactor & { readonly secrets: string[] } {
  return {
    secrets,
    redact: (text) => secrets.reduce((result, secret) => result.replaceAll(secret, '[redacted]'), text),
    addSecret: (_name, value) => {
      secrets.push(value);
      return { dispose: () => undefined };
    },
  };
}

export interface Sample {
  readonly tracer: AmpTracer;
  readonly clock: SimulatedClock;
  /** Finished spans in the order of their end. */
  readonly finished: AmpTraceEvent[];
}

export function sampleTracer(): Sample {
  const clock = new SimulatedClock(1_790_000_000_000.25);
  const finished: AmpTraceEvent[] = [];
  const tracer = new AmpTracer({ write: () => undefined }, spanIds(clock, 'abc'), clock);
  tracer.on('span:finish', (span) => finished.push(span));
  return { tracer, clock, finished };
}

/** A session as it is traced: a worktree, an iteration with an agent, its calls and tools (one a sub-agent with two calls at once), a commit, tests. */
export function runSampleSession({ tracer, clock }: Sample): void {
  const sessionId = sampleSessionId;
  const run = { sessionId, iterationId: sampleIterationId };
  const finish = (span: AmpTraceEvent, ms: number, rest: Parameters<AmpTracer['finishSpan']>[1] = {}): void => {
    clock.advance(ms);
    tracer.finishSpan(span.id, rest);
  };
  finish(tracer.startSpan({ sessionId, type: 'git', name: 'git worktree add', attrs: { 'vcs.ref.base.name': `main-${written}`, 'vcs.ref.base.revision': 'a'.repeat(40) } }), 20.5, { attrs: { 'vcs.ref.head.name': `amp/${written}`, 'amp.worktree': `/trees/${written}` } });
  const iteration = tracer.startSpan({ ...run, type: 'agent', name: 'Iteration 1', attrs: { 'amp.iteration': 1, 'amp.prompt': `${written} prompt ${plantedSecret}` } });
  const agent = tracer.startSpan({ ...run, parentId: iteration.id, type: 'agent', name: 'Claude Code', attrs: { 'gen_ai.agent.name': 'claudeCode' }, model: 'claude-sonnet-4-5' });
  tracer.updateSpan(agent.id, { attrs: { 'gen_ai.conversation.id': 'agents-own-conversation' } });
  const call = (parentId: string, id: string): AmpTraceEvent => tracer.startSpan({ ...run, parentId, type: 'agent', name: 'anthropic:chat', attrs: { 'gen_ai.response.id': id }, model: 'claude-sonnet-4-5', provider: 'anthropic', agent: 'claudeCode' });
  const usage = { input: { text: 10, cacheRead: 2_000, cacheWrite5m: 300, cacheWrite1h: 40 }, output: { text: 80, reasoning: 20 } };
  finish(call(agent.id, 'msg_1'), 1_500.125, { usage, costNano: 12_345_678, costBasis: 'computed', firstTokenMs: 420, attrs: { 'amp.text': `${written} answer`, 'gen_ai.response.finish_reasons': ['tool_use'] } });
  const edit = tracer.startSpan({ ...run, parentId: agent.id, type: 'tool', name: `Edit ${written}.ts`, attrs: { 'gen_ai.tool.name': 'Edit', 'gen_ai.tool.call.id': 'toolu_1', 'gen_ai.tool.call.arguments': { file: `${written}.ts`, text: plantedSecret } } });
  finish(edit, 12, { status: 'error', errorMessage: `${written}: no such file, ${plantedSecret}`, stackTrace: `Error: ${written}\n  at there`, attrs: { 'gen_ai.tool.call.result': `${written} output` } });
  const task = tracer.startSpan({ ...run, parentId: agent.id, type: 'tool', name: `Task ${written}`, attrs: { 'gen_ai.tool.name': 'Task', 'gen_ai.tool.call.id': 'toolu_2' } });
  const [one, other] = [call(task.id, 'msg_2'), call(task.id, 'msg_3')];
  finish(one, 700, { usage, costNano: 1, costBasis: 'approximate' });
  finish(other, 300, { usage, costBasis: 'unknown' });
  finish(task, 5);
  tracer.finishSpan(tracer.startSpan({ ...run, parentId: agent.id, type: 'ui', name: `notice ${written}`, attrs: { 'amp.notice': 'info' } }).id);
  const total = tracer.startSpan({ ...run, parentId: agent.id, type: 'agent', name: 'anthropic:run total', attrs: { 'amp.usage.settlement': true }, model: 'claude-sonnet-4-5', provider: 'anthropic', agent: 'claudeCode' });
  tracer.finishSpan(total.id, { tsEnd: total.tsStart, usage: { input: { text: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 2, reasoning: 0 } }, costNano: 1_000, costBasis: 'reported' });
  finish(agent, 3, { status: 'cancelled', errorMessage: `${written} stopped` });
  finish(tracer.startSpan({ ...run, parentId: iteration.id, type: 'git', name: 'git commit 0a1b2c3d', attrs: { 'vcs.ref.head.revision': 'b'.repeat(40), 'amp.files': 2 } }), 30);
  finish(tracer.startSpan({ ...run, parentId: iteration.id, type: 'eval', name: 'tests: npm test', attrs: { 'gen_ai.evaluation.name': 'tests' } }), 900, { attrs: { 'gen_ai.evaluation.score.value': 100, 'gen_ai.evaluation.score.label': 'passed', 'gen_ai.evaluation.explanation': `${written} details` } });
  finish(iteration, 1, { status: 'success' });
}

export function sampleSpans(): AmpTraceEvent[] {
  const sample = sampleTracer();
  runSampleSession(sample);
  return sample.finished;
}
