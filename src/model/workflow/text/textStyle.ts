import type { Node } from 'jsonc-parser';
import { present, type TextEntry, type TextValue } from './textTree';

/** How a JSON text is written. */
export interface TextStyle {
  readonly text: string;
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
  /** Behind a colon, and behind a comma on one line. */
  readonly space: string;
  /** Inside the braces of an object on one line. */
  readonly pad: string;
}

export function styleOf(text: string, root: Node | undefined): TextStyle {
  const first = root?.children?.[0];
  const [key, value] = first?.children ?? [];
  const space = key && value ? (/:\s/.test(text.slice(key.offset + key.length, value.offset)) ? ' ' : '') : ' ';
  const unit = first && root && text.slice(root.offset, first.offset).includes('\n') ? lineIndent(text, first.offset) : '';
  return { text, eol: text.includes('\r\n') ? '\r\n' : '\n', unit: unit === '' ? '  ' : unit, space, pad: /\{([ \t]?)"/.exec(text)?.[1] ?? space };
}

/** White space at the beginning of the line of a place. */
export function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

export interface WrittenPlace {
  /** Of the line that it begins on. */
  readonly indent: string;
  /** A neighbour, or what stood there: it says what is written on one line. */
  readonly sample?: Node | undefined;
  /** It stands within something that is written on one line. */
  readonly isInline: boolean;
}

/** A value as text, in the manner of its sample. */
export function written(value: TextValue, style: TextStyle, { indent, sample, isInline }: WrittenPlace): string {
  if (value.kind === 'scalar') return JSON.stringify(value.scalar);
  const [open, close] = value.kind === 'object' ? ['{', '}'] : ['[', ']'];
  const entries = present(value);
  if (entries.length === 0) return open + close;
  const alike = sample?.type === value.kind && (sample.children?.length ?? 0) > 0 ? sample : undefined;
  const onOneLine = isInline || (alike ? !style.text.slice(alike.offset, alike.offset + alike.length).includes('\n') : entries.every((entry) => typeof entry.value.scalar === 'number'));
  const inner = onOneLine ? indent : indent + style.unit;
  const parts = entries.map((entry) => writtenEntry(entry, style, { indent: inner, sample: sampleOf(alike, entry), isInline: onOneLine }));
  if (!onOneLine) return `${open}${style.eol}${inner}${parts.join(`,${style.eol}${inner}`)}${style.eol}${indent}${close}`;
  const pad = value.kind === 'object' ? style.pad : '';
  return `${open}${pad}${parts.join(`,${style.space}`)}${pad}${close}`;
}

export function writtenEntry({ key, value }: TextEntry, style: TextStyle, place: WrittenPlace): string {
  const text = written(value, style, place);
  return key === undefined ? text : `${JSON.stringify(key)}:${style.space}${text}`;
}

/** The member of that name, or any item. */
function sampleOf(container: Node | undefined, { key }: TextEntry): Node | undefined {
  if (key === undefined) return container?.children?.at(-1);
  return container?.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1];
}
