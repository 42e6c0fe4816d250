import type { TestRecord } from '../evaluator';

export interface TestPlace {
  /** Relative to the tree. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** One test as a report tells it. */
export interface TestCase extends TestRecord {
  /** Why it failed, as the tool wrote it, without colours; bounded. */
  readonly message?: string;
  readonly place?: TestPlace;
}

/** What a tool's report says, or why it cannot be believed. */
export type ParsedReport =
  | {
      readonly tests: readonly TestCase[];
      /** Failures that the report counts, where it counts them besides naming them. */
      readonly declaredFailures?: number;
    }
  | { readonly problem: string };

/** Most tests of one report; more is no report of a project's tests. */
export const maxTests = 200_000;
/** Longest text of one failure that is looked at, in characters. */
export const maxFailureText = 20_000;

/** Finds a file that a tool names (absolute, as a URL, or relative to the tree) among those of the tree. */
export type FindInTree = (file: string) => string | undefined;

const nameSeparator = ' › ';

export function testName({ file, path }: TestRecord): string {
  return path.length === 0 ? (file ?? 'the tests') : path.join(nameSeparator);
}

/** The same for the same test on both sides of a change. */
export function testId(test: TestRecord): string {
  return JSON.stringify([test.file ?? '', ...test.path]);
}

export function recordOf({ file, path, status }: TestRecord): TestRecord {
  return { ...(file !== undefined && { file }), path, status };
}

/** What became of each test; where a name is used more than once (in several browsers, by a loop) the worst counts. */
export function statusById(tests: readonly TestRecord[]): Map<string, TestRecord> {
  const rank = { passed: 0, skipped: 1, failed: 2 } as const;
  const byId = new Map<string, TestRecord>();
  for (const test of tests) {
    const id = testId(test);
    const known = byId.get(id);
    if (!known || rank[test.status] > rank[known.status]) byId.set(id, test);
  }
  return byId;
}
