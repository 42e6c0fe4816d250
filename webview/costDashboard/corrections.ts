import type { CostBucket, CostCell } from '../../src/model/costReport';

type Cells = readonly (CostCell | null)[];

/**
 * Cells of one series, none below zero where that can be. A run's own total may be less than what its calls were priced at; the
 * difference is booked when the run says so, which may be an hour in which it called little. What that hour cannot bear belongs to the
 * calls before it, so it goes back to the nearest hours of the same day that can, then to those after; a day's sum and the sum of all
 * stay what they were. Days and months are correct as they are.
 */
export function withCorrectionsCarried(cells: Cells, buckets: readonly CostBucket[]): Cells {
  if (!cells.some((cell) => cell !== null && cell.costNano < 0)) return cells;
  const carried = cells.map((cell) => (cell === null ? null : { ...cell }));
  const days = dayNumbers(buckets);
  for (const [index, cell] of carried.entries()) {
    if (cell === null || cell.costNano >= 0) continue;
    for (const other of nearest(index, days)) {
      const bearer = carried[other];
      if (!bearer || bearer.costNano <= 0) continue;
      const part = Math.min(bearer.costNano, -cell.costNano);
      bearer.costNano -= part;
      cell.costNano += part;
      if (cell.costNano === 0) break;
    }
  }
  return carried;
}

/** Indices of the same day: those before, the nearest first, then those after. */
function nearest(index: number, days: readonly number[]): readonly number[] {
  const same = days.flatMap((day, other) => (other !== index && day === days[index] ? [other] : []));
  return [...same.filter((other) => other < index).reverse(), ...same.filter((other) => other > index)];
}

/** Equal for hours of one local day: the host, which knows the time zone, has named them. A bucket that is longer is alone. */
function dayNumbers(buckets: readonly CostBucket[]): readonly number[] {
  let day = 0;
  return buckets.map(({ label }, index) => {
    const before = buckets[index - 1]?.label;
    if (before !== undefined && !(isHour(label) && isHour(before) && label >= before)) day++;
    return day;
  });
}

function isHour(label: string): boolean {
  return /^\d\d:\d\d$/.test(label);
}
