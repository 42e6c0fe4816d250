import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvalFile } from '../../../src/model/evalConfig';
import type { GateMode } from '../../../src/orchestrator';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';

/** Passes when no file of the tree says BAD; lists what it saw. */
const noBad = `async (context) => {
  const files = await context.files();
  const bad = [];
  for (const file of files) if ((await context.read(file))?.includes('BAD' + '!')) bad.push(file);
  return { score: bad.length ? 0 : 100, passed: bad.length === 0, details: files.filter((file) => !file.startsWith('.')).join(' '), findings: bad.map((file) => ({ ruleId: 'bad', message: 'BAD here', severity: 'error', file, line: 1 })) };
}`;

const definition: EvalFile = { version: 1, evaluators: [{ name: 'no-bad', script: noBad, required: true, timeout: 20_000 }] };

async function evaluated({ gate = 'always', file = definition }: { gate?: GateMode; file?: EvalFile | undefined } = {}) {
  const project = makeRepository();
  configure(project, file);
  const orchestrator = await openOrchestrator(project.root, { gate: () => gate });
  return { project, ...orchestrator };
}

function configure(project: TestRepository, file: EvalFile): void {
  project.write('.amp/evals.json', JSON.stringify(file));
  project.commit('Evaluations');
}

type Evaluated = Awaited<ReturnType<typeof evaluated>>;

/** A session whose agent wrote these files. */
async function sessionWith({ sessions }: Evaluated, files: Readonly<Record<string, string>>) {
  const program = `const fs = require("fs"); for (const [name, text] of Object.entries(${JSON.stringify(files)})) { fs.mkdirSync(require("path").dirname(name), { recursive: true }); fs.writeFileSync(name, text); }`;
  const session = await sessions.create({ prompt: 'Write', agent: 'command', agentOptions: { argv: ['node', '-e', program] } });
  await sessions.run(session.id);
  return session;
}

async function evalSpans({ store }: Evaluated, sessionId: string): Promise<number> {
  return (await store.spans.bySession(sessionId)).filter(({ type }) => type === 'eval').length;
}

describe('a session', () => {
  it('is evaluated as it would be on its base branch, and nothing moves', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    here.project.write('meanwhile.txt', 'new in main');
    const base = here.project.commit('Meanwhile');
    const before = here.project.git('for-each-ref');
    const report = await here.evaluations.evaluateSession(session.id);
    expect(report).toMatchObject({ verdict: 'passed', score: 100, reasons: [], partial: false, target: { kind: 'session', sessionId: session.id }, changedFiles: 1, results: [{ name: 'no-bad', verdict: 'passed', details: 'app.js made.txt meanwhile.txt', isolation: 'wasm' }] });
    expect(report.binding).toMatchObject({ baseSha: base, headSha: here.project.git('rev-parse', session.branch) });
    expect(here.project.git('for-each-ref')).toBe(before);
    expect(await here.evaluations.latest(report.target)).toEqual(report);
    expect(await here.store.evaluations.get(report.id)).toEqual(report);
  });

  it('has files that nobody committed evaluated as well', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    writeFileSync(path.join(session.worktree, 'by-hand.txt'), 'BAD!');
    const report = await here.evaluations.evaluateSession(session.id);
    expect(report).toMatchObject({ verdict: 'failed', results: [{ findings: [{ file: 'by-hand.txt', evaluator: 'no-bad' }] }] });
    expect((await here.evaluations.gate(session.id)).state).toBe('fresh');
    rmSync(path.join(session.worktree, 'by-hand.txt'));
    expect(await here.evaluations.gate(session.id)).toMatchObject({ state: 'stale', why: 'The session has changed since.' });
  });

  it('cannot change what it is judged by', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'BAD!', '.amp/evals.json': JSON.stringify({ version: 1, evaluators: [] }) });
    expect(await here.evaluations.evaluateSession(session.id)).toMatchObject({ verdict: 'failed', reasons: [{ kind: 'required-failed', evaluator: 'no-bad' }] });
  });

  it('that conflicts with its base branch is not evaluated', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'app.js': 'theirs\n' });
    here.project.write('app.js', 'mine\n');
    here.project.commit('Mine');
    await expectCode(here.evaluations.evaluateSession(session.id), 'merge-conflict');
    expect(await here.evaluations.gate(session.id)).toEqual({ state: 'none' });
  });
});

describe('a session whose work is on its base branch already', () => {
  it('has nothing to evaluate and nothing to merge', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    here.project.write('made.txt', 'fine');
    const before = here.project.commit('The same by hand');
    await expectCode(here.evaluations.evaluateSession(session.id), 'nothing-to-merge');
    await expectCode(here.sessions.merge(session.id), 'nothing-to-merge');
    expect(here.project.git('rev-parse', 'main')).toBe(before);
  });
});

describe('the state of a gate', () => {
  it('is none, fresh, and stale once anything that it holds for is another one', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    const gate = () => here.evaluations.gate(session.id);
    expect(await gate()).toEqual({ state: 'none' });
    const report = await here.evaluations.evaluateSession(session.id);
    expect(await gate()).toEqual({ state: 'fresh', report });

    here.project.write('other.txt', 'x');
    here.project.commit('Other');
    expect(await gate()).toEqual({ state: 'stale', report, why: 'main has moved since.' });

    await here.evaluations.evaluateSession(session.id);
    expect((await gate()).state).toBe('fresh');
    await here.sessions.run(session.id, { prompt: 'Again' });
    expect((await gate()).state).toBe('fresh');
    writeFileSync(path.join(session.worktree, 'more.txt'), 'more');
    expect(await gate()).toMatchObject({ state: 'stale', why: 'The session has changed since.' });
  });

  it('does not count a run of some evaluators only', async () => {
    const here = await evaluated({ file: { version: 1, evaluators: [...(definition.evaluators ?? []), { name: 'other', script: 'async () => ({ score: 100 })' }] } });
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    await here.evaluations.evaluateSession(session.id, { only: ['other'] });
    expect(await here.evaluations.gate(session.id)).toMatchObject({ state: 'stale', why: 'Only some evaluators were run.' });
  });
});

describe('the gate before a merge', () => {
  it('is closed by what fails: nothing is merged, the session says why, and a correction opens it', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'BAD!' });
    const before = here.project.git('rev-parse', 'main');
    const error = await expectCode(here.sessions.merge(session.id), 'gate-blocked');
    expect(error.message).toContain('no-bad failed with a score of 0 and 1 finding');
    expect(here.project.git('rev-parse', 'main')).toBe(before);
    expect(await here.sessions.get(session.id)).toMatchObject({ status: 'ready', attention: expect.stringContaining('no-bad failed') as string });
    writeFileSync(path.join(session.worktree, 'made.txt'), 'fine');
    await here.sessions.merge(session.id);
    expect(here.project.read('made.txt')).toBe('fine');
    expect(await here.sessions.get(session.id)).not.toHaveProperty('attention');
  });

  it('takes what passed on exactly this, and evaluates anew what has become stale', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    await here.evaluations.evaluateSession(session.id);
    const counted = await evalSpans(here, session.id);
    here.project.write('other.txt', 'BAD!');
    here.project.commit('Main went bad');
    await expectCode(here.sessions.merge(session.id), 'gate-blocked');
    expect(await evalSpans(here, session.id)).toBe(counted + 1);
    here.project.git('revert', '--no-edit', 'HEAD');
    await here.evaluations.evaluateSession(session.id);
    const afterwards = await evalSpans(here, session.id);
    const { commit } = await here.sessions.merge(session.id);
    expect(await evalSpans(here, session.id)).toBe(afterwards);
    expect(here.project.git('rev-parse', 'main')).toBe(commit);
  });

  it('evaluates again what it merges when the base moves while it evaluates', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    let moved = false;
    const { commit } = await here.sessions.merge(session.id, {
      onProgress: ({ kind }) => {
        if (kind !== 'ended' || moved) return;
        moved = true;
        here.project.write('meanwhile.txt', 'x');
        here.project.commit('Meanwhile');
      },
    });
    const report = await here.evaluations.latest({ kind: 'session', sessionId: session.id });
    expect(report?.binding.baseSha).toBe(here.project.git('rev-parse', `${commit}^`));
    expect(report?.treeHash).toBe(here.project.git('rev-parse', `${commit}^{tree}`));
    expect(here.project.git('log', '-1', '--format=%s', `${commit}^`)).toBe('Meanwhile');
  });

  it('is passed with a reason, which is recorded with what spoke against it', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'BAD!' });
    await expectCode(here.sessions.merge(session.id), 'gate-blocked');
    await expectCode(here.sessions.merge(session.id, { override: { reason: '   please  ' } }), 'invalid-argument');
    expect((await here.sessions.get(session.id)).status).toBe('ready');
    await here.sessions.merge(session.id, { override: { reason: 'The file is a fixture' } });
    const span = (await here.store.spans.bySession(session.id)).find(({ name }) => name === 'Gate overridden');
    expect(span).toMatchObject({ type: 'ui', status: 'success', attrs: { 'amp.gate.reason': 'The file is a fixture', 'amp.gate.verdict': 'failed', 'amp.gate.blockers': [expect.stringContaining('no-bad failed') as string] } });
    expect(here.project.read('made.txt')).toBe('BAD!');
  });

  it('is closed by a required evaluator that could not run, with a reason of its own', async () => {
    const here = await evaluated({ file: { version: 1, evaluators: [{ name: 'broken', script: 'async () => { throw new Error("no luck"); }', required: true }] } });
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    const error = await expectCode(here.sessions.merge(session.id), 'gate-blocked');
    expect(error.message).toContain('broken could not be run');
    expect(await here.evaluations.latest({ kind: 'session', sessionId: session.id })).toMatchObject({ verdict: 'errored', score: null, results: [{ verdict: 'errored', score: null }] });
  });

  it('says what is wrong in a configuration, and a person can still merge with a reason', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    here.project.write('.amp/evals.json', '{"version": 1, "evaluators": [{"name": "x", "wait": 3}]}');
    here.project.commit('Break it');
    const error = await expectCode(here.sessions.merge(session.id), 'evals-invalid');
    expect(error.message).toContain('.amp/evals.json at /evaluators/0');
    expect((await here.sessions.get(session.id)).status).toBe('ready');
    await here.sessions.merge(session.id, { override: { reason: 'The configuration is broken' } });
    expect((await here.store.spans.bySession(session.id)).find(({ name }) => name === 'Gate overridden')?.attrs).toMatchObject({ 'amp.gate.verdict': 'not evaluated' });
  });

  it('can be stopped, which leaves the session as it was', async () => {
    const here = await evaluated({ file: { version: 1, evaluators: [{ name: 'endless', script: 'async () => { for (;;); }', required: true, timeout: 60_000 }] } });
    const session = await sessionWith(here, { 'made.txt': 'fine' });
    const controller = new AbortController();
    const before = here.project.git('rev-parse', 'main');
    await expectCode(here.sessions.merge(session.id, { signal: controller.signal, onProgress: ({ kind }) => { if (kind === 'started') controller.abort(); } }), 'stopped');
    expect(await here.sessions.get(session.id)).toMatchObject({ status: 'ready' });
    expect(here.project.git('rev-parse', 'main')).toBe(before);
  });

  it.each([['off', definition], ['configured', undefined]] as const)('asks nothing when it is %s and the base has %j', async (gate, file) => {
    const project = makeRepository();
    if (file) configure(project, file);
    const orchestrator = await openOrchestrator(project.root, { gate: () => gate });
    const here = { project, ...orchestrator };
    const session = await sessionWith(here, { 'made.txt': 'BAD!' });
    await here.sessions.merge(session.id);
    expect(await here.evaluations.latest({ kind: 'session', sessionId: session.id })).toBeUndefined();
  });

  it('holds where it is configured', async () => {
    const here = await evaluated({ gate: 'configured' });
    const session = await sessionWith(here, { 'made.txt': 'BAD!' });
    await expectCode(here.sessions.merge(session.id), 'gate-blocked');
  });
});

describe('the checkout', () => {
  it('is evaluated with its uncommitted files, against where its branch left', async () => {
    const here = await evaluated();
    const start = here.project.git('rev-parse', 'HEAD');
    here.project.git('checkout', '--quiet', '-b', 'feature');
    here.project.write('committed.txt', 'fine');
    here.project.commit('Feature');
    here.project.write('uncommitted.txt', 'BAD!');
    const status = here.project.git('status', '--porcelain');
    const report = await here.evaluations.evaluateCheckout();
    expect(report).toMatchObject({ verdict: 'failed', target: { kind: 'checkout' }, changedFiles: 2, binding: { baseSha: start }, results: [{ findings: [{ file: 'uncommitted.txt' }] }] });
    expect(here.project.git('status', '--porcelain')).toBe(status);
    expect((await here.evaluations.evaluateCheckout({ base: 'HEAD' })).changedFiles).toBe(1);
    // What main got since is no change of this branch.
    here.project.git('branch', '--force', 'main', here.project.git('commit-tree', `${start}^{tree}`, '-p', start, '-m', 'Meanwhile'));
    expect((await here.evaluations.evaluateCheckout({ base: 'main' })).binding.baseSha).toBe(start);
    await expectCode(here.evaluations.evaluateCheckout({ base: 'nowhere' }), 'invalid-argument');
    await expectCode(here.evaluations.evaluateCheckout({ base: '--help' }), 'invalid-argument');
  });

  it('can try a definition out that the base does not have, and says that it does not count yet', async () => {
    const here = await evaluated();
    here.project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'mine', script: 'async () => ({ score: 50, passed: true })' }] }));
    expect((await here.evaluations.evaluateCheckout()).results.map(({ name }) => name)).toEqual(['no-bad']);
    expect((await here.evaluations.evaluateCheckout()).notices).toContain('.amp/evals.json of this tree is not in the base yet, so it does not count for a merge.');
    expect(await here.evaluations.evaluateCheckout({ definition: 'tree' })).toMatchObject({ score: 50, results: [{ name: 'mine' }] });
  });

  it('without changes is evaluated as it is', async () => {
    const here = await evaluated();
    expect(await here.evaluations.evaluateCheckout()).toMatchObject({ verdict: 'passed', changedFiles: 0 });
  });
});

describe('findings that a person lives with', () => {
  it('block no more, here at once, and for all once the baseline is in the base', async () => {
    const here = await evaluated();
    const session = await sessionWith(here, { 'made.txt': 'BAD!', 'too.txt': 'BAD!' });
    const { results } = await here.evaluations.evaluateSession(session.id);
    const [one, other] = results[0]?.findings ?? [];
    if (!one || !other) throw new Error('two findings were expected');
    await here.evaluations.accept({ fingerprint: one.fingerprint, evaluator: one.evaluator, ruleId: one.ruleId, reason: 'It is a fixture' });
    expect(await here.evaluations.evaluateSession(session.id)).toMatchObject({ verdict: 'failed' });
    await here.evaluations.addToBaseline(here.project.root, [other], 'Known');
    here.project.commit('Baseline');
    const report = await here.evaluations.evaluateSession(session.id);
    expect(report.results[0]?.findings.map(({ accepted }) => accepted).sort()).toEqual(['It is a fixture', 'Known']);
    expect(report.verdict).toBe('passed');
    await here.sessions.merge(session.id);
  });

  it('are added to a baseline file that stays sorted, and one that is broken is left alone', async () => {
    const here = await evaluated();
    const finding = { evaluator: 'lint', ruleId: 'r', message: 'm', severity: 'error' as const };
    await here.evaluations.addToBaseline(here.project.root, [{ ...finding, file: 'b.js', fingerprint: 'b'.repeat(16) }], 'Old');
    await here.evaluations.addToBaseline(here.project.root, [{ ...finding, file: 'a.js', fingerprint: 'a'.repeat(16) }, { ...finding, file: 'b.js', fingerprint: 'b'.repeat(16) }]);
    expect(JSON.parse(here.project.read('.amp/evals.baseline.json'))).toEqual({ version: 1, accepted: [{ fingerprint: 'a'.repeat(16), evaluator: 'lint', rule: 'r', file: 'a.js' }, { fingerprint: 'b'.repeat(16), evaluator: 'lint', rule: 'r', file: 'b.js' }] });
    here.project.write('.amp/evals.baseline.json', '{"version": 1');
    await expectCode(here.evaluations.addToBaseline(here.project.root, [{ ...finding, fingerprint: 'c'.repeat(16) }]), 'evals-invalid');
    expect(here.project.read('.amp/evals.baseline.json')).toBe('{"version": 1');
  });
});

it('ends with the program: what is under way is stopped and waited for, and nothing begins after that', async () => {
  const here = await evaluated({ file: { version: 1, evaluators: [{ name: 'endless', script: 'async () => { for (;;); }', timeout: 60_000 }] } });
  const session = await sessionWith(here, { 'made.txt': 'fine' });
  let closed = false;
  const states: boolean[] = [];
  const running = [here.evaluations.evaluateSession(session.id), here.evaluations.evaluateCheckout()].map(async (one) => {
    await expectCode(one, 'stopped');
    states.push(closed);
  });
  await here.close();
  closed = true;
  await Promise.all(running);
  expect(states).toEqual([false, false]);
  await expectCode(here.evaluations.evaluateCheckout(), 'stopped');
});
