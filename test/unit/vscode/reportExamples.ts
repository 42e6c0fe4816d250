import type { EvalReport } from '../../../src/model/evalReport';
import type { EvalFinding, EvalResult } from '../../../src/model/evalResult';

export function finding(change: Partial<EvalFinding> = {}): EvalFinding {
  return { evaluator: 'eslint', ruleId: 'no-unused-vars', message: "'a' is never used.", severity: 'error', file: 'src/a.ts', range: { startLine: 3, startColumn: 5 }, fingerprint: '0123456789abcdef', ...change };
}

export function result(change: Partial<EvalResult> = {}): EvalResult {
  const verdict = change.verdict ?? 'failed';
  return { id: 'r', name: 'eslint', score: 95, verdict, passed: verdict === 'passed', duration: 12, findings: [finding()], isolation: 'none', weight: 1, required: true, ...change };
}

export function report(change: Partial<EvalReport> = {}): EvalReport {
  return {
    id: 'report', suite: 'all', target: { kind: 'session', sessionId: 's' }, binding: { baseSha: 'base', headSha: 'head', definitionHash: 'hash' }, treeHash: 'tree', partial: false, startedAt: 1000, endedAt: 2000,
    results: [result()], score: 95, scoredWeight: 1, totalWeight: 1, verdict: 'failed', reasons: [{ kind: 'required-failed', evaluator: 'eslint', message: 'eslint failed.', advice: 'Correct what it found.' }], changedFiles: 1, notices: [], ...change,
  };
}
