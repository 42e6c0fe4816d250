import { formatPlural } from '../../base/format';
import type { FindingSeverity, FoundIssue } from '../../model/evalResult';
import type { SourceFile } from '../changes/changedSources';
import { assertionsOf, literalsIn, type Assertion } from './assertions';
import { closing } from './foundCase';
import { issueAt, type ReviewedChange } from './integrityRule';
import { wordsOf } from './pairedCases';
import { swallowedAt } from './swallowedFailures';
import type { SourceCase } from './testCases';

/** Tests that are still there and find less: `assertion-empty`, `assertion-removed`, `assertion-weakened`, `assertion-swallowed`, `expectation-changed`, `test-rewritten`. */
export function weakenedAssertions({ cases, sources }: ReviewedChange): readonly FoundIssue[] {
  const changesCode = sources.some(({ isTest, head, base }) => !isTest && (head ?? base)?.language !== undefined);
  return [
    ...cases.pairs.flatMap(({ base, head }) => (base.body === head.body ? [] : [...compared(base, head, cases.removedNames, changesCode), ...swallowed(head, swallowedAt(base).length, 'error')])),
    ...cases.added.flatMap((head) => [...head.assertions.filter(isEmpty).map((assertion) => emptyIssue(head, assertion, 'warning')), ...swallowed(head, 0, 'warning')]),
  ];
}

function compared(base: SourceCase, head: SourceCase, removedNames: ReadonlySet<string>, changesCode: boolean): FoundIssue[] {
  const [lost, came] = [without(base.assertions, head.assertions), without(head.assertions, base.assertions)];
  if (lost.length === 0 && came.length === 0) return [];
  const [before, after] = [base.assertions.filter(isTelling), head.assertions.filter(isTelling)];
  const empty = came.filter(isEmpty);
  const isLess = after.length < before.length;
  if (empty.length > 0) return empty.map((assertion) => emptyIssue(head, assertion, isLess ? 'error' : 'warning'));
  if (isLess) return fewer(base, head, lost, removedNames);
  return weaker(head, lost, came) ?? [...changedExpectations(head, lost, came, changesCode), ...rewritten(base, head, lost)];
}

/** Of the test only the name is left: it looks at nothing that it looked at, and knows no value that it knew. */
function rewritten(base: SourceCase, head: SourceCase, lost: readonly Assertion[]): FoundIssue[] {
  const known = new Set([...head.assertions.map(({ subject }) => subject), ...literalsIn(head.source.uncommented.slice(head.start, head.end))]);
  const isOther = lost.length === base.assertions.length && lost.every(({ subject, literals }) => !known.has(subject) && literals.every((literal) => !known.has(literal)));
  return isOther && lost.length > 0 ? [issueAt(head.source, head.offset, 'test-rewritten', 'warning', `The test "${head.title}" asserts nothing of what it asserted before.`)] : [];
}

/** Each as often as it is there more often. */
function without(some: readonly Assertion[], others: readonly Assertion[]): readonly Assertion[] {
  const texts = others.map(({ text }) => text);
  return some.filter(({ text }) => {
    const index = texts.indexOf(text);
    if (index >= 0) texts.splice(index, 1);
    return index < 0;
  });
}

function isEmpty({ strength }: Assertion): boolean {
  return strength === 'empty';
}

function isTelling({ strength }: Assertion): boolean {
  return strength !== 'empty';
}

function emptyIssue(head: SourceCase, { offset }: Assertion, severity: FindingSeverity): FoundIssue {
  return issueAt(head.source, offset, 'assertion-empty', severity, `In the test "${head.title}" this assertion cannot fail.`);
}

/** Fewer are no loss where the values are still compared, where a function of the file does it, or where what was looked at is gone. */
function fewer(base: SourceCase, head: SourceCase, lost: readonly Assertion[], removedNames: ReadonlySet<string>): FoundIssue[] {
  const known = literalsIn(head.source.uncommented.slice(head.start, head.end));
  const wanted = lost.flatMap(({ literals }) => literals);
  const isKept = wanted.length > 0 && head.assertions.some(isTelling) && wanted.every((literal) => known.includes(literal));
  const called = newCalls(base, head);
  if (isKept || called.some((name) => isAsserting(head.source, name))) return [];
  const isGone = lost.every(({ text }) => wordsOf(text).some((word) => removedNames.has(word)));
  const isElsewhere = called.some((name) => /^(?:expect|assert|check|verify|should|ensure|must)/i.test(name));
  const [before, after] = [base.assertions.filter(isTelling).length, head.assertions.filter(isTelling).length];
  const message = `The test "${head.title}" has ${formatPlural(after, 'assertion')}, and had ${before}.`;
  const why = isGone ? ' What the others looked at is gone.' : isElsewhere ? ` ${called.join(', ')} may stand for the others.` : '';
  return [issueAt(head.source, head.offset, 'assertion-removed', isGone || isElsewhere ? 'warning' : 'error', message + why)];
}

function newCalls(base: SourceCase, head: SourceCase): readonly string[] {
  const calls = (body: string): readonly string[] => [...body.matchAll(/(?<![.\w$])([A-Za-z_$][\w$]*)!?\(/g)].map(([, name]) => name ?? '');
  const before = new Set(calls(base.body));
  return [...new Set(calls(head.body))].filter((name) => !before.has(name) && !/^(?:expect|assert|function|if|for|while|switch|catch|require)$/.test(name));
}

/** Whether a function of the file asserts something itself. */
function isAsserting(source: SourceFile, name: string): boolean {
  const definition = new RegExp(String.raw`\b(?:function|def|func|fn)\s+${name.replaceAll('$', String.raw`\$`)}\b|\b(?:const|let|var)\s+${name.replaceAll('$', String.raw`\$`)}\s*=`).exec(source.code);
  if (!definition) return false;
  const end = source.language === 'python' ? pythonEnd(source.code, definition.index) : functionEnd(source.code, definition.index);
  return assertionsOf(source, definition.index, end).some(isTelling);
}

function functionEnd(code: string, start: number): number {
  const open = /\{\s*\n|=>\s*[^\s{]|\{/.exec(code.slice(start));
  if (!open) return start;
  return open[0].startsWith('{') ? closing(code, start + open.index + 1) : (code.slice(start).search(/;|\n\n/) + start || code.length);
}

function pythonEnd(code: string, start: number): number {
  const next = /\n(?=\S)/.exec(code.slice(start));
  return next ? start + next.index : code.length;
}

/** One value was asked for, and now most values fit. */
function weaker(head: SourceCase, lost: readonly Assertion[], came: readonly Assertion[]): FoundIssue[] | undefined {
  const vague = came.filter(({ strength }) => strength === 'vague');
  const exact = lost.filter(({ strength }) => strength === 'exact');
  const exactNow = came.filter(({ strength }) => strength === 'exact');
  const weakened = Math.min(vague.length, exact.length - exactNow.length);
  if (weakened > 0) {
    return vague.slice(0, weakened).map((assertion, index) => {
      const was = exact.find(({ subject }) => subject === assertion.subject) ?? exact[index];
      // A result that is only ever true or false is as well tested by its truth.
      const isOfTruth = was?.literals.every((literal) => /^(?:true|false|True|False)$/.test(literal)) === true && was.literals.length > 0;
      return issueAt(head.source, assertion.offset, 'assertion-weakened', isOfTruth ? 'info' : 'error', `In the test "${head.title}" most values fit this assertion; it was: ${was?.text.slice(0, 200) ?? ''}`);
    });
  }
  const partial = came.filter(({ strength }) => strength === 'partial').slice(0, Math.max(0, exact.length - exactNow.length));
  return partial.length > 0 ? partial.map(({ offset }) => issueAt(head.source, offset, 'assertion-weakened', 'warning', `In the test "${head.title}" this assertion asks for less than the one before it.`)) : undefined;
}

/** The same thing is looked at, and another value is expected of it. */
function changedExpectations(head: SourceCase, lost: readonly Assertion[], came: readonly Assertion[], changesCode: boolean): FoundIssue[] {
  const known = literalsIn(head.source.uncommented.slice(head.start, head.end));
  return came.flatMap((assertion): FoundIssue[] => {
    const was = lost.find(({ subject, literals }) => subject !== '' && subject === assertion.subject && literals.join() !== assertion.literals.join() && literals.some((literal) => !known.includes(literal)));
    if (!was) return [];
    const message = `The test "${head.title}" expects another value${changesCode ? ', and the code changed with it' : ' of code that did not change'}; it was: ${was.text.slice(0, 200)}`;
    return [issueAt(head.source, assertion.offset, 'expectation-changed', 'warning', message)];
  });
}

function swallowed(head: SourceCase, before: number, severity: FindingSeverity): FoundIssue[] {
  return swallowedAt(head).slice(before).map((offset) => issueAt(head.source, offset, 'assertion-swallowed', severity, `In the test "${head.title}" a failing assertion is caught here, and nobody hears of it.`));
}
