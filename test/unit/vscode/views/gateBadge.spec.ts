import { describe, expect, it } from 'vitest';
import { gateBadge, type GateFacts } from '../../../../src/vscode/views/gateBadge';
import { report } from '../reportExamples';

const passed = report({ verdict: 'passed', reasons: [], score: 96.04 });
function badge(change: Partial<GateFacts>): ReturnType<typeof gateBadge> {
  return gateBadge({ session: { baseBranch: 'main', status: 'ready' }, iterations: [{ commitSha: 'head', tsStart: 100, tsEnd: 900 }], report: passed, running: false, baseTip: 'base', ...change });
}

describe('the badge of a gate', () => {
  it('shows the score of what passed, never rounded up', () => {
    expect(badge({})).toMatchObject({ state: 'passed', text: 'gate ✓ 96', sentence: 'The gate passed with 96 of 100.' });
    expect(badge({ report: { ...passed, score: 99.99 } }).text).toBe('gate ✓ 99.9');
    expect(badge({ report: { ...passed, score: null } }).text).toBe('gate ✓');
  });

  it('counts the reasons of what failed, and says the first with its advice', () => {
    expect(badge({ report: report() })).toMatchObject({ state: 'failed', text: 'gate failed: 1 reason', sentence: 'The gate failed with 95 of 100. eslint failed. Correct what it found.' });
  });

  it('does not call failed what could not be judged', () => {
    expect(badge({ report: report({ verdict: 'errored', score: null }) })).toMatchObject({ state: 'errored', text: 'gate could not be judged' });
  });

  it('is stale when an iteration ended after it, or the base has moved', () => {
    expect(badge({ iterations: [{ commitSha: 'new', tsStart: 900, tsEnd: 1001 }] })).toMatchObject({ state: 'stale', text: 'gate passed, stale', sentence: 'The gate passed, but the session has changed since. It is evaluated again before a merge.' });
    expect(badge({ baseTip: 'other' }).sentence).toContain('main has moved since');
    expect(badge({ iterations: [{ tsStart: 900, tsEnd: 5000 }] }).state).toBe('passed');
    expect(badge({ session: { baseBranch: 'main', status: 'merged' }, baseTip: 'other' }).state).toBe('passed');
  });

  it('says that it is being evaluated, with and without a report', () => {
    expect(badge({ running: true })).toMatchObject({ state: 'running', text: 'evaluating', hasReport: true });
    expect(badge({ running: true, report: undefined })).toMatchObject({ state: 'running', hasReport: false });
  });
});
