import { expect, it } from 'vitest';
import { costMetrics, type AmpTraceEvent } from '../../../src/model/span';

const step: AmpTraceEvent = { id: '0000000000000001', sessionId: 's', tsStart: 1, type: 'agent', name: 'anthropic:chat', attrs: {}, status: 'success' };
const usage = { input: { text: 10, cacheRead: 98, cacheWrite5m: 2, cacheWrite1h: 1 }, output: { text: 4, reasoning: 3 } };

it.each([
  ['a step that is no model call', {}, undefined],
  ['a call with a price', { usage, costNano: 9_846_000, model: 'm', provider: 'anthropic' }, { tokensIn: 111, tokensOut: 7, costUSD: 0.009846, model: 'm', provider: 'anthropic' }],
  ['a call whose price nobody knows', { usage, costBasis: 'unknown' }, { tokensIn: 111, tokensOut: 7, costUSD: null, model: 'unknown', provider: 'unknown' }],
  ['a bill without tokens', { costNano: 0, model: 'm' }, { tokensIn: 0, tokensOut: 0, costUSD: 0, model: 'm', provider: 'unknown' }],
] as const)('the cost of %s', (_what, change, metrics) => {
  expect(costMetrics({ ...step, ...change })).toEqual(metrics);
});
