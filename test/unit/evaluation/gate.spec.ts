import { describe, expect, it } from 'vitest';
import { formatScore } from '../../../src/base/format';
import { gateAnswer, type GateQuestion } from '../../../src/evaluation/gate';
import { weightedScore } from '../../../src/evaluation/scoring';
import type { EvalFinding, EvalResult } from '../../../src/model/evalResult';

function result(part: Partial<EvalResult> & Pick<EvalResult, 'name'>): EvalResult {
  const { verdict = 'passed' } = part;
  return { id: part.name, verdict, passed: verdict === 'passed', score: verdict === 'passed' ? 100 : verdict === 'failed' ? 20 : null, duration: 1, findings: [], isolation: 'none', weight: 1, required: false, ...part };
}

function finding(part: Partial<EvalFinding> = {}): EvalFinding {
  return { evaluator: 'eslint', ruleId: 'r', message: 'm', severity: 'error', fingerprint: '0'.repeat(16), ...part };
}

function ask(results: readonly EvalResult[], gate: GateQuestion['gate'] = { suite: 'all' }, partial = false): string {
  const { verdict, reasons } = gateAnswer({ results, scoring: weightedScore(results), gate, partial });
  expect(reasons.length === 0).toBe(verdict === 'passed');
  return [verdict, ...reasons.map(({ kind, evaluator, message, advice }) => `${kind} ${evaluator ?? '-'}: ${message} → ${advice}`)].join('\n  ');
}

describe('the gate', () => {
  it('says why it is closed, and what to do', async () => {
    const broken = result({ name: 'tests', verdict: 'errored', required: true, error: 'npm was not found.' });
    const failed = result({ name: 'eslint', verdict: 'failed', required: true, findings: [finding({ isNew: true }), finding(), finding({ accepted: 'old' })] });
    const told = [
      ask([]),
      ask([result({ name: 'a', verdict: 'failed' }), result({ name: 'b', verdict: 'errored', error: 'x' }), result({ name: 'c', verdict: 'unscored', required: true, error: 'no tests' })]),
      ask([failed]),
      ask([broken]),
      ask([broken, failed]),
      ask([result({ name: 'tests', verdict: 'failed', required: true })]),
      ask([result({ name: 'tests', verdict: 'failed', required: true, findings: [finding({ isNew: false }), finding({ isNew: true, accepted: 'x' })] })]),
      ask([result({ name: 'tests', verdict: 'failed', required: true, findings: [finding({ isNew: false }), finding({ isNew: false })] })]),
      ask([result({ name: 'a', score: 79.96 })], { suite: 'all', minScore: 80 }),
      ask([result({ name: 'a', verdict: 'unscored', error: 'x' })], { suite: 'all', minScore: 80 }),
      ask([result({ name: 'a' }), result({ name: 'b', verdict: 'unscored', weight: 2, error: 'x' })], { suite: 'all', minScoredWeight: 0.5 }),
      ask([result({ name: 'a', score: 10 })], { suite: 'all', minScore: 80, minScoredWeight: 1 }, true),
      ask([result({ name: 'a', findings: [finding({ isNew: true }), finding({ isNew: false }), finding({ isNew: true, accepted: 'x' }), finding({ isNew: true, severity: 'info' })] })], { suite: 'all', noNewFindings: 'warning' }),
      ask([result({ name: 'a', findings: [finding({ isNew: true, severity: 'info' }), finding({ isNew: true })] })], { suite: 'all', noNewFindings: true }),
      ask([result({ name: 'a', findings: [finding()] })], { suite: 'all', noNewFindings: 'error' }),
      ask([result({ name: 'a', findings: [finding({ isNew: true })] })], { suite: 'all', noNewFindings: false }),
    ];
    await expect(`${told.join('\n\n')}\n`).toMatchFileSnapshot('../../golden/evaluation/gateReasons.txt');
  });

  it('counts only what evaluators require when another suite was run', () => {
    const { verdict } = gateAnswer({ results: [result({ name: 'a', score: 1 })], scoring: weightedScore([{ score: 1, weight: 1 }]), gate: undefined, partial: false });
    expect(verdict).toBe('passed');
  });

  it('never shows a score as more than it is', () => {
    expect([79.96, 80, 79.9999999999, 0, 100, 33.333].map(formatScore)).toEqual(['79.9', '80', '80', '0', '100', '33.3']);
  });
});
