import type { EvalReport } from '../../model/evalReport';
import type { EvalResult } from '../../model/evalResult';

/** A result and the report that it is in. */
export interface KnownResult {
  readonly report: EvalReport;
  readonly result: EvalResult;
}

/**
 * What is known now: of each suite the newest whole report, with what was run alone since. `reports` come newest first.
 */
export function newestResults(reports: readonly EvalReport[]): readonly KnownResult[] {
  const known = new Map<string, KnownResult>();
  const whole = new Set<string>();
  for (const report of reports) {
    if (whole.has(report.suite)) continue;
    if (!report.partial) whole.add(report.suite);
    for (const result of report.results) {
      const key = `${report.suite}\0${result.name}`;
      if (!known.has(key)) known.set(key, { report, result });
    }
  }
  return [...known.values()];
}
