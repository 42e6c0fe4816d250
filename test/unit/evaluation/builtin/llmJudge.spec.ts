import { beforeEach, describe, expect, it } from 'vitest';
import { createLlmJudgeEvaluator } from '../../../../src/evaluation/builtin/llmJudge';
import type { EvaluatorContext, EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { median, parseVote } from '../../../../src/evaluation/judge/judgeVotes';
import type { ModelProviderName } from '../../../../src/llm/modelProvider';
import { evaluate } from '../../../support/evalHarness';
import { makeModels, type ModelHarness } from '../../../support/modelHarness';
import { chat, json, message, startModelServer, status, type ModelServer, type Reply } from '../../../support/modelServer';

let server: ModelServer;
let harness: ModelHarness;
beforeEach(async () => {
  server = await startModelServer();
  harness = await makeModels();
});

const options = { rubric: 'evals/rubric.md', model: 'gpt-4o', provider: 'openai' };

function vote(score: number, verdict = 'passed', reasons: readonly string[] = [`It is worth ${score}.`]): string {
  return JSON.stringify({ score, verdict, reasons });
}

function say(text: string): Reply {
  return json(chat(text));
}

interface Asking {
  readonly options?: Record<string, unknown>;
  readonly context?: Partial<EvaluatorContext>;
  readonly change?: string;
}

function judge({ options: own = {}, context = {}, change = 'b();\n' }: Asking = {}): Promise<EvaluatorOutcome> {
  const evaluator = createLlmJudgeEvaluator({ judge: (name: ModelProviderName) => harness.models.provider(name, { baseURL: name === 'anthropic' ? server.url : `${server.url}/v1`, maxRetries: 0 }), redact: (text) => text.replaceAll('hunter2', '[redacted]') });
  return evaluate(evaluator, { base: { 'a.js': 'a();\n' }, head: { 'a.js': change }, config: { options: { ...options, ...own } }, context: { readDefinition: (file) => Promise.resolve(file === 'evals/rubric.md' ? 'Is it short?' : undefined), ...context } });
}

describe('a judge', () => {
  it('gives the median of its votes, and keeps model, hash and reasons', async () => {
    server.answer(say(vote(90)), say(vote(40, 'failed', ['Too long.'])), say(vote(70)));
    const outcome = await judge();
    expect(outcome).toMatchObject({ verdict: 'passed', score: 70, issues: [], metrics: { median: 70, votes: 3, voidVotes: 0, lowest: 40, highest: 90 }, isolation: 'none' });
    expect(outcome.details).toMatch(/^Model: gpt-4o-2024-08-06 \(openai\)\. Prompt: sha256 [0-9a-f]{64}\.$/m);
    expect(outcome.details).toContain('40, failed. Too long.');
  });

  it('is asked the same each time but for the marks, on the account of the session', async () => {
    server.answer(say(vote(80)));
    const [first, second] = [await judge({ context: { origin: { sessionId: 'mine', parentId: '00000000000000aa' } } }), await judge({ context: { metrics: {} } })];
    const hash = (outcome: EvaluatorOutcome): string | undefined => /[0-9a-f]{64}/.exec(outcome.details ?? '')?.[0];
    expect(hash(first)).toBe(hash(second));
    const marks = new Set(server.seen.map(({ body }) => /=== ([\w-]+) begin/.exec(JSON.stringify(body))?.[1]));
    expect(marks.size).toBe(2);
    expect(harness.admissions).toHaveLength(6);
    expect(harness.written.filter(({ sessionId, parentId }) => sessionId === 'mine' && parentId === '00000000000000aa').length).toBeGreaterThan(0);
  });

  it('fails below the lowest score, and by a majority', async () => {
    server.answer(say(vote(50, 'passed', ['It is long.'])));
    expect(await judge()).toMatchObject({ verdict: 'failed', score: 50, issues: [{ ruleId: 'judged', severity: 'error', message: 'It is long.' }] });
    server.answer(say(vote(50)));
    expect(await judge({ options: { minScore: 50 } })).toMatchObject({ verdict: 'passed', score: 50 });
    server.answer(say(vote(95, 'failed')));
    expect(await judge()).toMatchObject({ verdict: 'failed', score: 95 });
  });

  it('is shown the rubric, the tests and the diff without secrets', async () => {
    server.answer(say(vote(80)));
    await judge({ change: "login('hunter2');\n", context: { metrics: { tests: { passed: 3, failed: 0, skipped: 0, score: 100 }, 'diff-size': { lines: 2 } } } });
    const asked = JSON.stringify(server.seen[0]?.body);
    expect(asked).toContain('Is it short?');
    expect(asked).toContain("+login('[redacted]');");
    expect(asked).toContain('tests: not failed; passed 3, failed 0');
    expect(asked).not.toContain('hunter2');
    expect(asked).not.toContain('diff-size');
  });

  it('works with the other providers', async () => {
    server.answer(json(message(vote(80))));
    expect(await judge({ options: { provider: 'anthropic', model: 'claude-opus-4-5' } })).toMatchObject({ verdict: 'passed', score: 80 });
  });
});

describe('an answer that is no vote', () => {
  it('is asked for once more', async () => {
    server.answer(say('I would say 80.'), say(vote(80)));
    expect(await judge({ options: { votes: 1 } })).toMatchObject({ verdict: 'passed', score: 80, metrics: { votes: 1, voidVotes: 0 } });
    expect(server.seen).toHaveLength(2);
    expect(JSON.stringify(server.seen[1]?.body)).toContain('I would say 80.');
  });

  it('is void when asked again in vain; a majority of void votes is no verdict', async () => {
    server.answer(say('no'));
    const outcome = await judge();
    expect(outcome).toMatchObject({ verdict: 'errored', score: null });
    expect(outcome.error).toContain('3 votes of 3 could not be counted');
    expect(server.seen).toHaveLength(6);
  });

  it('is void where the call fails, and the others count', async () => {
    server.answer(status(500), say(vote(80)), say(vote(60)));
    expect(await judge()).toMatchObject({ verdict: 'passed', score: 70, metrics: { votes: 2, voidVotes: 1 } });
  });

  it.each([
    ['a score out of range', vote(101)],
    ['another verdict', vote(80, 'great')],
    ['a score as text', JSON.stringify({ score: '80', verdict: 'passed', reasons: [] })],
    ['more than was asked for', JSON.stringify({ score: 80, verdict: 'passed', reasons: [], note: '' })],
    ['text around it', `Here it is: ${vote(80)}`],
    ['a list', `[${vote(80)}]`],
    ['nothing', ''],
  ])('has %s', (_what, text) => {
    expect(parseVote(text)).toBeUndefined();
  });

  it('is not one in a fence', () => {
    expect(parseVote(`\`\`\`json\n${vote(80)}\n\`\`\`\n`)).toMatchObject({ score: 80 });
  });
});

describe('a failed execution', () => {
  it.each([
    ['tests that failed', { tests: { passed: 9, failed: 1, skipped: 0, score: 90 } }],
    ['tests under another name', { unit: { passed: 9, failed: 1, skipped: 0, score: 90 } }],
    ['a run that broke off', { tests: { passed: 9, failed: 0, skipped: 0, score: 90 } }],
  ])('is not made good: %s', async (_what, metrics) => {
    server.answer(say(vote(100)));
    const outcome = await judge({ context: { metrics } });
    expect(outcome).toMatchObject({ verdict: 'failed', score: 0, metrics: { median: 100 } });
    expect(outcome.issues).toMatchObject([{ ruleId: 'execution-failed' }]);
  });

  it('is none where figures of others are called the same', async () => {
    server.answer(say(vote(100)));
    expect(await judge({ context: { metrics: { own: { failed: 3, score: 50 } } } })).toMatchObject({ verdict: 'passed' });
  });
});

describe('what keeps it from judging', () => {
  it('the budget', async () => {
    harness.refuse = true;
    const outcome = await judge();
    expect(outcome).toMatchObject({ verdict: 'errored', score: null, error: 'It does not fit. Raise the limit.' });
    expect(server.seen).toHaveLength(0);
  });

  it('a missing key is nobody\'s fault', async () => {
    harness.keys = {};
    const outcome = await judge();
    expect(outcome).toMatchObject({ verdict: 'unscored', score: null });
    expect(outcome.error).toMatch(/key/i);
  });

  it('a missing rubric', async () => {
    expect(await judge({ options: { rubric: 'evals/none.md' } })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('evals/none.md') as string });
    expect(await judge({ options: { rubric: '../rubric.md' } })).toMatchObject({ verdict: 'errored' });
  });

  it.each([
    ['votes', { votes: 2 }],
    ['provider', { provider: 'nobody' }],
    ['model', { model: undefined }],
    ['"temperature"', { temperature: 0 }],
  ])('a wrong option, which is named: %s', async (name, wrong) => {
    const outcome = await judge({ options: wrong });
    expect(outcome).toMatchObject({ verdict: 'errored', score: null });
    expect(outcome.error).toContain(name);
  });

  it('being stopped, which is no outcome', async () => {
    const controller = new AbortController();
    server.answer((response, request) => { controller.abort(); return say(vote(80))(response, request); });
    await expect(judge({ context: { signal: controller.signal } })).rejects.toMatchObject({ code: 'stopped' });
  });
});

it('takes the one in the middle', () => {
  expect([[1], [3, 1, 2], [4, 1, 2, 3]].map(median)).toEqual([1, 2, 2.5]);
});
