/** How a test is kept from counting. `conditional`: only under a condition that the code names. */
export type TestMark = 'skipped' | 'exclusive' | 'expected-to-fail' | 'planned' | 'conditional';

export interface MarkedAt {
  readonly mark: TestMark;
  readonly offset: number;
}

/** A test as its source tells it, before anybody runs it. Offsets are in the source. */
export interface FoundCase {
  /** With the names of what it is in, outermost first. */
  readonly path: readonly string[];
  readonly offset: number;
  /** What it does. */
  readonly start: number;
  readonly end: number;
  /** Its own, and those of what it is in. */
  readonly marks: readonly MarkedAt[];
}

/** Longer than any test. */
const longestBody = 20_000;
/** Of a body that nobody closes: it does not parse, so what is in it matters little. */
const longestOpen = 2_000;

/** Where the bracket that is open before `start` is closed; where it is not, or far away, the end of what is looked at. */
export function closing(code: string, start: number): number {
  const end = closings(code)[start - 1] ?? 0;
  return end > 0 ? Math.min(end, start + longestBody) : Math.min(code.length, start + longestOpen);
}

let known: { readonly code: string; readonly ends: Int32Array } | undefined;

/** The closing bracket of each opening one, 0 for none. The last code is remembered: a scan asks for many brackets of one. */
function closings(code: string): Int32Array {
  if (known?.code === code) return known.ends;
  const ends = new Int32Array(code.length);
  const open: number[] = [];
  for (const { 0: bracket, index } of code.matchAll(/[()[\]{}]/g)) {
    if ('([{'.includes(bracket)) open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) ends[start] = index;
    }
  }
  known = { code, ends };
  return ends;
}

/** The same for the same code in another layout, with other quotes, with or without a last comma. */
export function condensed(code: string): string {
  return code.replaceAll(/\s+/g, ' ').replaceAll(/ ?([()[\]{}.,;:=<>+*/!?&|"'`-]) ?/g, '$1').replaceAll(/[,;](?=[)\]}])/g, '').replaceAll(/["`]/g, "'").trim();
}

/** The arguments of a call, whose bracket is open before `start`: their offsets. */
export function argumentSpans(code: string, start: number): readonly (readonly [start: number, end: number])[] {
  const end = closing(code, start);
  const spans: [number, number][] = [];
  let from = start;
  const mark = /[([{,]/g;
  mark.lastIndex = start;
  for (let match = mark.exec(code); match && match.index < end; match = mark.exec(code)) {
    if (match[0] === ',') {
      spans.push([from, match.index]);
      from = match.index + 1;
    } else mark.lastIndex = closing(code, match.index + 1) + 1;
  }
  if (code.slice(from, end).trim() !== '') spans.push([from, end]);
  return spans;
}
