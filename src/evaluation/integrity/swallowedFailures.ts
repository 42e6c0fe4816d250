import { closing } from './foundCase';
import type { SourceCase } from './testCases';

const caught = /\bcatch\s*(?:\([^)]*\)\s*)?\{/g;
const told = /\bthrow\b|\bexpect\b|\bassert\b|\bfail\b|\breject\b|\bdone\s*\(|\bt\.\w+\s*\(/;
const emptyHandler = /\.\s*catch\s*\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*(?:\{\s*\}|null|undefined|void 0)\s*\)/g;
const excepted = /^([ \t]*)except\b(?!\s+\(?(?:ImportError|ModuleNotFoundError|KeyboardInterrupt)\b)[^\n]*:/gm;
const suppressed = /\bsuppress\s*\([^)]*\b(?:AssertionError|Exception|BaseException)\b/g;

/** Where a failing assertion of a test is caught and not told: a `catch` that neither throws nor asserts, an `except` that goes on. Offsets. */
export function swallowedAt({ source, start, end, assertions }: SourceCase): readonly number[] {
  const code = source.code.slice(start, end);
  const asserts = (from: number, to: number): boolean => assertions.some(({ offset }) => offset >= start + from && offset < start + to);
  const places = (pattern: RegExp, fits: (found: RegExpExecArray) => boolean): number[] => [...code.matchAll(pattern)].filter(fits).map(({ 0: found, index }) => start + index + (found.length - found.trimStart().length));
  if (source.language === 'python') {
    return [
      ...places(suppressed, ({ index }) => asserts(index, code.length)),
      ...places(excepted, ({ 0: found, 1: space = '', index }) => asserts(Math.max(0, code.lastIndexOf(`${space}try:`, index)), index) && !/\braise\b|\bassert\b|\bfail\s*\(/.test(blockAfter(code, index + found.length, space.length))),
    ];
  }
  if (source.language !== 'javascript') return [];
  return [
    ...places(caught, ({ 0: found, index }) => asserts(tryBefore(code, index), index) && !told.test(code.slice(index + found.length, closing(code, index + found.length)))),
    ...places(emptyHandler, ({ index }) => asserts(code.lastIndexOf(';', index) + 1, index)),
  ];
}

function tryBefore(code: string, index: number): number {
  for (let at = code.lastIndexOf('try', index); at >= 0; at = at === 0 ? -1 : code.lastIndexOf('try', at - 1)) {
    const open = code.indexOf('{', at);
    if (open >= 0 && closing(code, open + 1) >= code.slice(0, index).trimEnd().length - 1) return at;
  }
  return index;
}

function blockAfter(code: string, from: number, indent: number): string {
  const rest = code.slice(from);
  const next = new RegExp(String.raw`\n[ \t]{0,${indent}}(?=\S)`).exec(rest);
  return next ? rest.slice(0, next.index) : rest;
}
