import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoredShare, weightedScore } from '../../../src/evaluation/scoring';

const weight = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true }));
const score = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 100, noNaN: true }));
const results = fc.array(fc.record({ score, weight }), { maxLength: 30 });

describe('the score of a suite', () => {
  it('is the mean by weight of what was scored', () => {
    expect(weightedScore([{ score: 100, weight: 1 }, { score: 50, weight: 3 }, { score: null, weight: 4 }, { score: 0, weight: 0 }])).toEqual({ score: 62.5, scoredWeight: 4, totalWeight: 8 });
    expect(weightedScore([{ score: null, weight: 2 }, { score: 5, weight: 0 }])).toEqual({ score: null, scoredWeight: 0, totalWeight: 2 });
    expect(scoredShare({ score: null, scoredWeight: 0, totalWeight: 0 })).toBe(1);
  });

  it('is exact where all are equal, so that a threshold of that score holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.array(fc.double({ min: 0.001, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 }), (value, weights) => {
        expect(weightedScore(weights.map((each) => ({ score: value, weight: each }))).score).toBe(value);
      }),
    );
  });

  it('lies among the scores that count', () => {
    fc.assert(
      fc.property(results, (some) => {
        const { score: total, scoredWeight, totalWeight } = weightedScore(some);
        const counted = some.flatMap((one) => (one.score === null || one.weight === 0 ? [] : [one.score]));
        expect(total === null).toBe(counted.length === 0);
        if (total !== null) {
          expect(total).toBeGreaterThanOrEqual(Math.min(...counted) - 1e-8);
          expect(total).toBeLessThanOrEqual(Math.max(...counted) + 1e-8);
        }
        expect(scoredWeight).toBeLessThanOrEqual(totalWeight + 1e-6);
      }),
    );
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(
        results.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        ([some, shuffled]) => {
          const [first, second] = [weightedScore(some).score, weightedScore(shuffled).score];
          if (first === null) expect(second).toBeNull();
          else expect(second).toBeCloseTo(first, 6);
        },
      ),
    );
  });

  it('rises with every score in it', () => {
    fc.assert(
      fc.property(results, fc.nat(29), fc.double({ min: 0, max: 100, noNaN: true }), (some, index, better) => {
        const one = some[index];
        fc.pre(one !== undefined && one.score !== null && better >= one.score);
        const after = weightedScore(some.with(index, { weight: one?.weight ?? 0, score: better })).score;
        expect(after ?? 0).toBeGreaterThanOrEqual((weightedScore(some).score ?? 0) - 1e-8);
      }),
    );
  });

  it('is not changed by what was not scored', () => {
    fc.assert(
      fc.property(results, weight, (some, extra) => {
        expect(weightedScore([...some, { score: null, weight: extra }]).score).toBe(weightedScore(some).score);
      }),
    );
  });
});
