import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock, systemClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import { EvalRunner } from '../../../src/evaluation/evalRunner';
import type { EvalRunnerServices } from '../../../src/evaluation/evalRunnerServices';
import type { EvaluationRequest } from '../../../src/evaluation/evaluationRequest';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../../../src/evaluation/evaluator';
import { createRunTool } from '../../../src/evaluation/process/runTool';
import type { EvalConfig } from '../../../src/model/evalConfig';
import type { EvalReport } from '../../../src/model/evalReport';
import type { EvalResult, FoundIssue } from '../../../src/model/evalResult';
import type { AmpTraceEvent } from '../../../src/model/span';
import { AmpTracer } from '../../../src/telemetry/tracer';
import { expectCode } from '../../support/expectCode';
import { definitionOf, inputOf, treeOf } from '../../support/evaluations';
import { processesNaming } from '../../support/leftovers';
import { openTestStore, temporaryFolder } from '../../support/storageHarness';
import { temporaryDirectory } from '../../support/temporary';
import { waitFor } from '../../support/waitFor';

type Evaluate = (context: EvaluatorContext) => Promise<EvaluatorOutcome> | EvaluatorOutcome;

const head = treeOf({ 'a.js': 'eval(x)\ncall()\neval(y)\n' });
const base = treeOf({ 'a.js': 'call()\neval(y)\n' });
const change = { path: 'a.js', change: 'modified', binary: false, added: [{ start: 1, count: 1 }], removed: [] } as const;

let spans: Map<string, AmpTraceEvent>;
let logged: string[];
let kept: Map<string, string>;
/** The evaluators that there are, by the name in the configuration. */
let made: Map<string, Evaluator>;
beforeEach(() => {
  spans = new Map();
  logged = [];
  kept = new Map();
  made = new Map();
});

function add(name: string, evaluate: Evaluate, part: Partial<Evaluator> = {}): EvalConfig {
  made.set(name, { dependsOnBase: false, cacheKey: () => Promise.resolve('1'), evaluate: async (context) => evaluate(context), ...part });
  return { name, command: ['x'] };
}

function outcome(part: Partial<EvaluatorOutcome> = {}): EvaluatorOutcome {
  return { verdict: 'passed', score: 100, issues: [], isolation: 'none', ...part };
}

function evalAt(startLine: number, part: Partial<FoundIssue> = {}): FoundIssue {
  return { ruleId: 'no-eval', message: 'eval', severity: 'error', file: 'a.js', range: { startLine, startColumn: 1 }, ...part };
}

/** An eval in each line that has one, on either side. */
async function evals({ tree }: EvaluatorContext): Promise<EvaluatorOutcome> {
  const lines = (await tree.read('a.js'))?.toString().split('\n') ?? [];
  return outcome({ issues: lines.flatMap((line, index) => (line.startsWith('eval') ? [evalAt(index + 1)] : [])) });
}

function runner(part: Partial<EvalRunnerServices> = {}): EvalRunner {
  const clock = new SimulatedClock(1_790_000_000_000);
  return new EvalRunner({
    tracer: new AmpTracer({ write: (span) => void spans.set(span.id, span) }, spanIds(clock, 'abc'), clock),
    clock,
    log: { info: (text) => void logged.push(text), warn: (text) => void logged.push(text), error: (text) => void logged.push(text) },
    evaluators: ({ name }) => made.get(name) ?? expect.unreachable(),
    runTool: (signal) => createRunTool({ signal, marker: 'evalRunnerSpec' }),
    cache: { get: (key) => Promise.resolve(kept.get(key)), set: (key, text) => Promise.resolve(void kept.set(key, text)) },
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    ...part,
  });
}

function requestOf(configs: readonly EvalConfig[], part: Partial<EvaluationRequest> = {}): EvaluationRequest {
  return {
    input: inputOf(head, base, [change]),
    definition: definitionOf(configs),
    target: { kind: 'checkout' },
    binding: { baseSha: 'b', headSha: 'h', definitionHash: 'd' },
    origin: { sessionId: 's', parentId: 'p' },
    signal: new AbortController().signal,
    ...part,
  };
}

function evaluate(configs: readonly EvalConfig[], part: Partial<EvaluationRequest> = {}): Promise<EvalReport> {
  return runner().runEvaluation(requestOf(configs, part));
}

async function one(config: EvalConfig, part: Partial<EvaluationRequest> = {}): Promise<EvalResult> {
  return (await evaluate([config], part)).results[0] ?? expect.unreachable();
}

function ofType(type: AmpTraceEvent['type']): AmpTraceEvent[] {
  return [...spans.values()].filter((span) => span.type === type);
}

describe('a run', () => {
  it('has the results in the order of the suite, their score and a verdict', async () => {
    const configs = [
      { ...add('a', () => outcome({ score: 50, verdict: 'failed', details: 'half' })), weight: 3 },
      { ...add('b', () => outcome()), required: true },
      { ...add('c', () => outcome({ verdict: 'unscored', score: null, error: 'Install c.' })), weight: 4 },
    ];
    const report = await evaluate(configs);
    expect(report).toMatchObject({ suite: 'all', partial: false, treeHash: head.treeHash, score: 62.5, scoredWeight: 4, totalWeight: 8, verdict: 'passed', reasons: [], changedFiles: 1, binding: { baseSha: 'b', headSha: 'h', definitionHash: 'd' } });
    expect(report.results.map(({ name, verdict, score, passed, error, details }) => [name, verdict, score, passed, error ?? details])).toEqual([
      ['a', 'failed', 50, false, 'half'],
      ['b', 'passed', 100, true, undefined],
      ['c', 'unscored', null, false, 'Install c.'],
    ]);
  });

  it('runs a part of a suite, which is no gate, and refuses what is not there', async () => {
    const configs = [add('a', () => outcome()), add('b', () => outcome())];
    expect(await evaluate(configs, { only: ['b'] })).toMatchObject({ partial: true, results: [{ name: 'b' }] });
    await expectCode(evaluate(configs, { only: ['x'] }), 'invalid-argument');
    await expectCode(evaluate(configs, { suite: 'x' }), 'invalid-argument');
  });

  it('never takes what an evaluator could not do for a score of 0', async () => {
    const throwing = { ...add('throws', () => Promise.reject(new Error('broken by hunter2'))), required: true };
    const scoreless = add('scoreless', () => outcome({ score: Number.NaN }));
    const report = await evaluate([throwing, scoreless, add('fine', () => outcome())]);
    expect(report.results.map(({ verdict, score, error }) => [verdict, score, error])).toEqual([
      ['errored', null, 'broken by [redacted]'],
      ['errored', null, 'It judged without a score.'],
      ['passed', 100, undefined],
    ]);
    expect(report).toMatchObject({ score: 100, verdict: 'errored', reasons: [{ kind: 'required-errored', evaluator: 'throws' }] });
  });

  it('keeps the others going when an evaluator cannot even be made', async () => {
    const broken = runner({ evaluators: ({ name }) => (name === 'b' ? (made.get(name) ?? expect.unreachable()) : expect.fail('no such hunter2')) });
    const { results } = await broken.runEvaluation(requestOf([{ name: 'a', command: ['x'] }, add('b', () => outcome())]));
    expect(results).toMatchObject([{ verdict: 'errored', error: 'no such [redacted]' }, { verdict: 'passed' }]);
  });

  it('takes secrets out of all that it keeps and tells', async () => {
    const config = add('a', () => outcome({ verdict: 'failed', score: 1, details: 'it is hunter2', issues: [evalAt(1, { ruleId: 'no-hunter2', message: 'hunter2', helpUri: 'https://example.org/hunter2' })] }));
    const report = await evaluate([config]);
    expect(JSON.stringify([report, ...kept.values(), ...spans.values()])).not.toContain('hunter2');
    expect(report.results[0]).toMatchObject({ details: 'it is [redacted]', findings: [{ ruleId: 'no-[redacted]', message: '[redacted]', helpUri: 'https://example.org/[redacted]' }] });
  });

  it('tells how it goes on, also to somebody who throws', async () => {
    const told: string[] = [];
    const coverage = [{ file: 'a.js', lines: [[1, 2]] as const }];
    const configs = [add('a', () => outcome({ coverage }))];
    await evaluate(configs, { onProgress: (progress) => void told.push(progress.kind === 'ended' ? `ended ${progress.result.verdict} ${JSON.stringify(progress.coverage)}` : 'started') });
    expect(told).toEqual(['started', 'ended passed [{"file":"a.js","lines":[[1,2]]}]']);
    expect(await one(configs[0] ?? expect.unreachable(), { onProgress: () => expect.fail('no') })).toMatchObject({ verdict: 'passed' });
  });

  it('runs as many at a time as the definition says, the judge last, with what the others measured', async () => {
    let running = 0;
    let most = 0;
    const seen: unknown[] = [];
    const work = async (): Promise<EvaluatorOutcome> => {
      most = Math.max(most, ++running);
      await waitFor('company', () => running === 2 || most === 2);
      running -= 1;
      return outcome({ metrics: { lines: 7 } });
    };
    const script: EvalConfig = { ...add('own', ({ metrics }) => (seen.push(metrics), outcome({ score: 30, verdict: 'failed' }))), script: 'x.ts' };
    const judge: EvalConfig = { ...add('judge', ({ metrics }) => (seen.push(metrics), outcome())), use: 'llm-judge' };
    const configs = [judge, script, add('a', work), add('b', work), add('c', () => outcome({ verdict: 'unscored', score: null }))];
    const { results } = await evaluate(configs, { definition: definitionOf(configs, { concurrency: 2 }) });
    expect(results.map(({ name }) => name)).toEqual(['judge', 'own', 'a', 'b', 'c']);
    expect(most).toBe(2);
    const others = { a: { score: 100, passed: 1, lines: 7 }, b: { score: 100, passed: 1, lines: 7 }, c: {} };
    expect(seen).toEqual([others, { ...others, own: { score: 30, passed: 0 } }]);
  });

  it('begins with what took longest the last time', async () => {
    const begun: string[] = [];
    const configs = ['short', 'long', 'middle'].map((name) => add(name, () => (begun.push(name), outcome())));
    const first = await evaluate(configs, { useCache: false });
    const durations: Record<string, number> = { short: 1, long: 900, middle: 30 };
    const previous = { ...first, results: first.results.map((result) => ({ ...result, duration: durations[result.name] ?? 0 })) };
    begun.length = 0;
    await evaluate(configs, { previous, useCache: false, definition: definitionOf(configs, { concurrency: 1 }) });
    expect(begun).toEqual(['long', 'middle', 'short']);
  });

  it('gives an evaluator its previous result, its files and what the tree’s layout tells', async () => {
    let context: EvaluatorContext | undefined;
    const config: EvalConfig = { ...add('a', async (given) => ((context = given), await given.tree.layOut(), outcome())), include: ['src/**', '.amp/**'], exclude: ['**/*.gen.ts'] };
    const previous = await evaluate([add('a', () => outcome())], { useCache: false });
    add('a', async (given) => ((context = given), await given.tree.layOut(), outcome()));
    const report = await evaluate([config], { previous, useCache: false, input: inputOf(treeOf({}, ['Dependencies are borrowed.']), base), definition: definitionOf([config], { notices: ['One.'] }) });
    expect(report.notices).toEqual(['One.', 'Dependencies are borrowed.']);
    expect(context?.previous).toEqual(previous.results[0]);
    expect(['src/a.ts', 'src/a.gen.ts', '.amp/x', 'b.ts'].map((file) => context?.selected(file))).toEqual([true, false, true, false]);
  });
});

describe('the time of an evaluator', () => {
  it('ends it, and all tools that it started', async () => {
    const directory = temporaryDirectory();
    const tree = { ...head, layOut: () => Promise.resolve({ directory, notices: [] }) };
    const config = { ...add('slow', async ({ runTool, tree: laid }) => (await runTool({ argv: [process.execPath, '-e', 'setTimeout(() => {}, 60000)', directory], tree: await laid.layOut() }), outcome())), timeout: 700 };
    const result = await one(config, { input: inputOf(tree, base) });
    expect(result).toMatchObject({ verdict: 'errored', score: null, error: 'It did not end in time: within 700 ms.' });
    expect(['process', 'os']).toContain(result.isolation);
    expect(processesNaming(directory)).toEqual([]);
  });

  it('is over for one that hears nothing', async () => {
    const config = { ...add('deaf', () => new Promise<never>(() => undefined)), timeout: 20 };
    const { results } = await runner({ graceMs: 20 }).runEvaluation(requestOf([config]));
    expect(results[0]).toMatchObject({ verdict: 'errored', error: 'It did not end in time: within 20 ms.' });
    expect(logged).toContain('deaf did not end when it was told to.');
  });

  it('does not pass while its tree is laid out or its base is run', async () => {
    const late = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(() => { resolve(value); }, 150));
    const tree = { ...head, layOut: () => late({ directory: '/nowhere', notices: [] }) };
    const config = { ...add('patient', async ({ isBase, tree: laid, atBase }) => (isBase ? await laid.layOut() : (await laid.layOut(), await atBase()), outcome())), timeout: 100 };
    expect(await one(config, { input: inputOf(tree, { ...base, layOut: tree.layOut }) })).toMatchObject({ verdict: 'passed' });
  });

  it('is not waited for when a person stops it, and nothing is told before all have ended', async () => {
    const stop = new AbortController();
    let [begun, ended] = [0, 0];
    const config = (name: string): EvalConfig => add(name, ({ signal }) => new Promise((_resolve, reject) => { begun += 1; signal.addEventListener('abort', () => setTimeout(() => { ended += 1; reject(new Error('aborted')); }, 30)); }));
    const configs = [config('a'), config('b'), add('c', () => outcome())];
    const running = evaluate(configs, { signal: stop.signal, definition: definitionOf(configs, { concurrency: 2 }) });
    await waitFor('both', () => begun === 2);
    stop.abort();
    await expectCode(running, 'stopped');
    expect(ended).toBe(2);
    expect(ofType('eval').map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('findings', () => {
  it('are compared with the base when somebody asks what is new, and have a fingerprint', async () => {
    const config = add('eslint', evals);
    expect((await one(config)).findings.map(({ isNew }) => isNew)).toEqual([undefined, undefined]);
    const { verdict, findings, details } = await one({ ...config, noNewFindings: 'warning' });
    expect(findings.map(({ range, isNew }) => [range?.startLine, isNew])).toEqual([[1, true], [3, false]]);
    expect({ verdict, details }).toEqual({ verdict: 'failed', details: '1 finding is not in the base.' });
    // Now the base is known, so it costs nothing to say.
    expect((await one(config)).findings.map(({ isNew }) => isNew)).toEqual([true, false]);
    expect((await evaluate([config], { definition: definitionOf([config], { gate: { suite: 'all', noNewFindings: true } }) })).reasons).toMatchObject([{ kind: 'new-findings', evaluator: 'eslint' }]);
  });

  it('are not new because their file has another name', async () => {
    const moved = inputOf(treeOf({ 'b.js': 'eval(y)' }), base, [{ ...change, path: 'b.js', change: 'renamed', previousPath: 'a.js' }]);
    const config = { ...add('eslint', ({ isBase }) => outcome({ issues: [isBase ? evalAt(2) : evalAt(1, { file: 'b.js' })] })), noNewFindings: true };
    expect(await one(config, { input: moved })).toMatchObject({ verdict: 'passed', findings: [{ isNew: false }] });
  });

  it('nobody can compare are told so, and do not pass as old', async () => {
    const config = { ...add('eslint', ({ isBase }) => (isBase ? Promise.reject(new Error('no base')) : outcome({ issues: [evalAt(1)] }))), noNewFindings: true, required: true };
    const report = await evaluate([config]);
    expect(report).toMatchObject({ verdict: 'errored', results: [{ verdict: 'errored', score: null, error: expect.stringContaining('could not be run on the base') as string, findings: [{ ruleId: 'no-eval' }] }] });
  });

  it('of the change itself are all new, without a look at the base', async () => {
    const sides: boolean[] = [];
    made.set('integrity', { dependsOnBase: true, cacheKey: () => Promise.resolve('1'), evaluate: ({ isBase }) => (sides.push(isBase), Promise.resolve(outcome({ issues: [evalAt(1)] }))) });
    expect(await one({ name: 'integrity', use: 'integrity', noNewFindings: true })).toMatchObject({ verdict: 'failed', findings: [{ isNew: true }] });
    expect(sides).toEqual([false]);
  });

  it('are accepted by a comment of the base on the line above, with its reason, and never by one that the change brings', async () => {
    const text = '// amp-ignore no-eval: a sandbox of its own\neval(x)\n/* amp-ignore no-log: no */\neval(y)\n<!-- amp-ignore no-eval: trusted -->\neval(z)\n// amp-ignore no-eval:\neval(w)\n';
    const excused = async (added: readonly { readonly start: number; readonly count: number }[]): Promise<readonly (string | undefined)[]> => {
      const { findings } = await one(add('lint', evals), { input: inputOf(treeOf({ 'a.js': text }), base, [{ ...change, added }]), useCache: false });
      return [...findings].sort((a, b) => (a.range?.startLine ?? 0) - (b.range?.startLine ?? 0)).map(({ accepted }) => accepted);
    };
    expect(await excused([{ start: 2, count: 1 }])).toEqual(['a sandbox of its own', undefined, 'trusted', undefined]);
    expect(await excused([{ start: 1, count: 2 }])).toEqual([undefined, undefined, 'trusted', undefined]);
    expect(await excused([{ start: 4, count: 5 }])).toEqual(['a sandbox of its own', undefined, undefined, undefined]);
  });

  it('that are accepted are shown and do not block', async () => {
    const failing = { ...add('eslint', async (context) => ({ ...(await evals(context)), verdict: 'failed' as const, score: 90 })), required: true, noNewFindings: true };
    const [first, second] = (await one(failing)).findings;
    const baseline = new Map([[first?.fingerprint ?? '', 'old friend']]);
    expect(await evaluate([failing], { definition: definitionOf([failing], { baseline }) })).toMatchObject({ verdict: 'failed' });
    const both = await evaluate([failing], { definition: definitionOf([failing], { baseline }), accepted: new Map([[second?.fingerprint ?? '', 'fine']]) });
    expect(both).toMatchObject({ verdict: 'passed', results: [{ verdict: 'passed', score: 90, details: 'All findings that it failed for are accepted.' }] });
    expect(both.results[0]?.findings.map(({ accepted }) => accepted)).toEqual(['old friend', 'fine']);
  });

  it('are bounded, the worst first, and the rest is counted', async () => {
    const issues = Array.from({ length: 10_000 }, (_, index) => evalAt(1, { severity: index === 9_999 ? 'error' : index % 2 === 0 ? 'info' : 'warning', message: `finding ${index}`, file: `f${index}.js` }));
    const { findings, moreFindings } = await one(add('noisy', () => outcome({ issues })));
    expect([findings.length, moreFindings]).toEqual([2_000, 8_000]);
    expect(findings.slice(0, 2).map(({ severity }) => severity)).toEqual(['error', 'warning']);
    expect(findings.some(({ severity }) => severity === 'info')).toBe(false);
  });

  it('never lie outside the tree', async () => {
    const issues = ['../a.js', '/etc/passwd', 'C:\\x', 'a/../../b', 'a.js'].map((file) => evalAt(1, { file }));
    const { findings } = await one(add('a', () => outcome({ issues: [...issues, evalAt(0)] })));
    expect(findings.filter(({ file }) => file !== undefined).map(({ file, range }) => [file, range?.startLine])).toEqual([['a.js', undefined], ['a.js', 1]]);
  });

  it('lead to pages of the web, and to nothing that an editor would run', async () => {
    const addresses = ['https://example.org/rule', 'command:workbench.action.quit', 'vscode://some.extension/run', 'file:///etc/passwd', 'javascript:alert(1)'];
    const { findings } = await one(add('a', () => outcome({ issues: addresses.map((helpUri, index) => evalAt(index + 1, { helpUri })) })));
    expect(findings.map(({ helpUri }) => helpUri)).toEqual([addresses[0], undefined, undefined, undefined, undefined]);
  });

  it('below the lowest score fail', async () => {
    const config = { ...add('a', () => outcome({ score: 79.99 })), minScore: 80 };
    expect(await one(config)).toMatchObject({ verdict: 'failed', score: 79.99, details: 'Its score of 79.9 is below 80.' });
    expect(await one({ ...config, minScore: 79.99 })).toMatchObject({ verdict: 'passed' });
  });
});

describe('what is required', () => {
  it('cannot be taken away by the change', async () => {
    const config = { ...add('tests', ({ isBase }) => (isBase ? outcome() : outcome({ verdict: 'unscored', score: null, error: 'No tests were found.' }))), required: true };
    expect(await evaluate([config])).toMatchObject({ verdict: 'errored', results: [{ verdict: 'errored', error: 'It could be judged on the base, and with this change it cannot: No tests were found.' }] });
    add('tests', () => outcome({ verdict: 'unscored', score: null, error: 'No tests were found.' }));
    expect(await evaluate([config], { useCache: false })).toMatchObject({ verdict: 'passed', results: [{ verdict: 'unscored' }] });
  });
});

describe('kept outcomes', () => {
  it('are used for the same tree and evaluator, and nothing else', async () => {
    let runs = 0;
    const config = add('a', () => outcome({ score: ++runs, verdict: 'failed' }));
    expect(await one(config)).toMatchObject({ score: 1 });
    expect(await one({ ...config, weight: 9, required: true })).toMatchObject({ score: 1, cached: true, weight: 9, required: true });
    expect(await one(config, { input: inputOf(head, treeOf({ other: '' })) })).toMatchObject({ cached: true });
    expect(await one(config, { useCache: false })).toMatchObject({ score: 2 });
    expect(await one({ ...config, options: { x: 1 } })).toMatchObject({ score: 3 });
    expect(await one(config, { input: inputOf(treeOf({ 'a.js': '' }), base) })).toMatchObject({ score: 4 });
    expect(await one(config, { definition: definitionOf([config], { setup: [['npm', 'ci']] }) })).toMatchObject({ score: 5 });
    add('a', () => outcome({ score: ++runs, verdict: 'failed' }), { cacheKey: () => Promise.resolve('2') });
    expect(await one(config)).toMatchObject({ score: 6 });
  });

  it('depend on the base where the evaluator does, and not at the base where it stands alone', async () => {
    const sides: string[] = [];
    const config = { ...add('tests', async ({ isBase, atBase }) => (sides.push(isBase ? 'base' : 'head'), await atBase(), outcome()), { dependsOnBase: true, baseStandsAlone: true }) };
    await one(config);
    await one(config);
    await one(config, { input: inputOf(treeOf({ 'a.js': 'other' }), base) });
    await one(config, { input: inputOf(head, treeOf({ 'a.js': 'another base' })) });
    expect(sides).toEqual(['head', 'base', 'head', 'head', 'base']);
  });

  it('depend on what others measured, where the evaluator is told that', async () => {
    let lines = 1;
    const script: EvalConfig = { ...add('own', ({ metrics }) => outcome({ score: metrics['a']?.['lines'] ?? 0 })), script: 'x.ts' };
    const configs = [add('a', () => outcome({ metrics: { lines } }), { cacheKey: () => Promise.resolve(undefined) }), script];
    const own = async (): Promise<unknown> => (await evaluate(configs)).results.map(({ score, cached }) => [score, cached])[1];
    expect([await own(), await own()]).toEqual([[1, undefined], [1, true]]);
    lines = 2;
    expect(await own()).toEqual([2, undefined]);
  });

  it('are not made of what may not be kept, or could not be run', async () => {
    await one(add('judge', () => outcome(), { cacheKey: () => Promise.resolve(undefined) }));
    await one(add('broken', () => Promise.reject(new Error('x'))));
    await one(add('keyless', () => outcome(), { cacheKey: () => Promise.reject(new Error('x')) }));
    expect(kept.size).toBe(0);
  });

  it('are not made of what was to be compared with a base that could not be run', async () => {
    let isBaseBroken = true;
    const sides: string[] = [];
    const config = add('tests', async ({ isBase, atBase }) => {
      sides.push(isBase ? 'base' : 'head');
      await atBase();
      return isBase && isBaseBroken ? outcome({ verdict: 'errored', score: null, error: 'no time' }) : outcome();
    });
    expect(await one(config)).toMatchObject({ verdict: 'passed' });
    isBaseBroken = false;
    expect(await one(config)).not.toHaveProperty('cached');
    expect(await one(config)).toMatchObject({ verdict: 'passed', cached: true });
    expect(sides).toEqual(['head', 'base', 'head', 'base']);
  });

  it('that nobody can read are made anew, and a cache that fails costs nothing but time', async () => {
    const config = add('a', () => outcome({ metrics: { lines: 3 } }));
    await one(config);
    for (const text of ['{', '{"version":2}', '{"version":1,"trials":{"runs":1,"passed":1,"flaky":false},"outcome":{"verdict":"passed","score":1000,"issues":[],"isolation":"none"}}']) {
      for (const key of kept.keys()) kept.set(key, text);
      const result = await one(config);
      expect([result.score, result.cached]).toEqual([100, undefined]);
    }
    const failing = runner({ cache: { get: () => Promise.reject(new Error('disk')), set: () => Promise.reject(new Error('disk')) } });
    expect((await failing.runEvaluation(requestOf([config]))).results[0]).toMatchObject({ verdict: 'passed' });
    expect(logged).toEqual(['An outcome of a could not be read: disk', 'An outcome of a could not be kept: disk']);
  });

  it('run on the base once, however many ask', async () => {
    const sides: boolean[] = [];
    const config = { ...add('a', async ({ isBase, atBase }) => (sides.push(isBase), await Promise.all([atBase(), atBase()]), outcome({ issues: [evalAt(1)] }))), noNewFindings: true };
    await one(config, { useCache: false });
    expect(sides).toEqual([false, true]);
  });
});

describe('trials', () => {
  it('run it so often, and mark what is flaky', async () => {
    let runs = 0;
    const config = { ...add('a', () => (++runs % 2 === 0 ? outcome({ details: 'ok' }) : outcome({ verdict: 'failed', score: 0, details: 'no' }))), trials: { runs: 3, pass: 1 } };
    expect(await one(config)).toMatchObject({ verdict: 'passed', trials: { runs: 3, passed: 1, flaky: true }, details: '1 of 3 runs passed.\nok' });
    expect(runs).toBe(3);
    expect(await one(config)).toMatchObject({ cached: true, trials: { flaky: true } });
    expect(ofType('tool').map(({ name, status, parentId }) => [name, status, parentId === ofType('eval')[0]?.id])).toEqual([['a, run 1 of 3', 'success', true], ['a, run 2 of 3', 'success', true], ['a, run 3 of 3', 'success', true]]);
  });
});

describe('spans', () => {
  it('say what was judged, and count each judgement once', async () => {
    const store = await openTestStore(temporaryFolder());
    const tracer = new AmpTracer({ write: (span) => { store.spans.write(span); spans.set(span.id, span); } }, spanIds(systemClock, store.processNonce), systemClock);
    const configs = [
      { ...add('passes', evals), noNewFindings: 'error' as const, weight: 2 },
      { ...add('passes too', () => outcome()), trials: { runs: 3 } },
      add('fails', () => outcome({ verdict: 'failed', score: 20, details: 'bad\nworse' })),
      add('breaks', () => Promise.reject(new Error('x'))),
      add('lacks', () => outcome({ verdict: 'unscored', score: null, error: 'Install it.' })),
    ];
    for (let n = 0; n < 3; n++) await runner({ tracer, clock: systemClock }).runEvaluation(requestOf(configs));
    await store.flush();
    const outcomes = (await store.rollups.outcomes({})).map(({ name, succeeded, failed }) => `${name} ${succeeded}/${failed}`).sort();
    expect(outcomes).toEqual(['fails 0/1', 'passes 0/1', 'passes too 1/0']);
    const [first] = ofType('eval');
    expect(first).toMatchObject({
      parentId: 'p', sessionId: 's', name: 'passes', status: 'error', errorMessage: '1 finding is not in the base.',
      attrs: { 'gen_ai.evaluation.name': 'passes', 'gen_ai.evaluation.score.value': 100, 'gen_ai.evaluation.score.label': 'failed', 'gen_ai.evaluation.explanation': '1 finding is not in the base.', 'amp.eval.cached': false, 'amp.eval.isolation': 'none', 'amp.eval.findings': 2, 'amp.eval.new_findings': 1, 'amp.eval.weight': 2, 'amp.eval.required': false },
    });
  });
});
