import { formatPlural } from '../../base/format';
import type { FoundIssue } from '../../model/evalResult';
import { isIn, linesOf, placeOf, type ChangedSource } from '../changes/changedSources';
import { literalsIn } from './assertions';
import { listed, type ReviewedChange } from './integrityRule';
import { wordsOf } from './pairedCases';
import { isRunAsTest } from './runAsTest';
import type { SourceCase } from './testCases';

/** Tests that are gone and stand nowhere else in the change: `test-deleted`, `test-file-deleted`, `test-file-hidden`, `test-removed-with-code`, `test-merged`. */
export function deletedTests({ sources, cases }: ReviewedChange): readonly FoundIssue[] {
  const kept = new Set([...cases.pairs.map(({ head }) => head.body), ...cases.added.map(({ body }) => body)]);
  const issues = sources.flatMap((source): FoundIssue[] => {
    const gone = cases.gone.filter((test) => test.source === source.base && !kept.has(test.body));
    const { path } = source.change;
    if (source.change.change === 'deleted') return wholeFile(source, gone, cases.removedNames);
    return [...hiddenFile(source), ...gone.map((test) => goneTest(test, path, source, cases.removedNames))];
  });
  return issues;
}

function wholeFile({ change: { path }, base }: ChangedSource, gone: readonly SourceCase[], removedNames: ReadonlySet<string>): FoundIssue[] {
  if (gone.length === 0) {
    const isUnread = base !== undefined && !['javascript', 'python', 'go', 'rust'].includes(base.language ?? '');
    return isUnread && isRunAsTest(path) ? [{ ruleId: 'test-file-deleted', severity: 'error', file: path, message: `The test file ${path} was deleted.` }] : [];
  }
  const told = `${path} was deleted with ${formatPlural(gone.length, 'test')}: ${listed(gone.map(({ title }) => title))}.`;
  const withCode = gone.every((test) => isOfRemovedCode(test, removedNames));
  return [withCode ? { ruleId: 'test-removed-with-code', severity: 'warning', file: path, message: `${told} What they tested is gone too.` } : { ruleId: 'test-file-deleted', severity: 'error', file: path, message: told }];
}

/** Renamed to what no runner looks at. */
function hiddenFile({ change: { path, previousPath }, head }: ChangedSource): FoundIssue[] {
  if (previousPath === undefined || !isRunAsTest(previousPath) || isRunAsTest(path) || !head || /(^|\/)(?:tests?|__tests__)\//.test(path)) return [];
  return [{ ruleId: 'test-file-hidden', severity: 'error', file: path, message: `The test file ${previousPath} was renamed to ${path}, which test runners do not take for one.` }];
}

function goneTest(test: SourceCase, file: string, source: ChangedSource, removedNames: ReadonlySet<string>): FoundIssue {
  const name = test.path.join(' › ');
  if (isOfRemovedCode(test, removedNames)) return { ruleId: 'test-removed-with-code', severity: 'warning', file, message: `The test "${name}" was removed with what it tested.` };
  if (test.marks.some(({ mark }) => mark === 'skipped' || mark === 'planned')) return { ruleId: 'test-deleted', severity: 'warning', file, message: `The test "${name}" was deleted; it was skipped before.` };
  if (test.assertions.every(({ strength }) => strength === 'empty') && test.body.length < 20) return { ruleId: 'test-deleted', severity: 'warning', file, message: `The test "${name}" was deleted; it tested nothing.` };
  if (isMerged(test, source)) return { ruleId: 'test-merged', severity: 'warning', file, message: `The test "${name}" is gone; all of its values are in other tests of the file now.` };
  return { ruleId: 'test-deleted', severity: 'error', file, message: `The test "${name}" was deleted.` };
}

function isOfRemovedCode({ body }: SourceCase, removedNames: ReadonlySet<string>): boolean {
  return removedNames.size > 0 && wordsOf(body).some((word) => removedNames.has(word));
}

/** Rows of a table know what single tests knew: all that it compared with is written out in lines that came, beside something that compares. */
function isMerged({ assertions, source, start, end }: SourceCase, { head, change }: ChangedSource): boolean {
  if (!head) return false;
  const lines = linesOf(change.added).map((line) => head.uncommented.slice(head.lineStarts[line - 1], head.lineStarts[line] ?? head.text.length)).join('');
  const known = new Set(literalsIn(lines));
  const wanted = literalsIn(source.uncommented.slice(start, end));
  const compares = /\bexpect\b|\bassert|\brequire\.|\bt\.(?:Error|Fatal)/.test(lines) || assertions.some(({ text }) => head.code.includes(text.slice(0, 12)) && isIn(change.added, placeOf(head, head.code.indexOf(text.slice(0, 12))).startLine));
  return wanted.length > 0 && compares && wanted.every((literal) => known.has(literal));
}
