import { describe, expect, it } from 'vitest';
import { newestResults } from '../../../../src/vscode/evaluations/newestResults';
import { report, result } from '../reportExamples';

function names(reports: Parameters<typeof newestResults>[0]): string[] {
  return newestResults(reports).map(({ report: { id, suite }, result: { name } }) => `${suite}/${name} of ${id}`).sort();
}

describe('what is known of a place', () => {
  const old = report({ id: 'old', results: [result({ name: 'eslint' }), result({ name: 'tests' }), result({ name: 'gone' })] });
  const whole = report({ id: 'whole', results: [result({ name: 'eslint' }), result({ name: 'tests' })] });
  const single = report({ id: 'single', partial: true, results: [result({ name: 'tests' })] });

  it('is the newest whole report with what was run alone since', () => {
    expect(names([single, whole, old])).toEqual(['all/eslint of whole', 'all/tests of single']);
  });

  it('is no older run of a single evaluator', () => {
    expect(names([whole, single, old])).toEqual(['all/eslint of whole', 'all/tests of whole']);
  });

  it('is known suite by suite', () => {
    expect(names([report({ id: 'quick', suite: 'quick', results: [result({ name: 'tests' })] }), whole])).toEqual(['all/eslint of whole', 'all/tests of whole', 'quick/tests of quick']);
  });
});
