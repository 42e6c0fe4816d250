/** Lines of a text, zero-based, the last one included. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

export interface LineEdit extends Lines {
  /** Lines that stand in their place now, less one. */
  readonly addedBreaks: number;
}

/** How far lines are moved by an edit; undefined when they were edited themselves. */
export function shiftOf(lines: Lines, edit: LineEdit): number | undefined {
  if (lines.end < edit.start) return 0;
  if (lines.start > edit.end) return edit.addedBreaks - (edit.end - edit.start);
  return undefined;
}
