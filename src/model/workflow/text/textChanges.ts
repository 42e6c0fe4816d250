import type { Node } from 'jsonc-parser';
import { gapWith, joinedGaps } from './textGaps';
import { lineIndent, styleOf, written, writtenEntry, type TextStyle } from './textStyle';
import { entriesOf, type TextEntry, type TextValue } from './textTree';

/** Replaces `length` UTF-16 units from `offset` on. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** What has to be changed in a text so that it says what its tree says now: in the order of the text, none touching another one's range. */
export function textChanges(text: string, root: TextValue): TextEdit[] {
  const style = styleOf(text, root.origin);
  return changesOf(root, style, true).flatMap((edit) => trimmed(edit, text));
}

function changesOf(value: TextValue, style: TextStyle, parentIsMultiLine: boolean): TextEdit[] {
  const { origin, entries } = value;
  // Nobody has looked into it.
  if (!origin || !entries) return [];
  const { text } = style;
  const old = entries.filter((entry) => entry.origin);
  const added = entries.filter((entry) => !entry.origin);
  const first = old[0]?.origin;
  const isMultiLine = first ? text.slice(origin.offset, first.offset).includes('\n') : parentIsMultiLine;
  const edits: TextEdit[] = [];
  // Each run of removed entries is one gap with those on its two sides; the last gap takes what is added.
  let [gaps, start, from, before]: [string[], number, number, boolean] = [[], origin.offset + 1, origin.offset + 1, false];
  for (const entry of old) {
    const node = entry.origin;
    if (!node) continue;
    gaps.push(text.slice(from, node.offset));
    from = endOf(node);
    if (entry.removed === true) continue;
    if (gaps.length > 1) edits.push({ offset: start, length: node.offset - start, content: joinedGaps(gaps, { before, behind: true }) });
    edits.push(...changesOfEntry(entry, node, style, isMultiLine));
    [gaps, start, before] = [[], from, true];
  }
  const close = origin.offset + origin.length - 1;
  gaps.push(text.slice(from, close));
  const left = gaps.length > 1 ? joinedGaps(gaps, { before, behind: false }) : text.slice(start, close);
  const content = added.length === 0 ? left : gapWith(left, addedTexts(value, origin, added, { style, isMultiLine, before, first }));
  edits.push({ offset: start, length: close - start, content });
  return edits;
}

function changesOfEntry({ value }: TextEntry, origin: Node, style: TextStyle, isMultiLine: boolean): TextEdit[] {
  if (value.origin) return changesOf(value, style, isMultiLine);
  const node = origin.type === 'property' ? (origin.children?.[1] ?? origin) : origin;
  return [{ offset: node.offset, length: node.length, content: written(value, style, { indent: lineIndent(style.text, node.offset), sample: node, isInline: !isMultiLine }) }];
}

interface AddedPlace {
  readonly style: TextStyle;
  readonly isMultiLine: boolean;
  readonly before: boolean;
  readonly first: Node | undefined;
}

function addedTexts(value: TextValue, origin: Node, added: readonly TextEntry[], { style, isMultiLine, before, first }: AddedPlace): Parameters<typeof gapWith>[1] {
  const outer = lineIndent(style.text, origin.offset);
  const indent = isMultiLine ? (first ? lineIndent(style.text, first.offset) : outer + style.unit) : outer;
  // Items look like those beside them; members of an object have nobody to take after.
  const sample = origin.type === 'array' ? entriesOf(value).findLast((entry) => entry.origin)?.origin : undefined;
  return {
    texts: added.map((entry) => writtenEntry(entry, style, { indent, sample, isInline: !isMultiLine })),
    separator: isMultiLine ? style.eol + indent : style.space,
    end: isMultiLine ? style.eol + outer : origin.type === 'object' ? style.pad : '',
    before,
    eol: style.eol,
  };
}

function endOf(node: Node): number {
  const last = node.type === 'property' ? (node.children?.[1] ?? node) : node;
  return last.offset + last.length;
}

/** The part of an edit that changes something; none when nothing does. */
function trimmed({ offset, length, content }: TextEdit, text: string): TextEdit[] {
  const old = text.slice(offset, offset + length);
  if (old === content) return [];
  const most = Math.min(old.length, content.length);
  let head = 0;
  while (head < most && old.charCodeAt(head) === content.charCodeAt(head)) head++;
  while (head > 0 && (splits(old, head) || splits(content, head))) head--;
  let tail = 0;
  while (tail < most - head && old.charCodeAt(old.length - 1 - tail) === content.charCodeAt(content.length - 1 - tail)) tail++;
  while (tail > 0 && (splits(old, old.length - tail) || splits(content, content.length - tail))) tail--;
  return [{ offset: offset + head, length: length - head - tail, content: content.slice(head, content.length - tail) }];
}

/** An editor has no place between two halves of a character or of a line's end. */
function splits(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return (before >= 0xd800 && before < 0xdc00) || (before === 13 && text.charCodeAt(at) === 10);
}

/** The text after the edits. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  const parts: string[] = [];
  for (const { offset, length, content } of edits) {
    parts.push(text.slice(at, offset), content);
    at = offset + length;
  }
  return parts.join('') + text.slice(at);
}
