import { OrchestratorError } from '../../base/errors';
import type { CostPeriod, CostRange } from '../../model/costReport';
import { addDays, dayName, parseDay, startOfDay } from '../../base/localDay';

export interface ComparedPeriod {
  readonly period: CostPeriod;
  /** The one before, of equal length; absent for all time. */
  readonly previous?: CostPeriod & { readonly fromMs: number };
}

const daysOf = { today: 1, '7d': 7, '30d': 30, '90d': 90 } as const;

/**
 * What a range means now. Days begin at local midnight; the present day counts as far as it has come, and is compared with as much of a
 * day before it.
 * @throws OrchestratorError `invalid-argument` for days that are none or in the wrong order
 */
export function costPeriod(range: CostRange, now: number): ComparedPeriod {
  if (range.kind === 'all') return { period: { toMs: now, words: 'all time' } };
  if (range.kind === 'custom') return customPeriod(range.from, range.to, now);
  const days = daysOf[range.kind];
  const fromMs = addDays(startOfDay(now), 1 - days);
  const words = days === 1 ? 'today' : `the last ${days} days`;
  return { period: { fromMs, toMs: now, words }, previous: shifted(fromMs, now, days, days === 1 ? 'yesterday until this time' : `the ${days} days before`) };
}

function customPeriod(from: string, to: string, now: number): ComparedPeriod {
  const fromMs = parseDay(from);
  const lastMs = parseDay(to);
  if (fromMs === undefined || lastMs === undefined || lastMs < fromMs) {
    throw new OrchestratorError('invalid-argument', `There is no time from "${from}" to "${to}".`, 'Give two days, the earlier one first.');
  }
  const endMs = addDays(lastMs, 1);
  const toMs = Math.max(fromMs, Math.min(endMs, now));
  const days = daysBetween(fromMs, endMs);
  const words = from === to ? from : `${from} to ${to}`;
  return { period: { fromMs, toMs, words }, previous: shifted(fromMs, toMs, days, days === 1 ? `${dayName(addDays(fromMs, -1))}` : `the ${days} days before`) };
}

function shifted(fromMs: number, toMs: number, days: number, words: string): CostPeriod & { readonly fromMs: number } {
  return { fromMs: addDays(fromMs, -days), toMs: addDays(toMs, -days), words };
}

/** Midnight to midnight; the clocks may have changed between them. */
function daysBetween(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) / 86_400_000);
}
