import type { SourceFile } from '../changes/changedSources';
import { assertionsOf, type Assertion } from './assertions';
import { condensed, type FoundCase } from './foundCase';
import { javaScriptCases } from './javaScriptCases';
import { goCases, pythonCases, rustCases } from './otherCases';

export interface SourceCase extends FoundCase {
  readonly source: SourceFile;
  readonly title: string;
  readonly body: string;
  readonly assertions: readonly Assertion[];
}

/** A file with more is no test that a person wrote. */
const mostCases = 2_000;

const scanners = { javascript: javaScriptCases, python: pythonCases, go: goCases, rust: rustCases } as const;

/** The tests in a file; none in languages that nobody here can read. */
export function testCases(source: SourceFile): readonly SourceCase[] {
  const { language } = source;
  if (language !== 'javascript' && language !== 'python' && language !== 'go' && language !== 'rust') return [];
  return scanners[language](source).slice(0, mostCases).map((found) => ({
    ...found,
    source,
    title: found.path.at(-1) ?? '',
    body: condensed(source.uncommented.slice(found.start, found.end)),
    assertions: assertionsOf(source, found.start, found.end),
  }));
}
