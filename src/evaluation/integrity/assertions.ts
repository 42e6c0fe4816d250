import type { SourceFile } from '../changes/changedSources';
import { argumentSpans, closing, condensed } from './foundCase';

/** `exact`: one value alone fits · `partial`: a part of it, or a range · `vague`: most values fit · `empty`: it cannot fail. */
export type AssertionStrength = 'exact' | 'partial' | 'vague' | 'empty';

export interface Assertion {
  readonly offset: number;
  readonly strength: AssertionStrength;
  /** What is looked at, and all of it: the same for the same code in another layout. */
  readonly subject: string;
  readonly text: string;
  /** Values that are written out in it: what it knows of the result. */
  readonly literals: readonly string[];
}

const javaScriptCall = /(?<![\w$.])(?:expect(?:\.(?:soft|poll))?|assert(?:\.strict)?(?:\.\w+)?|chai\.assert(?:\.\w+)?|(?:t|tap)\.(?:assert\.\w+|is|not|deepEqual|equal|notEqual|same|ok|notOk|true|false|truthy|falsy|throws\w*|rejects|match|like|regex|strictSame|strictEqual))\s*\(/g;
const matcher = /^(?:\s*\.\s*(?:not|resolves|rejects|to|be|been|is|that|which|and|has|have|with|at|of|same|but|does|still|also|deep|own))*\s*\.\s*(\w+)/;
const chained = /^\s*(?:\.\s*\w+\s*|\((?:[^()]|\([^()]*\))*\)\s*)*/;

const vagueMatchers = /^(?:toBeTruthy|toBeFalsy|toBeDefined|toBeUndefined|toBeTypeOf|toBeInstanceOf|toBeCalled|toHaveBeenCalled|toHaveReturned|ok|notOk|exist|exists|isOk|isDefined|isNotNull|truthy|falsy|notEqual|notStrictEqual|notDeepEqual|notDeepStrictEqual|doesNotThrow|doesNotReject|isObject|isString|isNumber|isArray|not|a|an|true|notThrows)$/;
const partialMatchers = /^(?:toMatchObject|toContain|toContainEqual|toMatch|match|matches|toHaveProperty|toBeGreaterThan\w*|toBeLessThan\w*|toBeCloseTo|include|includes|like|above|below|least|most|toSatisfy|partialDeepStrictEqual|toHaveBeenCalledTimes)$/;
/** Ones without an argument that fit nearly all, or with one that fits many. */
const vagueArgument = /^\(\s*(?:expect\.any(?:thing)?\([^)]*\))\s*\)/;

const pythonAssertion = /^[ \t]*(assert\b|self\.(?:assert|fail)\w*\s*\(|with\s+(?:pytest\.raises|self\.assertRaises\w*|pytest\.warns)\s*\(|np\.testing\.assert\w+\s*\(|mock\w*\.assert_\w+\s*\(|\w+(?:\.\w+)*\.assert_\w+\s*\()/gm;
const goAssertion = /\b(?:t\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)|(?:assert|require|is|qt|c)\.[A-Z]\w*|cmp\.Diff)\s*\(/g;
const rustAssertion = /#\[\s*should_panic\b|\b(?:debug_)?assert(?:_\w+)?!\s*[([{]|\bpanic!\s*\(|\bprop_assert\w*!\s*\(/g;

/** Everything between two offsets that can make a test fail. */
export function assertionsOf(source: SourceFile, start: number, end: number): Assertion[] {
  const find = { javascript: ofJavaScript, python: ofPython, go: ofGo, rust: ofRust } as const;
  const { language } = source;
  return language !== undefined && language in find ? find[language as keyof typeof find](source, start, end) : [];
}

function ofJavaScript({ code, uncommented }: SourceFile, start: number, end: number): Assertion[] {
  const calls = [...code.slice(start, end).matchAll(javaScriptCall)].flatMap(({ 0: called, index }): Assertion[] => {
    const offset = start + index;
    const open = offset + called.length;
    const close = closing(code, open);
    const after = chained.exec(code.slice(close + 1, Math.min(end, close + 4000)))?.[0] ?? '';
    const stop = close + 1 + after.trimEnd().length;
    const text = condensed(uncommented.slice(offset, stop));
    const isExpect = called.startsWith('expect');
    if (isExpect && after.trim() === '') return [];
    const spans = argumentSpans(code, open);
    const subject = condensed(uncommented.slice(...(isExpect ? [open, close] : (spans[0] ?? [open, close]))));
    const literals = literalsIn(isExpect ? uncommented.slice(close + 1, stop) : uncommented.slice(spans[0]?.[1] ?? open, close));
    return [{ offset, subject, text, literals, strength: isExpect ? expectStrength(subject, uncommented.slice(close + 1, stop)) : assertStrength(called, spans.map((span) => condensed(uncommented.slice(...span)))) }];
  });
  const should = [...code.slice(start, end).matchAll(/(?<=[\w)\]])\.should\b[^\n;]*/g)].map(({ 0: found, index }): Assertion => ({ offset: start + index, subject: '', text: condensed(uncommented.slice(start + index, start + index + found.length)), literals: literalsIn(uncommented.slice(start + index, start + index + found.length)), strength: 'exact' }));
  return [...calls, ...should];
}

function expectStrength(subject: string, chain: string): AssertionStrength {
  const [head, name = ''] = matcher.exec(chain) ?? [''];
  const argument = chain.slice(head.length).trim();
  const isNot = /\.\s*not\b/.test(head);
  const compared = condensed(argument).replaceAll(/^\(|\)$/g, '');
  if (isTrivial(subject, compared, name) || /\|\|\s*true\b/.test(subject)) return 'empty';
  if (isNot && name !== 'toHaveBeenCalled' && name !== 'toContain' && name !== 'include') return 'vague';
  // What has the right type may have any value of it.
  if (vagueMatchers.test(name) || vagueArgument.test(argument) || /^typeof\b|\binstanceof\b/.test(subject)) return 'vague';
  if (partialMatchers.test(name)) return 'partial';
  // Whatever is thrown.
  return /^toThrow(?:Error)?$/.test(name) && compared === '' ? 'partial' : 'exact';
}

function assertStrength(called: string, [subject = '', compared = '']: readonly string[]): AssertionStrength {
  const name = /(\w+)\s*\($/.exec(called)?.[1] ?? '';
  const isAlone = /^(?:assert|ok|true|truthy|isOk|isTrue)$/.test(name);
  if (isAlone && (/^(?:true|1|!0|!false)$/.test(subject) || /\|\|true$/.test(subject))) return 'empty';
  if (!isAlone && !/^(?:throws|rejects|match|doesNot\w+|not\w*)$/.test(name) && subject !== '' && subject === compared) return 'empty';
  if (isAlone) return comparison(subject);
  if (vagueMatchers.test(name) || /^typeof\b|\binstanceof\b/.test(subject)) return 'vague';
  return partialMatchers.test(name) ? 'partial' : 'exact';
}

const isLiteral = /^(?:true|false|null|undefined|None|True|False|-?\d[\w.]*|'[^']*'|\[\]|\{\})$/;

function isTrivial(subject: string, compared: string, name: string): boolean {
  if (/^(?:toBeTruthy|toBeDefined|ok|exist|true)$/.test(name)) return /^(?:true|1|!0)$/.test(subject);
  return isLiteral.test(subject) && subject === compared;
}

/** `a === 3` knows more than `a`. */
function comparison(expression: string): AssertionStrength {
  if (/===|!==|[^=!<>]==[^=]|\bis None\b|\bis (?:True|False)\b|\bnot\s|^!/.test(expression) && !/!==?|\bis not\b|!=/.test(expression)) return 'exact';
  return /[<>]|\bin\b|!=|includes|\.test\(|startswith/i.test(expression) ? 'partial' : 'vague';
}

function ofPython({ code, uncommented }: SourceFile, start: number, end: number): Assertion[] {
  return [...code.slice(start, end).matchAll(pythonAssertion)].map(({ 0: found, 1: opened = '', index }): Assertion => {
    const offset = start + index + found.length - opened.length;
    const isStatement = opened === 'assert';
    const open = start + index + found.length;
    const stop = isStatement ? statementEnd(code, open, end) : closing(code, open);
    const text = condensed(uncommented.slice(offset, stop));
    const spans = argumentSpans(code, open).map((span) => condensed(uncommented.slice(...span)));
    const expression = isStatement ? condensed(uncommented.slice(open, stop)).replace(/,'[^']*'$/, '') : '';
    const strength = isStatement ? pythonStrength(expression) : methodStrength(opened, spans);
    return { offset, text, strength, subject: isStatement ? (expression.split(/==|!=|<|>| in | is /)[0] ?? '').trim() : (spans[0] ?? ''), literals: literalsIn(isStatement ? expression.slice(expression.search(/==|!=|<|>| in | is /)) : uncommented.slice(open, stop)) };
  });
}

function pythonStrength(expression: string): AssertionStrength {
  if (/^(?:True|1|not False)$/.test(expression) || /\bor True$/.test(expression)) return 'empty';
  const [left, right] = expression.split('==');
  if (right !== undefined && left === right) return 'empty';
  if (/==|\bis None$|\bis (?:True|False)$|^not /.test(expression)) return 'exact';
  if (/\bis not None$|^isinstance\(|!=/.test(expression)) return 'vague';
  return /[<>]| in /.test(expression) ? 'partial' : 'vague';
}

function methodStrength(opened: string, [first = '', second]: readonly string[]): AssertionStrength {
  if (/assert(?:True|_)\s*\($/.test(opened) && /^(?:True|1)$/.test(first)) return 'empty';
  if (/assert(?:Equal|Equals|Is|ListEqual|DictEqual)\s*\($/.test(opened) && first === second) return 'empty';
  if (/assert(?:True|IsNotNone|NotEqual|IsInstance|False)\s*\($/.test(opened)) return 'vague';
  return /assert(?:In|NotIn|Greater\w*|Less\w*|Regex|AlmostEqual)\s*\($/.test(opened) ? 'partial' : 'exact';
}

/** A statement of Python ends with its line, unless a bracket is open or the line's end is escaped. */
function statementEnd(code: string, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const character = code.charAt(at);
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === '\n' && depth <= 0 && code.charAt(at - 1) !== '\\') return at;
  }
  return end;
}

function ofGo({ code, uncommented }: SourceFile, start: number, end: number): Assertion[] {
  return [...code.slice(start, end).matchAll(goAssertion)].map(({ 0: called, index }): Assertion => {
    const offset = start + index;
    const open = offset + called.length;
    const spans = argumentSpans(code, open).map((span) => condensed(uncommented.slice(...span)));
    const name = /(\w+)\s*\($/.exec(called)?.[1] ?? '';
    // The condition before `t.Error` is what is known; it is part of no call.
    const isFailure = called.startsWith('t.');
    const condition = isFailure ? (/\bif\b[^{}]*\{\s*$/.exec(uncommented.slice(Math.max(start, offset - 400), offset))?.[0] ?? '') : '';
    const empty = /^(?:True|NotNil)$/.test(name) && spans.includes('true');
    const strength: AssertionStrength = empty ? 'empty' : isFailure ? 'exact' : /^(?:NotNil|NotEmpty|True|NoError|NotEqual|NotZero)/.test(name) ? 'vague' : /^(?:Contains|Greater|Less|InDelta|Regexp|ElementsMatch)/.test(name) ? 'partial' : 'exact';
    return { offset, text: condensed(condition + uncommented.slice(offset, closing(code, open))), strength, subject: spans[1] ?? spans[0] ?? '', literals: literalsIn(isFailure ? condition : uncommented.slice(open, closing(code, open))) };
  });
}

function ofRust({ code, uncommented }: SourceFile, start: number, end: number): Assertion[] {
  return [...code.slice(start, end).matchAll(rustAssertion)].map(({ 0: called, index }): Assertion => {
    const offset = start + index;
    const open = offset + called.length;
    const stop = called.startsWith('#') ? open : closing(code, open);
    const spans = argumentSpans(code, open).map((span) => condensed(uncommented.slice(...span)));
    const isAlone = /^(?:debug_)?assert!/.test(called);
    const isEqual = /assert_eq!/.test(called);
    const strength: AssertionStrength = (isAlone && spans[0] === 'true') || (isEqual && spans[0] === spans[1]) ? 'empty' : isAlone ? rustStrength(spans[0] ?? '') : /assert_ne!/.test(called) ? 'vague' : 'exact';
    return { offset, text: condensed(uncommented.slice(offset, stop)), strength, subject: spans[0] ?? '', literals: literalsIn(uncommented.slice(open, stop)) };
  });
}

function rustStrength(expression: string): AssertionStrength {
  if (/\|\|true$/.test(expression)) return 'empty';
  if (/==/.test(expression)) return 'exact';
  return /[<>]|\.contains\(|matches!/.test(expression) ? 'partial' : 'vague';
}

/** Numbers and strings that are written out, each as often as it is. */
export function literalsIn(text: string): readonly string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<![\w$.])\d[\w.]*|\b(?:true|false|null|None|True|False|nil)\b/g)].map(([found]) => condensed(found));
}
