import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { maxFailureText, type FindInTree, type TestPlace } from './testReport';

const maxLines = 8;
const maxLength = 1000;
const maxLineLength = 500;

/** Text of a tool without colours and other control characters. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.slice(0, maxFailureText))
    .replaceAll('\r\n', '\n')
    .replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}

/** What failed, in a few lines: what stands before the stack. */
export function firstLines(text: string): string {
  const lines = plainText(text).trim().split('\n');
  const stack = lines.findIndex((line) => /^\s+at .*[:(]/.test(line));
  const told = (stack > 0 ? lines.slice(0, stack) : lines).slice(0, maxLines).map((line) => line.trimEnd().slice(0, maxLineLength));
  return told.join('\n').trim().slice(0, maxLength);
}

/** Finds files among those of a tree that is laid out in one of these folders (one folder may have several names, by links). */
export function findInTree(files: Iterable<string>, folders: readonly string[]): FindInTree {
  const known = new Set(files);
  return (named) => {
    const file = named.startsWith('file://') ? fromUrl(named) : named;
    if (file === undefined) return undefined;
    const candidates = path.isAbsolute(file) ? folders.map((folder) => path.relative(folder, file)) : [path.normalize(file)];
    return candidates.map((candidate) => candidate.replaceAll('\\', '/')).find((candidate) => known.has(candidate));
  };
}

function fromUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}

export interface PlaceSearch {
  readonly find: FindInTree;
  /** Its own lines are better than those of what it called. */
  readonly testFile?: string | undefined;
  /** Which end of a stack is the place where it failed. Default `first`. */
  readonly innermost?: 'first' | 'last';
}

/** The place in the tree where something failed, by the stack or the message of its failure. */
export function placeOf(text: string, { find, testFile, innermost = 'first' }: PlaceSearch): TestPlace | undefined {
  const places = plainText(text).split('\n').flatMap((line) => placesOfLine(line.slice(0, maxLineLength), find));
  if (innermost === 'last') places.reverse();
  return places.find(({ file }) => file === testFile) ?? places[0];
}

/** `at name (file:line:column)`, where the file may have spaces; else any `file:line` or `file:line:column` in the line. */
function placesOfLine(line: string, find: FindInTree): TestPlace[] {
  const frame = /^\s*at (?:[^(]*\()?(?:async )?(.+?):(\d+):(\d+)\)?$/.exec(line);
  const named = frame ? [frame] : [...line.matchAll(/((?:[A-Za-z]:)?[^\s:'"()[\]<>|,]+):(\d+)(?::(\d+))?/g)];
  return named.flatMap(([, name = '', lineNumber, column]) => {
    const file = find(name);
    return file === undefined || Number(lineNumber) < 1 ? [] : [{ file, line: Number(lineNumber), ...(Number(column) > 0 && { column: Number(column) }) }];
  });
}
