import type { SourceFile } from '../changes/changedSources';
import { closing, type FoundCase, type MarkedAt, type TestMark } from './foundCase';

type MarkPattern = readonly [mark: TestMark, pattern: RegExp];

const pythonDefinition = /^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)/gm;
const pythonDecorators: readonly MarkPattern[] = [
  ['conditional', /@(?:pytest\.mark\.skipif|unittest\.skipIf|unittest\.skipUnless|skipIf|skipUnless)\b/],
  ['skipped', /@(?:pytest\.mark\.skip|unittest\.skip|skip)\b/],
  ['expected-to-fail', /@(?:pytest\.mark\.xfail|unittest\.expectedFailure|expectedFailure)\b/],
];
const pythonSkip = /\b(?:pytest\.(?:skip|xfail)|self\.skipTest)\s*\(|\braise\s+(?:unittest\.)?SkipTest\b/g;
const wholeModule = /^pytestmark\s*=[^\n]*?\.(skipif|skip|xfail)\b/m;

/** Functions and methods named `test…`, as pytest and unittest find them. */
export function pythonCases({ code, text }: SourceFile): FoundCase[] {
  const module = wholeModule.exec(code);
  const ofModule: MarkedAt[] = module ? [{ mark: module[1] === 'skipif' ? 'conditional' : module[1] === 'xfail' ? 'expected-to-fail' : 'skipped', offset: module.index }] : [];
  const around: { readonly name: string; readonly indent: number; readonly marks: readonly MarkedAt[] }[] = [];
  const cases: FoundCase[] = [];
  for (const match of code.matchAll(pythonDefinition)) {
    const [whole, space = '', kind, name = ''] = match;
    const indent = space.length;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    const own = decoratorsBefore(code, match.index);
    if (kind === 'class') {
      around.push({ name, indent, marks: own });
      continue;
    }
    if (!/^test/.test(name)) continue;
    const start = match.index + whole.length;
    const end = indentedEnd(code, start, indent);
    const inBody = [...code.slice(start, end).matchAll(pythonSkip)].map(({ index }): MarkedAt => ({ mark: isBelowIf(text, start + index) ? 'conditional' : 'skipped', offset: start + index }));
    cases.push({ path: [...around.map((outer) => outer.name), name], offset: match.index + indent, start, end, marks: [...ofModule, ...around.flatMap(({ marks }) => marks), ...own, ...inBody] });
  }
  return cases;
}

function decoratorsBefore(code: string, index: number): MarkedAt[] {
  const block = /(?:^[ \t]*@[^\n]*\n(?:^(?![ \t]*(?:@|def\b|class\b|async\b))[ \t]*[^\n]*[)\],][ \t]*\n)*)+$/m.exec(code.slice(Math.max(0, index - 2000), index));
  if (!block) return [];
  const from = index - block[0].length;
  return pythonDecorators.flatMap(([mark, pattern]) => {
    const found = pattern.exec(block[0]);
    return found ? [{ mark, offset: from + found.index }] : [];
  });
}

function isBelowIf(text: string, offset: number): boolean {
  const lines = text.slice(0, offset).split('\n');
  const indent = /^[ \t]*/.exec(lines.at(-1) ?? '')?.[0].length ?? 0;
  const above = lines.slice(0, -1).findLast((line) => line.trim() !== '' && (/^[ \t]*/.exec(line)?.[0].length ?? 0) < indent);
  return /^\s*(?:if|elif|else|except)\b(?!\s+(?:True|1)\s*:)/.test(above ?? '');
}

function indentedEnd(code: string, start: number, indent: number): number {
  const next = new RegExp(String.raw`^[ \t]{0,${indent}}(?=[^\s)\]}])`, 'gm');
  next.lastIndex = code.indexOf('\n', start) < 0 ? code.length : code.indexOf('\n', start) + 1;
  return next.exec(code)?.index ?? code.length;
}

const goFunction = /^func\s+((?:Test|Fuzz|Example)\w*)\s*\(/gm;
const goRun = /\b\w+\.Run\s*\(\s*(")/g;
const goSkip = /\b[tb]\.Skip(?:f|Now)?\s*\(/g;

/** Functions of `go test`, and their named subtests. */
export function goCases({ code, text }: SourceFile): FoundCase[] {
  return [...code.matchAll(goFunction)].flatMap(({ 0: whole, 1: name = '', index }) => {
    const [start, end] = braces(code, index + whole.length);
    const marks = skipsOf(code, start, end);
    const runs = [...code.slice(start, end).matchAll(goRun)].map((run): FoundCase => {
      const quote = start + run.index + run[0].length - 1;
      const title = /^"((?:[^"\\]|\\.)*)"/.exec(text.slice(quote))?.[1] ?? '';
      const runEnd = closing(code, code.indexOf('(', start + run.index) + 1);
      return { path: [name, title], offset: start + run.index, start: quote + title.length + 2, end: runEnd, marks: marks.filter(({ offset }) => offset < start + run.index || offset < runEnd) };
    });
    const ofInner = (offset: number): boolean => runs.some((run) => offset > run.offset && offset < run.end);
    return [{ path: [name], offset: index, start, end, marks: marks.filter(({ offset }) => !ofInner(offset)) }, ...runs];
  });
}

function skipsOf(code: string, start: number, end: number): MarkedAt[] {
  return [...code.slice(start, end).matchAll(goSkip)].map(({ index }) => ({ mark: /\bif\b[^{}]*\{\s*$/.test(code.slice(start, start + index)) ? 'conditional' : 'skipped', offset: start + index }));
}

const rustTest = /#\[\s*(?:[\w:]+::)?(?:test|rstest|test_case)\b[^\]]*\]/g;

/** Functions below `#[test]` and its likes. */
export function rustCases({ code }: SourceFile): FoundCase[] {
  const cases = new Map<number, FoundCase>();
  for (const { 0: attribute, index } of code.matchAll(rustTest)) {
    const head = /^(?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(\w+)/.exec(code.slice(index + attribute.length));
    if (!head?.[1]) continue;
    const headEnd = index + attribute.length + head[0].length;
    const [start, end] = braces(code, headEnd);
    const before = /(?:#\[[^\]]*\]\s*)+$/.exec(code.slice(0, index))?.[0] ?? '';
    const from = index - before.length;
    const attributes = code.slice(from, headEnd);
    const ignored = /#\[\s*ignore\b/.exec(attributes);
    const panics = /#\[\s*should_panic\b/.exec(attributes);
    cases.set(headEnd, { path: [head[1]], offset: headEnd - head[1].length, start: panics ? from + panics.index : start, end, marks: ignored ? [{ mark: 'skipped', offset: from + ignored.index }] : [] });
  }
  return [...cases.values()];
}

function braces(code: string, from: number): readonly [start: number, end: number] {
  const open = code.indexOf('{', from);
  return open < 0 ? [code.length, code.length] : [open + 1, closing(code, open + 1)];
}
