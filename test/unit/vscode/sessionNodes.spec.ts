import { describe, expect, it } from 'vitest';
import type { Iteration, Session, SessionStatus, SpanTotals } from '../../../src/model/session';
import { childrenOf, contextValue, filesShownAs, iterationDescription, needsAttention, nodeId, sessionDescription, sessionIcon, sessionTooltip, type SessionItem } from '../../../src/vscode/views/sessionNodes';

const session: Session = { id: 's', name: 'Fix *it*', prompt: 'Fix it', agent: 'claudeCode', agentOptions: {}, baseBranch: 'main', baseSha: 'a', branch: 'amp/fix-it/1', worktree: '/w', status: 'ready', createdAt: 0, updatedAt: 0 };
const iteration: Iteration = { id: 'i', sessionId: 's', number: 1, prompt: 'Fix it', status: 'succeeded', commitSha: 'c', changedFiles: [{ path: 'a.ts', change: 'modified', linesAdded: 18, linesDeleted: 4 }, { path: 'b.png', change: 'added' }], tsStart: 1000, tsEnd: 193_000 };
const totals: SpanTotals = { spans: 48, errors: 1, tokensIn: 9300, tokensOut: 140, costNano: 420_000_000, unknownCosts: 0, approximateCosts: 0 };
const item = (change: Partial<SessionItem> & { status?: SessionStatus; attention?: string } = {}): SessionItem => {
  const { status, attention, ...rest } = change;
  return { kind: 'session', session: { ...session, ...(status ? { status } : {}), ...(attention ? { attention } : {}) }, iterations: [iteration], totals, activity: undefined, repositoryName: undefined, ...rest };
};

describe('a session in the view', () => {
  it('shows cost, time, state and agent', () => {
    expect(sessionDescription(item(), 0)).toBe('$0.42 · 3 m 12 s · ready to merge · claudeCode');
  });

  it('shows what it is at while it runs, with a time that goes on', () => {
    const { tsEnd: _tsEnd, ...open } = iteration;
    const running = item({ status: 'running', iterations: [{ ...open, status: 'running' }], activity: 'Edit src/invoice.ts', repositoryName: 'project' });
    expect(sessionDescription(running, 5000)).toBe('$0.42 · 4.0 s · Edit src/invoice.ts · claudeCode · project');
  });

  it('shows an unknown cost as unknown and a partly known one as a lower bound', () => {
    expect(sessionDescription(item({ totals: { ...totals, costNano: 0, unknownCosts: 2 } }), 0)).toMatch(/^— ·/);
    expect(sessionDescription(item({ totals: { ...totals, unknownCosts: 2 } }), 0)).toMatch(/^≥ \$0\.42 ·/);
    expect(sessionDescription(item({ totals: { ...totals, approximateCosts: 1 } }), 0)).toMatch(/^~\$0\.42 ·/);
    expect(sessionDescription(item({ totals: { spans: 1, errors: 0, tokensIn: 0, tokensOut: 0, costNano: 0, unknownCosts: 0, approximateCosts: 0 }, iterations: [] }), 0)).toBe('not run yet · claudeCode');
  });

  it.each([
    ['running', 'loading~spin', 'session.running.changed', false],
    ['merging', 'loading~spin', 'session.merging.changed', false],
    ['ready', 'pass', 'session.workable.changed', false],
    ['failed', 'error', 'session.workable.changed', true],
    ['conflict', 'warning', 'session.workable.changed', true],
    ['interrupted', 'warning', 'session.workable.changed', true],
    ['stopped', 'circle-slash', 'session.workable.changed', false],
    ['merged', 'git-merge', 'session.merged.changed', false],
  ] as const)('that is %s has its icon, its commands and its place in the badge', (status, icon, context, attention) => {
    expect(sessionIcon(item({ status })).icon).toBe(icon);
    expect(contextValue(item({ status }))).toBe(context);
    expect(needsAttention(item({ status }))).toBe(attention);
  });

  it('counts in the badge when something has to be looked at', () => {
    expect(needsAttention(item({ attention: 'Look.' }))).toBe(true);
    expect(sessionIcon(item({ attention: 'Look.' })).icon).toBe('warning');
  });

  it('shows what its evaluation says, and offers the report', () => {
    const gate = { state: 'failed', text: 'gate failed: 1 reason', sentence: 'The gate failed. tests failed.', hasReport: true } as const;
    expect(sessionDescription(item({ gate }), 0)).toBe('$0.42 · 3 m 12 s · gate failed: 1 reason · claudeCode');
    expect(sessionDescription(item({ gate: { ...gate, state: 'passed', text: 'gate ✓ 96' } }), 0)).toBe('$0.42 · 3 m 12 s · gate ✓ 96 · ready to merge · claudeCode');
    expect(sessionDescription(item({ gate, status: 'conflict' }), 0)).toContain('gate failed: 1 reason · conflicts with its base');
    expect(sessionDescription(item({ gate, status: 'merged' }), 0)).not.toContain('gate');
    expect(sessionTooltip(item({ gate }))).toContain('$(error) The gate failed\\. tests failed\\.');
    expect(contextValue(item({ gate }))).toBe('session.workable.changed.evaluated');
    expect(contextValue(item({ gate: { ...gate, hasReport: false } }))).toBe('session.workable.changed');
  });

  it('offers no changes when there are none', () => {
    expect(contextValue(item({ iterations: [] }))).toBe('session.workable.empty');
  });

  it('explains itself in a tooltip without lending its name to Markdown', () => {
    expect(sessionTooltip(item({ attention: 'Look [here](x)' }))).toContain('**Fix \\*it\\***');
    expect(sessionTooltip(item({ attention: 'Look [here](x)' }))).toContain('\\[here\\]');
  });
});

describe('what is below a session', () => {
  it('has iterations, files, and ids that stay', () => {
    const [child] = childrenOf(item());
    if (child?.kind !== 'iteration') throw new Error('no iteration');
    expect(iterationDescription(child)).toBe('+18 −4 · 3 m 12 s');
    expect(childrenOf(child).map(nodeId)).toEqual(['i/a.ts', 'i/b.png']);
    expect(iterationDescription({ ...child, iteration: { ...iteration, changedFiles: [] } })).toBe('nothing changed · 3 m 12 s');
    expect(iterationDescription({ ...child, iteration: { ...iteration, status: 'failed' } })).toBe('failed · +18 −4 · 3 m 12 s');
  });

  it('opens the file of that name, and everything where the name was stored without its secret', () => {
    const files = [{ path: 'a.ts', change: 'modified' }, { path: 'key-123.pem', change: 'added' }] as const;
    expect(filesShownAs('a.ts', files)).toEqual([files[0]]);
    expect(filesShownAs('key-[redacted: KEY].pem', files)).toEqual(files);
    expect(filesShownAs(undefined, files)).toEqual(files);
  });
});
