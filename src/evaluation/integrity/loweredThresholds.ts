import type { FoundIssue } from '../../model/evalResult';
import { placeOf, type SourceFile } from '../changes/changedSources';
import type { ReviewedChange } from './integrityRule';

const maySay = /(?:^|\/)(?:package\.json|[\w.-]*config[\w.-]*\.\w+|[\w.-]*rc(?:\.\w+)?|[\w.-]+\.(?:toml|cfg|ini|ya?ml)|Makefile|noxfile\.py|evals\.json)$/;
const threshold = /(?<![\w-])["']?((?:lines|branches|functions|statements|fail_under|minLines|minBranches|minFunctions|minChangedLines|minScore|minScoredWeight|threshold|target)|--(?:cov-fail-under|lines|branches|functions|statements|fail-under)|--test-coverage-(?:lines|branches|functions))["']?\s*[:=\s]\s*["']?(\d+(?:\.\d+)?)/g;

interface Threshold {
  readonly key: string;
  readonly name: string;
  readonly value: number;
  readonly offset: number;
}

/** Numbers that must be reached, made smaller or taken away: `threshold-lowered`. */
export function loweredThresholds({ sources }: ReviewedChange): readonly FoundIssue[] {
  return sources.flatMap(({ change, base, head }): readonly FoundIssue[] => {
    if (!base || !maySay.test(change.path)) return [];
    const now = new Map(thresholdsOf(head).map((one) => [one.key, one]));
    return thresholdsOf(base).flatMap(({ key, name, value }): FoundIssue[] => {
      const found = now.get(key);
      if (found && found.value >= value) return [];
      const isCoverage = /cover|fail|lines|branches|functions|statements|Score/i.test(base.text);
      if (!isCoverage) return [];
      const told = found ? `${name} was lowered from ${value} to ${found.value}` : `${name} of ${value} was taken away`;
      return [{ ruleId: 'threshold-lowered', severity: 'error', file: change.path, ...(head && found && { range: placeOf(head, found.offset) }), message: `${change.path}: ${told}.` }];
    });
  });
}

/** Each by its name, and its number among those of the same name. */
function thresholdsOf(source: SourceFile | undefined): readonly Threshold[] {
  if (!source || !/cover|fail[_-]under|threshold|min(?:Lines|Branches|Functions|Score|Changed)/i.test(source.text)) return [];
  const counts = new Map<string, number>();
  return [...source.uncommented.matchAll(threshold)].map(({ 1: name = '', 2: value, index }) => {
    const number = counts.get(name) ?? 0;
    counts.set(name, number + 1);
    return { key: `${name} ${number}`, name, value: Number(value), offset: index };
  });
}
