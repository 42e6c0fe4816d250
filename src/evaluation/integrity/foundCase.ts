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

/** Where the bracket that is open before `start` is closed; the end of the code where it is not. */
export function closing(code: string, start: number): number {
  let depth = 1;
  const bracket = /[()[\]{}]/g;
  bracket.lastIndex = start;
  for (let match = bracket.exec(code); match; match = bracket.exec(code)) {
    depth += '([{'.includes(match[0]) ? 1 : -1;
    if (depth === 0) return match.index;
  }
  return code.length;
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
