import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvalConfig, EvalFile } from '../../../src/model/evalConfig';
import { reportFormats } from '../../../src/model/reportFormat';
import { expectCode } from '../../support/expectCode';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';

const reading = ['eslint', 'complexity', 'duplication', 'diff-size', 'secrets', 'todo-markers', 'dependency-changes', 'integrity'] as const;
const builtin = reading.map((use): EvalConfig => ({ name: use, use, timeout: 60_000 }));

async function evaluated(evaluators: readonly EvalConfig[], more: Partial<EvalFile> = {}) {
  const project = makeRepository();
  project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators, ...more }));
  project.commit('Evaluations');
  const orchestrator = await openOrchestrator(project.root);
  const results = async () => Object.fromEntries((await orchestrator.evaluations.evaluateCheckout()).results.map((result) => [result.name, result] as const));
  return { project, orchestrator, results };
}

function writeBytes({ root }: TestRepository, name: string, content: Uint8Array): void {
  writeFileSync(path.join(root, name), content);
}

describe('bad input', () => {
  it('of binary files and of 50 MB is passed over or counted, and the caller goes on meanwhile', { timeout: 120_000 }, async () => {
    const { project, results } = await evaluated(builtin);
    writeBytes(project, 'image.png', randomBytes(100_000));
    writeBytes(project, 'binary.js', Buffer.concat([Buffer.from('debugger;\n'), Buffer.alloc(1000)]));
    writeBytes(project, 'huge.js', Buffer.alloc(50 * 1024 * 1024, 'var a = 1; // TODO: b\n'));
    project.write('small.js', 'debugger;\n');
    let longestMs = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }, 10);
    const told = await results().finally(() => { clearInterval(beat); });
    for (const { name, verdict, score } of Object.values(told)) expect(score === null, name).toBe(verdict === 'errored' || verdict === 'unscored');
    expect(told['eslint']?.findings.map(({ file, ruleId }) => [file, ruleId])).toEqual([['small.js', 'no-debugger']]);
    expect(told['diff-size']).toMatchObject({ verdict: 'failed' });
    expect(longestMs).toBeLessThan(1_000);
  });

  it('of tools and scripts is a state of its own, never a score of 0', { timeout: 60_000 }, async () => {
    const failing: readonly EvalConfig[] = [
      { name: 'missing', command: ['no-such-program-anywhere'] },
      { name: 'garbage', command: ['node', '-e', 'process.stdout.write(Buffer.from([0, 255, 123, 10, 123]))'], options: { output: 'json' } },
      { name: 'syntax', script: 'async (context) => ({ score: ' },
      { name: 'option', use: 'eslint', options: { maxWarning: 1 } },
    ];
    const { results } = await evaluated([...failing, { name: 'tests', use: 'tests' }]);
    const told = await results();
    for (const { name } of failing) expect(told[name], name).toMatchObject({ verdict: 'errored', score: null, passed: false, error: expect.stringMatching(/./) as string });
    expect(told['tests']).toMatchObject({ verdict: 'unscored', score: null });
    expect(told['missing']?.error).toContain('no-such-program-anywhere');
    expect(told['option']?.error).toContain('maxWarning');
  });

  it('of a missing script, a wrong configuration and an unknown base has a code, and says where', async () => {
    const { project, orchestrator: { evaluations } } = await evaluated(builtin);
    await expectCode(evaluations.evaluateCheckout({ base: 'nowhere' }), 'invalid-argument');
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'own', script: 'evals/own.ts' }] }));
    await expect(evaluations.evaluateCheckout({ definition: 'tree' })).rejects.toMatchObject({ code: 'evals-invalid', message: expect.stringContaining('/evaluators/0/script') as string });
    project.write('.amp/evals.json', '{"version":1,"evaluators":[{"name":"a","use":"eslint","weight":-1}]}');
    await expect(evaluations.evaluateCheckout({ definition: 'tree' })).rejects.toMatchObject({ code: 'evals-invalid', message: expect.stringContaining('/evaluators/0/weight') as string });
  });

  it('of 10,000 findings is bounded in the report, counted, stored and written in every format', { timeout: 60_000 }, async () => {
    const lines = 10_000;
    const { project, orchestrator } = await evaluated([{ name: 'eslint', use: 'eslint' }]);
    project.write('bad.js', 'debugger;\n'.repeat(lines));
    const report = await orchestrator.evaluations.evaluateCheckout();
    const [result] = report.results;
    expect(result).toMatchObject({ verdict: 'failed', score: 0, metrics: { errors: lines } });
    expect((result?.findings.length ?? 0) + (result?.moreFindings ?? 0)).toBe(lines);
    expect(result?.moreFindings).toBeGreaterThan(0);
    expect(await orchestrator.store.evaluations.get(report.id)).toEqual(report);
    for (const format of reportFormats) expect(orchestrator.evalReports.render(report, format).length, format).toBeGreaterThan(100);
  });
});
