import { describe, expect, it } from 'vitest';
import { addSpent, formatSpent, knownCostUSD, lessSpent, spentIn } from '../../../../src/model/workflow/spent';

describe('what a step has spent', () => {
  it('adds up, and keeps what nobody knows apart from nothing', () => {
    const all = [{ costNano: 5, tokensIn: 2 }, { unknownCosts: 1 }, {}].reduce(addSpent, {});
    expect(all).toEqual({ costNano: 5, tokensIn: 2, unknownCosts: 1 });
    expect(lessSpent(all, { costNano: 5, unknownCosts: 1 })).toEqual({ costNano: 0, tokensIn: 2, unknownCosts: 0 });
    expect(spentIn({ costNano: 0, tokensOut: undefined })).toEqual({ costNano: 0 });
  });

  it.each([
    [{}, undefined, 0],
    [{ costNano: 70_000_000, tokensIn: 10 }, '$0.07', 0.07],
    [{ costNano: 70_000_000, tokensIn: 10, unknownCosts: 1 }, '≥ $0.07', 0.07],
    [{ costNano: 70_000_000, tokensIn: 10, approximateCosts: 1 }, '~$0.07', 0.07],
    [{ tokensIn: 10, unknownCosts: 2 }, '—', null],
    [{ unknownCosts: 1 }, '—', null],
    [{ costNano: 0, tokensIn: 10 }, '$0.00', 0],
  ])('%o is told as %s, and to programs as %s', (spent, words, dollars) => {
    expect(formatSpent(spent)).toBe(words);
    expect(knownCostUSD(spent)).toBe(dollars);
  });
});
