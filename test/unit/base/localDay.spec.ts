import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay, parseMoment } from '../../../src/base/localDay';
import { setTimeZone } from '../../support/timeZone';

describe('a day or time that a person gives', () => {
  it('is local without a zone, and midnight without a time', () => {
    setTimeZone('Asia/Kolkata');
    expect(parseMoment('2026-11-22')).toBe(Date.UTC(2026, 10, 21, 18, 30));
    expect(parseMoment('2026-11-22T15:30')).toBe(Date.UTC(2026, 10, 22, 10));
    expect(parseMoment('2026-11-22T15:30:00.5Z')).toBe(Date.UTC(2026, 10, 22, 15, 30, 0, 500));
    expect(parseMoment('2026-11-22T15:30:00+02:00')).toBe(Date.UTC(2026, 10, 22, 13, 30));
  });

  it.each(['2026-02-29', '2026-02-31', '2026-02-31T10:00:00Z', '2026-04-31T00:00', '2026-13-01', '2026-00-10', '2026-11-22T25:00', '2026-11-22T10:61', '2026-11-22 10:00', '2026-11-22T', '1', '', ' 2026-11-22', 'yesterday'])('is none when it does not exist: %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });

  it('exists in a leap year', () => {
    expect(parseMoment('2028-02-29')).toBe(new Date(2028, 1, 29).getTime());
  });

  it('is taken in any zone exactly when its day is one', () => {
    setTimeZone('UTC');
    const day = fc.tuple(fc.integer({ min: 1990, max: 2090 }), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 33 })).map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
    fc.assert(
      fc.property(fc.constantFrom('UTC', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe', 'America/Santiago'), day, (zone, text) => {
        process.env['TZ'] = zone;
        const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
        const exists = month >= 1 && month <= 12 && date >= 1 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
        expect(parseDay(text) !== undefined).toBe(exists);
        expect(parseMoment(`${text}T12:00`) !== undefined).toBe(exists);
      }),
    );
  });
});
