import { describe, expect, it } from 'vitest';
import { reportWriter } from '../../../../src/evaluation/report/reportWriter';
import { reportFormats, type ReportFormat } from '../../../../src/model/reportFormat';
import { evalReport, evalResult, richReport } from '../../../support/evalReports';

const extensions: Record<ReportFormat, string> = { table: 'table.txt', json: 'report.json', junit: 'junit.xml', sarif: 'report.sarif', markdown: 'report.md', github: 'github.txt' };

describe('a report', () => {
  it.each(reportFormats)('as %s', async (format) => {
    const text = reportWriter.render(richReport(), format, { target: 'Fix the sum', base: 'main' });
    await expect(`${text}\n`).toMatchFileSnapshot(`../../../golden/evaluation/report/${extensions[format]}`);
  });

  it.each(reportFormats)('of nothing is one all the same, as %s', (format) => {
    const text = reportWriter.render(evalReport(), format);
    expect(text).not.toMatch(/undefined|NaN/);
    expect(text).toMatch(/passed|0/);
  });

  it('tells one evaluator in one line', () => {
    expect(reportWriter.resultLine(evalResult({ name: 'tests', score: 79.96, duration: 61_400 }))).toBe('✓ tests                 79.9  passed    1 m 01 s');
    expect(reportWriter.resultLine(evalResult({ name: 'tests', verdict: 'errored', error: 'npm was\nnot \u001B[31mfound.', cached: true }))).toBe('! tests                    —  errored   as before  npm was not  [31mfound.');
  });

  it('names what it is about by what it knows', () => {
    const commit = evalReport({ target: { kind: 'commit', commit: 'abcd'.repeat(10) } });
    expect(reportWriter.render(commit, 'table').split('\n')[0]).toBe('Commit abcdabcdabcd on ba5eba5eba5e: passed, nothing scored');
    expect(reportWriter.render(evalReport({ partial: true }), 'table', { base: 'main' }).split('\n')[0]).toBe('The checkout on main (ba5eba5eba5e): passed, nothing scored; only some evaluators were run');
  });
});
