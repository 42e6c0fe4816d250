import { expect, it } from 'vitest';
import type { Iteration, Session, SpanTotals } from '../../../src/model/session';
import { costPage } from '../../../src/vscode/documents/costPage';
import type { SessionItem } from '../../../src/vscode/views/sessionNodes';

const none: SpanTotals = { spans: 0, errors: 0, tokensIn: 0, tokensOut: 0, costNano: 0, unknownCosts: 0 };
const known: SpanTotals = { spans: 48, errors: 1, tokensIn: 9300, tokensOut: 140, costNano: 420_000_000, unknownCosts: 0 };
const session: Session = { id: 's', name: 'Fix | *it*', prompt: 'Fix it', agent: 'claudeCode', agentOptions: {}, baseBranch: 'main', baseSha: 'a', branch: 'amp/fix-it/1', worktree: '/trees/fix', status: 'ready', createdAt: 0, updatedAt: 0 };
const iteration: Iteration = { id: 'i', sessionId: 's', number: 1, prompt: 'Fix it', status: 'succeeded', changedFiles: [], tsStart: 1000, tsEnd: 193_000 };
const item = (name: string, totals: SpanTotals): SessionItem => ({ kind: 'session', session: { ...session, name }, iterations: [iteration], totals, activity: undefined, repositoryName: undefined });

it('shows what is known, what is only a part, and what nobody says', async () => {
  const partly = { ...known, unknownCosts: 2 };
  const page = costPage('my_project', [none, known, partly], [item('Fix | *it*', known), item('Cut off', { ...known, costNano: 0, unknownCosts: 1 }), item('Own command', { ...none, spans: 4 })]);
  await expect(page).toMatchFileSnapshot('../../golden/costPage.md');
});
