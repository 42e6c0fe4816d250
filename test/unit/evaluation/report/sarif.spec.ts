import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportSarif } from '../../../../src/evaluation/report/sarif';
import type { EvalReport } from '../../../../src/model/evalReport';
import type { FindingRange } from '../../../../src/model/evalResult';
import { evalFinding, evalReport, evalResult, hostileTexts, reportSaying, richReport } from '../../../support/evalReports';

const schemaFile = path.resolve(import.meta.dirname, '../../../fixtures/sarif/sarif-2.1.0-rtm.5.schema.json');
/** RFC 3986, section 4.1, without the grammar of hosts. */
const uriReference = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

interface Sarif {
  readonly runs: readonly [{
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri?: string }[] } };
    readonly invocations: readonly [{ readonly executionSuccessful: boolean; readonly exitCode: number; readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { readonly text: string } }[] }];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly message: { readonly text: string };
      readonly baselineState?: string;
      readonly suppressions: readonly { readonly justification: string }[];
      readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: FindingRange } }];
    }[];
  }];
}

let validate: ValidateFunction;
beforeAll(() => {
  const { $schema: _draft4, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true, formats: { uri: (text: string) => uriReference.test(text) && URL.canParse(text), 'uri-reference': uriReference, 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ } });
  validate = ajv.compile(schema);
});

function sarif(report: EvalReport): Sarif {
  const log: unknown = JSON.parse(reportSarif(report));
  const isValid = validate(log);
  expect(validate.errors ?? [], JSON.stringify(report)).toEqual([]);
  expect(isValid).toBe(true);
  return log as Sarif;
}

describe('SARIF', () => {
  it('has a schema that refuses what is none', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: {}, locations: [{ physicalLocation: { artifactLocation: { uri: 'a b' } } }] }] }] })).toBe(false);
    expect(JSON.stringify(validate.errors)).toContain('uri-reference');
  });

  it('is valid for 500 hostile strings, and says them', () => {
    for (const text of hostileTexts()) {
      const [{ results, tool, invocations }] = sarif(reportSaying(text)).runs;
      expect(results).toHaveLength(2);
      for (const { ruleId, ruleIndex, message, locations: [{ physicalLocation }] } of results) {
        expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(message.text).toBe(text.trim() === '' ? ruleId : text.toWellFormed().replaceAll('](', '] ('));
        expect(decodeURIComponent(physicalLocation.artifactLocation.uri)).toBe((text.replaceAll('\0', '') || 'file').toWellFormed());
      }
      for (const { helpUri } of tool.driver.rules) expect(helpUri ?? 'https:').toMatch(/^https?:/);
      expect(invocations[0].toolExecutionNotifications.length).toBe(5);
    }
  });

  it('tells new from old, accepted from open, and what is in no file', () => {
    const [{ results, invocations: [{ executionSuccessful, exitCode, toolExecutionNotifications }] }] = sarif(richReport()).runs;
    expect(results.map(({ ruleId, baselineState, suppressions }) => [ruleId, baselineState, suppressions.map(({ justification }) => justification)])).toEqual([
      ['eslint/no-undef', 'new', []],
      ['tests/failed', 'new', []],
      ['eslint/no-unused-vars', 'unchanged', []],
      ['eslint/no-console', 'new', ['A tool | for people: @ops knows.']],
    ]);
    expect({ executionSuccessful, exitCode }).toEqual({ executionSuccessful: false, exitCode: 1 });
    expect(toolExecutionNotifications.map(({ level, message }) => `${level} ${message.text}`).join('\n')).toContain('error tests/deleted (new): A test that passed on the base is gone');
  });

  it('places only what the format can place', () => {
    const ranges: FindingRange[] = [{ startLine: 3, startColumn: 5, endLine: 2, endColumn: 1 }, { startLine: 3, startColumn: 5, endLine: 3, endColumn: 2 }, { startLine: 0, startColumn: 1 }, { startLine: 3, startColumn: 5, endLine: 4 }, { startLine: 1.5, startColumn: 1 }];
    const findings = ranges.map((range, index) => evalFinding({ file: 'a.ts', range, fingerprint: `${index}` }));
    const [{ results }] = sarif(evalReport({ results: [evalResult({ name: 'x', findings: findings.map((finding, index) => ({ ...finding, message: String(index) })) })] })).runs;
    // Nobody compared them with the base.
    expect(new Set(results.map(({ baselineState }) => baselineState))).toEqual(new Set([undefined]));
    const regions = Object.fromEntries(results.map(({ message, locations: [{ physicalLocation }] }) => [message.text, physicalLocation.region]));
    expect(regions).toEqual({ 0: { startLine: 3, startColumn: 5 }, 1: { startLine: 3, startColumn: 5 }, 2: undefined, 3: { startLine: 3, startColumn: 5, endLine: 4 }, 4: undefined });
  });
});
