import { isTestFile, type ChangedSource, type SourceFile } from '../changes/changedSources';
import { definedNames } from './definedNames';
import { testCases, type SourceCase } from './testCases';

/** A test on both sides of a change. */
export interface CasePair {
  readonly base: SourceCase;
  readonly head: SourceCase;
}

export interface ComparedCases {
  readonly pairs: readonly CasePair[];
  /** At the base alone. */
  readonly gone: readonly SourceCase[];
  /** At the head alone. */
  readonly added: readonly SourceCase[];
  /** Names that the code under test defined, and defines no more: who tests them has nothing left to test. */
  readonly removedNames: ReadonlySet<string>;
}

const alike = 0.6;
/** Shorter bodies are alike by chance. */
const fewestWords = 4;
/** More comparisons of whole bodies take longer than anybody waits. */
const mostCompared = 20_000;

/** Finds each test of the base in the head: by its name, by its body under another name or in another file, by most of its words. */
export function compareCases(sources: readonly ChangedSource[]): ComparedCases {
  const pairs: CasePair[] = [];
  let gone: SourceCase[] = [];
  let added: SourceCase[] = [];
  const pair = (base: SourceCase, head: SourceCase): void => void pairs.push({ base, head });
  for (const { base, head } of sources) {
    const [before, after] = [casesOf(base), casesOf(head)];
    const left = matched(before, after, (one, other) => samePath(one, other) && one.body === other.body, pair);
    const rest = matched(left.gone, left.added, samePath, pair);
    gone.push(...rest.gone);
    added.push(...rest.added);
  }
  const steps: readonly ((one: SourceCase, other: SourceCase) => boolean)[] = [
    (one, other) => one.body === other.body && one.title === other.title,
    (one, other) => one.body === other.body,
    (one, other) => one.title === other.title,
    (one, other) => one.source.file === other.source.file && isAlike(one.title, other.title),
    (one, other) => one.source.language === other.source.language && isAlike(one.body, other.body),
  ];
  for (const [index, step] of steps.entries()) {
    if (index === steps.length - 1 && gone.length * added.length > mostCompared) break;
    ({ gone, added } = matched(gone, added, step, pair));
  }
  return { pairs, gone, added, removedNames: removedNames(sources) };
}

/** Whether a file is looked at for tests: by its name, or by what it imports; Rust has them beside the code. */
function casesOf(source: SourceFile | undefined): readonly SourceCase[] {
  if (!source) return [];
  return isTestFile(source.file) || source.language === 'rust' || /\bnode:test\b|import\.meta\.vitest|['"]vitest['"]|@jest\/globals|\bimport unittest\b|\bimport pytest\b/.test(source.text) ? testCases(source) : [];
}

function samePath(one: SourceCase, other: SourceCase): boolean {
  return one.path.length === other.path.length && one.path.every((name, index) => name === other.path[index]);
}

/** Pairs what fits, each with the first that is left. */
function matched(before: readonly SourceCase[], after: readonly SourceCase[], fits: (one: SourceCase, other: SourceCase) => boolean, pair: (base: SourceCase, head: SourceCase) => void): { readonly gone: SourceCase[]; readonly added: SourceCase[] } {
  const added = [...after];
  const gone: SourceCase[] = [];
  for (const base of before) {
    const index = added.findIndex((head) => fits(base, head));
    const head = added[index];
    if (head) {
      added.splice(index, 1);
      pair(base, head);
    } else gone.push(base);
  }
  return { gone, added };
}

/** Dice's coefficient of their words (Dice 1945). */
function isAlike(one: string, other: string): boolean {
  const [first, second] = [wordsOf(one), wordsOf(other)];
  if (first.length < fewestWords || second.length < fewestWords) return false;
  const counts = new Map<string, number>();
  for (const word of first) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of second) {
    const left = counts.get(word) ?? 0;
    if (left > 0) shared++;
    counts.set(word, left - 1);
  }
  return (2 * shared) / (first.length + second.length) >= alike;
}

export function wordsOf(text: string): readonly string[] {
  return text.match(/[\w$]+/g) ?? [];
}

function removedNames(sources: readonly ChangedSource[]): ReadonlySet<string> {
  const code = sources.filter(({ isTest }) => !isTest);
  const now = new Set(code.flatMap(({ head }) => [...definedNames(head)]));
  return new Set(code.flatMap(({ base }) => [...definedNames(base)]).filter((name) => !now.has(name)));
}

