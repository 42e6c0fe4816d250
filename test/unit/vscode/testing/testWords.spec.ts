import { describe, expect, it } from 'vitest';
import { findingDescription, findingLabel, reportOutput, resultDescription, resultOutput, terminalText } from '../../../../src/vscode/testing/testWords';
import { finding, report, result } from '../reportExamples';

describe('a finding in the Test Explorer', () => {
  it('is one line, and shows no icon that a message names', () => {
    expect(findingLabel(finding())).toBe("'a' is never used.");
    expect(findingLabel(finding({ severity: 'warning', message: 'Use $(pass)\n  here' }))).toBe('Use \\$(pass) here');
    expect(findingLabel(finding({ message: 'x'.repeat(500) }))).toHaveLength(200);
  });

  it('says severity, rule, place and whether it is new', () => {
    expect(findingDescription(finding({ isNew: true }))).toBe('error · no-unused-vars · src/a.ts:3 · new');
    expect(findingDescription(finding({ isNew: true, accepted: 'later' }))).toBe('error · no-unused-vars · src/a.ts:3 · accepted');
    const { file: _file, range: _range, ...whole } = finding();
    expect(findingDescription(whole)).toBe('error · no-unused-vars');
  });
});

describe('an evaluator in the Test Explorer', () => {
  it('says score, weight in the gate, findings, flakiness and whether it ran', () => {
    expect(resultDescription(result({ moreFindings: 4, cached: true }))).toBe('5 findings · 95 · required · unchanged');
    expect(resultDescription(result({ score: null, required: false, findings: [], trials: { runs: 3, passed: 1, flaky: true } }))).toBe('flaky: 1 of 3 runs passed');
  });

  it('tells what came of it, and what really kept it apart', () => {
    expect(resultOutput(result({ isolation: 'process', details: 'one\ntwo' }))).toBe('eslint: failed, 95 of 100 (isolation: process)\r\none\r\ntwo\r\n');
    expect(resultOutput(result({ verdict: 'unscored', score: null, error: 'Install ESLint.' }))).toBe('eslint: unscored (isolation: none)\r\nInstall ESLint.\r\n');
  });

  it('ends a run with the verdict, its reasons and what to know', () => {
    expect(reportOutput(report({ scoredWeight: 5, totalWeight: 7, notices: ['Dependencies are borrowed.'] }))).toBe('all: failed, 95 of 100 (weight 5 of 7 scored)\r\n  eslint failed. Correct what it found.\r\n  Dependencies are borrowed.\r\n');
  });
});

describe('text for a terminal', () => {
  it('keeps colours and lines, and nothing else that acts on it', () => {
    expect(terminalText('a\u001b[31mred\u001b[0m\u001b[2J\u0007\u001b]0;title\nb')).toBe('a\u001b[31mred\u001b[0m[2J]0;title\r\nb\r\n');
  });
});
