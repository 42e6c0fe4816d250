import type { FindingSeverity, FoundIssue } from '../../model/evalResult';
import { isIn, placeOf, type ChangedSource } from '../changes/changedSources';
import type { MarkedAt, TestMark } from './foundCase';
import { issueAt, type ReviewedChange } from './integrityRule';
import type { SourceCase } from './testCases';

const wording: Readonly<Record<TestMark, readonly [ruleId: string, existing: FindingSeverity, added: FindingSeverity, what: string]>> = {
  skipped: ['test-skipped', 'error', 'warning', 'is skipped'],
  planned: ['test-skipped', 'error', 'info', 'is marked as still to be done'],
  'expected-to-fail': ['test-skipped', 'error', 'warning', 'is expected to fail'],
  conditional: ['test-skipped', 'warning', 'info', 'is skipped under a condition'],
  exclusive: ['test-exclusive', 'error', 'error', 'is exclusive, so that the others do not run'],
};

/** Switches off whatever is behind it. */
const switches: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/\bif\s*\(\s*(?:false|0|!1|!true)\s*(?:&&[^)]*)?\)|\bif\s+(?:False|0)\s*:|\bif\s+false\s*\{/g, 'What is behind this condition never runs.'],
  [/\bpytest\.skip\s*\([^)\n]*allow_module_level\s*=\s*True/g, 'The whole file is skipped.'],
  [/^\s*__test__\s*=\s*False\b/gm, 'These tests are not collected.'],
  [/^\s*collect_ignore(?:_glob)?\s*(?:=|\+=|\.(?:append|extend))/gm, 'These files are not collected.'],
  [/\bdef\s+pytest_(?:collection_modifyitems|ignore_collect|runtest_makereport|runtest_call)\b/g, 'A hook of pytest decides which tests run or what they report.'],
];

/** Tests that do not count any more, or keep others from it: `test-skipped`, `test-exclusive`, `test-switched-off`. */
export function disabledTests({ sources, cases }: ReviewedChange): readonly FoundIssue[] {
  const issues = new Map<string, FoundIssue>();
  const mark = (test: SourceCase, marked: MarkedAt, isExisting: boolean): void => {
    const [ruleId, existing, added, what] = wording[marked.mark];
    const key = `${test.source.file}:${marked.offset}`;
    const issue = issueAt(test.source, marked.offset, ruleId, isExisting ? existing : added, `The test "${test.path.join(' › ')}" ${what}.`);
    if (!issues.has(key) || issues.get(key)?.severity !== 'error') issues.set(key, issue);
  };
  for (const { base, head } of cases.pairs) for (const marked of newMarks(base, head)) mark(head, marked, true);
  for (const head of cases.added) for (const marked of head.marks) mark(head, marked, false);
  return [...issues.values(), ...cases.pairs.flatMap(({ base, head }) => leftEarly(base, head)), ...sources.filter(({ isTest }) => isTest).flatMap(switchedOff)];
}

/** Those that the test did not have, of each kind as many. */
function newMarks(base: SourceCase, head: SourceCase): readonly MarkedAt[] {
  const before = base.marks.map(({ mark }) => mark);
  // Who skips under a condition now and did always before has not lost anything.
  const wasOff = before.includes('skipped') || before.includes('planned');
  return head.marks.filter(({ mark }) => {
    const index = before.indexOf(mark);
    if (index >= 0) before.splice(index, 1);
    return index < 0 && !(wasOff && mark !== 'exclusive');
  });
}

const earlyReturn = /^(?:[^{]*?(?:=>|\))\s*\{|[^{\n]*:\s*\n|\s*)\s*return\s*(?:;|\n|\})/;

function leftEarly(base: SourceCase, head: SourceCase): FoundIssue[] {
  const found = earlyReturn.exec(head.source.code.slice(head.start, head.end));
  if (!found || head.assertions.length === 0 || earlyReturn.test(base.source.code.slice(base.start, base.end))) return [];
  return [issueAt(head.source, head.start + found[0].lastIndexOf('return'), 'test-switched-off', 'error', `The test "${head.path.join(' › ')}" is left before it tests anything.`)];
}

function switchedOff({ head, change }: ChangedSource): FoundIssue[] {
  if (!head) return [];
  return switches.flatMap(([pattern, message]) =>
    [...head.code.matchAll(pattern)].flatMap(({ 0: found, index }) => {
      const offset = index + (found.length - found.trimStart().length);
      return isIn(change.added, placeOf(head, offset).startLine) ? [issueAt(head, offset, 'test-switched-off', 'error', message)] : [];
    }),
  );
}
