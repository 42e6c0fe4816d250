import { describe, expect, it } from 'vitest';
import type { AmpTraceEvent } from '../../../src/model/span';
import { CostPageMessage } from '../../../src/protocol/costDashboard';
import { costlySteps } from '../../../src/protocol/costDashboardSteps';
import { validator } from '../../../src/protocol/validate';
import { costCall, spanOf } from '../../support/costFixtures';

const check = validator(CostPageMessage);
const show = (query: object, repository: unknown = ''): object => ({ type: 'action', action: 'show', params: { repository, query } });
const query = { range: { kind: '7d' }, group: 'model', imported: true };

describe('messages of the cost dashboard', () => {
  it.each([
    show(query),
    show({ ...query, range: { kind: 'custom', from: '2026-11-01', to: '2026-11-22' }, group: 'branch' }, '/repositories/invoices'),
    { type: 'ready' },
    { type: 'request', id: 1, resource: 'costlySteps', params: { sessionId: 's' } },
    { type: 'action', action: 'setBudget', params: {} },
    { type: 'action', action: 'openSession', params: { sessionId: 's' } },
  ])('takes %j', (message) => {
    expect(check(message).ok).toBe(true);
  });

  it.each([
    show({ ...query, range: { kind: '5d' } }),
    show({ ...query, range: { kind: '7d', from: '2026-11-01' } }),
    show({ ...query, range: { kind: 'custom', from: '1 Nov', to: '2026-11-22' } }),
    show({ ...query, group: 'hour' }),
    show({ ...query, extra: 1 }),
    show(query, 7),
    { type: 'action', action: 'openSession', params: {} },
    { type: 'action', action: 'setBudget', params: { nano: 1 } },
    { type: 'request', id: 1, resource: 'costlySteps', params: { sessionId: '' } },
  ])('refuses %j', (message) => {
    expect(check(message).ok).toBe(false);
  });
});

it('lists the dearest steps of a session', () => {
  const steps: AmpTraceEvent[] = Array.from({ length: 30 }, (_, index) => spanOf(costCall('s', index, { costNano: (index * 7) % 30, ...(index === 3 ? { costBasis: 'approximate' } : {}) }), `step-${index}`));
  const tool: AmpTraceEvent = { id: 'tool', sessionId: 's', tsStart: 0, type: 'tool', name: 'Read', attrs: {}, status: 'success' };
  const listed = costlySteps([tool, ...steps]);
  expect(listed.map(({ costNano }) => costNano)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
  expect(listed.find(({ id }) => id === 'step-3')).toMatchObject({ approximate: true, tokens: 10_900, model: 'claude-sonnet-4-5' });
});
