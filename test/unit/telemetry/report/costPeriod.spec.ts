import { describe, expect, it } from 'vitest';
import { isOrchestratorError } from '../../../../src/base/errors';
import type { CostRange } from '../../../../src/model/costReport';
import { costPeriod } from '../../../../src/telemetry/report/costPeriod';
import { addDays, dayName, hourName, parseDay, startOfDay, startOfMonth } from '../../../../src/base/localDay';
import { setTimeZone } from '../../../support/timeZone';

const at = (text: string): number => new Date(text).getTime();
const shown = (ms: number | undefined): string => (ms === undefined ? '' : `${dayName(ms)} ${hourName(ms)}`);

function said(range: CostRange, now: number): readonly string[] {
  const { period, previous } = costPeriod(range, now);
  return [shown(period.fromMs), shown(period.toMs), period.words, shown(previous?.fromMs), shown(previous?.toMs), previous?.words ?? ''];
}

describe('the period of a range', () => {
  const now = at('2026-11-22T15:30:00');

  it.each<[CostRange, readonly string[]]>([
    [{ kind: 'today' }, ['2026-11-22 00:00', '2026-11-22 15:30', 'today', '2026-11-21 00:00', '2026-11-21 15:30', 'yesterday until this time']],
    [{ kind: '7d' }, ['2026-11-16 00:00', '2026-11-22 15:30', 'the last 7 days', '2026-11-09 00:00', '2026-11-15 15:30', 'the 7 days before']],
    [{ kind: '30d' }, ['2026-10-24 00:00', '2026-11-22 15:30', 'the last 30 days', '2026-09-24 00:00', '2026-10-23 15:30', 'the 30 days before']],
    [{ kind: '90d' }, ['2026-08-25 00:00', '2026-11-22 15:30', 'the last 90 days', '2026-05-27 00:00', '2026-08-24 15:30', 'the 90 days before']],
    [{ kind: 'all' }, ['', '2026-11-22 15:30', 'all time', '', '', '']],
    [{ kind: 'custom', from: '2026-11-02', to: '2026-11-04' }, ['2026-11-02 00:00', '2026-11-05 00:00', '2026-11-02 to 2026-11-04', '2026-10-30 00:00', '2026-11-02 00:00', 'the 3 days before']],
    [{ kind: 'custom', from: '2026-11-22', to: '2026-11-22' }, ['2026-11-22 00:00', '2026-11-22 15:30', '2026-11-22', '2026-11-21 00:00', '2026-11-21 15:30', '2026-11-21']],
    [{ kind: 'custom', from: '2027-01-01', to: '2027-01-02' }, ['2027-01-01 00:00', '2027-01-01 00:00', '2027-01-01 to 2027-01-02', '2026-12-30 00:00', '2026-12-30 00:00', 'the 2 days before']],
  ])('%j', (range, expected) => {
    expect(said(range, now)).toEqual(expected);
  });

  it.each([['2026-11-05', '2026-11-04'], ['2026-02-30', '2026-03-01'], ['2026-11-5', '2026-11-06'], ['', '']])('is none from %j to %j', (from, to) => {
    let caught: unknown;
    try {
      costPeriod({ kind: 'custom', from, to }, now);
    } catch (error) {
      caught = error;
    }
    expect(isOrchestratorError(caught) && caught.code).toBe('invalid-argument');
  });

  it('counts days by the calendar when the clocks change', () => {
    setTimeZone('Europe/Berlin');
    const monday = at('2026-10-26T12:00:00');
    expect(said({ kind: '7d' }, monday).slice(0, 2)).toEqual(['2026-10-20 00:00', '2026-10-26 12:00']);
    expect(said({ kind: '7d' }, monday).slice(3, 5)).toEqual(['2026-10-13 00:00', '2026-10-19 12:00']);
    expect(startOfDay(monday) - startOfDay(addDays(monday, -1))).toBe(25 * 3_600_000);
    expect(said({ kind: 'custom', from: '2026-10-24', to: '2026-10-26' }, at('2026-12-01T00:00:00'))[5]).toBe('the 3 days before');
  });

  it('begins the day where midnight does not exist', () => {
    setTimeZone('America/Santiago');
    const day = parseDay('2026-09-06') ?? 0;
    expect(shown(day)).toBe('2026-09-06 01:00');
    expect(startOfDay(at('2026-09-06T12:00:00'))).toBe(day);
    expect(shown(startOfMonth(day))).toBe('2026-09-01 00:00');
  });
});
