import type { EvalResult } from '../model/evalResult';

export interface Scoring {
  /** 0 to 100; null when nothing that counts was scored. */
  readonly score: number | null;
  readonly scoredWeight: number;
  readonly totalWeight: number;
}

/** Sums of fractions are a little off, which must not decide at a threshold: 70, 70 and 70 are 70. */
const precision = 1e9;

/** Mean of the scores by weight, over what was scored: what was not scored neither raises nor lowers it. */
export function weightedScore(results: readonly Pick<EvalResult, 'score' | 'weight'>[]): Scoring {
  const scored = results.flatMap(({ score, weight }) => (score === null || weight === 0 ? [] : [{ score, weight }]));
  const scoredWeight = sum(scored.map(({ weight }) => weight));
  return {
    score: scored.length === 0 ? null : Math.round((sum(scored.map(({ score, weight }) => score * (weight / scoredWeight)))) * precision) / precision,
    scoredWeight,
    totalWeight: sum(results.map(({ weight }) => weight)),
  };
}

/** Share of the weight that was scored, 0 to 1; 1 where nothing has a weight. */
export function scoredShare({ scoredWeight, totalWeight }: Scoring): number {
  return totalWeight === 0 ? 1 : Math.round((scoredWeight / totalWeight) * precision) / precision;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
