import type { FoundIssue } from '../../model/evalResult';
import { placeOf, type SourceFile } from '../changes/changedSources';
import { lockedPackages, lockedSources, type LockedPackage } from './readLock';

/** What came into a lock file that nobody would see there: `lock-tampered`, `lock-source`, `dependency-install-script`. */
export function changedLock(head: SourceFile, base: string | undefined): readonly FoundIssue[] {
  const [after, before] = [lockedPackages(head.text), base === undefined ? undefined : lockedPackages(base)];
  const known = new Map(before?.map((one) => [one.key, one]));
  return [...newSources(head, base), ...(after ?? []).flatMap((one) => ofPackage(head, one, known.get(one.key), before !== undefined))];
}

function newSources(head: SourceFile, base: string | undefined): readonly FoundIssue[] {
  if (base === undefined) return [];
  const known = lockedSources(base);
  return [...lockedSources(head.text)].flatMap(([source, offset]): FoundIssue[] => {
    if (known.has(source)) return [];
    const isUnsafe = /^git at | without encryption$/.test(source);
    return [{ ruleId: 'lock-source', severity: isUnsafe ? 'error' : 'warning', file: head.file, range: placeOf(head, offset), message: `Packages come from ${source} now; the base had none from there.` }];
  });
}

function ofPackage(head: SourceFile, now: LockedPackage, was: LockedPackage | undefined, isCompared: boolean): readonly FoundIssue[] {
  const at = (): Pick<FoundIssue, 'file' | 'range'> => {
    const offset = head.text.indexOf(JSON.stringify(now.key));
    return { file: head.file, ...(offset >= 0 && { range: placeOf(head, offset) }) };
  };
  const name = now.key.replace(/^.*node_modules\//, '');
  const issues: FoundIssue[] = [];
  // The same version of a package is the same bytes; the hash may only change with the way in which it was made.
  if (was?.version === now.version && was.integrity !== undefined && was.integrity !== now.integrity && algorithm(was) === algorithm(now)) {
    issues.push({ ...at(), ruleId: 'lock-tampered', severity: 'error', message: `${name} ${now.version} has another hash than before, or none, though its version is the same.` });
  }
  if (now.hasInstallScript && was?.hasInstallScript !== true && isCompared) issues.push({ ...at(), ruleId: 'dependency-install-script', severity: 'warning', message: `${name} ${now.version} runs a script when it is installed.` });
  return issues;
}

/** Equal where one has no hash at all: to take it away is no other way of making it. */
function algorithm({ integrity }: LockedPackage): string {
  return integrity === undefined ? 'sha512' : (integrity.split('-')[0] ?? '');
}
