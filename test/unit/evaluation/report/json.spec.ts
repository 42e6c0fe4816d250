import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { reportJson, ReportFileSchema } from '../../../../src/evaluation/report/json';
import { evalReport, hostileTexts, reportSaying, richReport } from '../../../support/evalReports';

const validate = new Ajv({ allErrors: true, strict: true }).compile(ReportFileSchema);

describe('the JSON report', () => {
  it('is what its schema says, and holds the whole report', () => {
    const report = richReport();
    const file: unknown = JSON.parse(reportJson(report, { target: 'Fix the sum' }));
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
    expect(file).toEqual({ format: 'amp-eval-report', version: 1, names: { target: 'Fix the sum' }, ...report });
    expect(validate({ ...evalReport(), format: 'amp-eval-report', version: 2, names: {} })).toBe(false);
  });

  it('keeps every text as it is', () => {
    for (const text of hostileTexts()) expect(JSON.parse(reportJson(reportSaying(text)))).toMatchObject({ notices: [text] });
  });

  it('has the schema that is shipped', async () => {
    const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...ReportFileSchema }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot('../../../../media/schemas/evals.report.schema.json');
  });
});
