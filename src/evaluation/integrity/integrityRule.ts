import type { FindingRange, FindingSeverity, FoundIssue } from '../../model/evalResult';
import { placeOf, type ChangedSource, type SourceFile } from '../changes/changedSources';
import type { ComparedCases } from './pairedCases';

/** What every rule looks at. */
export interface ReviewedChange {
  readonly sources: readonly ChangedSource[];
  readonly cases: ComparedCases;
  /** Scripts, rubrics and commands that the evaluations of the base name. */
  readonly evaluatorFiles: readonly string[];
}

export type IntegrityRule = (change: ReviewedChange) => readonly FoundIssue[];

export function at(source: Pick<SourceFile, 'lineStarts'>, offset: number): FindingRange {
  return placeOf(source, offset);
}

export function issueAt(source: SourceFile, offset: number, ruleId: string, severity: FindingSeverity, message: string): FoundIssue {
  return { ruleId, severity, message, file: source.file, range: at(source, offset) };
}

/** Names as a person reads them, with the number of those that are too many. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
