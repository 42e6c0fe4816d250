import type { AmpTraceEvent } from '../../model/span';

export type EndedSpan = AmpTraceEvent & { readonly tsEnd: number };

/**
 * The ended spans of pages that are ordered by start, in the order of their end: children before their parents. Holds back only what is
 * still under way where the pages have come to, so memory grows with the depth of a session and not with its length. Tells `onOpen` how
 * many were left out of each page.
 */
export async function* inOrderOfEnd(pages: AsyncIterable<readonly AmpTraceEvent[]>, onOpen: (count: number) => void): AsyncGenerator<EndedSpan[]> {
  let held: EndedSpan[] = [];
  for await (const page of pages) {
    const ended = page.filter(hasEnded);
    onOpen(page.length - ended.length);
    held = [...held, ...ended].sort(byEnd);
    // Nothing that is still to come ends before the last start that has been seen.
    const reached = page.at(-1)?.tsStart ?? -Infinity;
    const from = held.findIndex(({ tsEnd }) => tsEnd >= reached);
    const due = from < 0 ? held.length : from;
    yield held.slice(0, due);
    held = held.slice(due);
  }
  yield held;
}

/** What is within something else ends before it, also where both end at once. */
function byEnd(a: EndedSpan, b: EndedSpan): number {
  return a.tsEnd - b.tsEnd || b.tsStart - a.tsStart || (a.id < b.id ? 1 : -1);
}

function hasEnded(span: AmpTraceEvent): span is EndedSpan {
  return span.tsEnd !== undefined;
}
