import type { CallTotals } from '../model/usageRow';
import { numberOf } from './columns';
import type { Row } from './columns';

/** `totalColumns` from `at` on. */
export function callTotals(row: Row, at: number): CallTotals {
  return {
    calls: numberOf(row[at]),
    errors: numberOf(row[at + 1]),
    usage: {
      input: { text: numberOf(row[at + 2]), cacheRead: numberOf(row[at + 3]), cacheWrite5m: numberOf(row[at + 4]), cacheWrite1h: numberOf(row[at + 5]) },
      output: { text: numberOf(row[at + 6]), reasoning: numberOf(row[at + 7]) },
    },
    costNano: numberOf(row[at + 8]),
    unknownCosts: numberOf(row[at + 9]),
    approximateCosts: numberOf(row[at + 10]),
  };
}
