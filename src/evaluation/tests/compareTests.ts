import type { TreeFiles } from '../evaluationInput';
import type { TestRecord } from '../evaluator';
import { testBody } from './testBody';
import { statusById, testName } from './testReport';

export interface TestComparison {
  /** Passed at the base, and are not there any more, or skipped. */
  readonly lost: readonly TestRecord[];
  /** Ids of tests that failed at the base already. */
  readonly failedBefore: ReadonlySet<string>;
  /** Did not pass at the base, and do now; new tests are not among them. */
  readonly newlyPassed: number;
  readonly renamed: number;
}

/**
 * What became of the tests of the base: PASS_TO_PASS and FAIL_TO_PASS of SWE-bench (Jimenez et al. 2024, section 2.1), where a test that was
 * only given another name in its file counts as the same one.
 */
export async function compareTests(base: { readonly tree: TreeFiles; readonly tests: readonly TestRecord[] }, head: { readonly tree: TreeFiles; readonly tests: readonly TestRecord[] }): Promise<TestComparison> {
  const [before, after] = [statusById(base.tests), statusById(head.tests)];
  const gone = [...before].filter(([id, { status }]) => status === 'passed' && !after.has(id)).map(([, test]) => test);
  const added = [...after].filter(([id, { status }]) => status !== 'skipped' && !before.has(id)).map(([, test]) => test);
  const renamed = await renamedTests({ tree: base.tree, tests: gone }, { tree: head.tree, tests: added });
  const skipped = [...before].filter(([id, { status }]) => status === 'passed' && after.get(id)?.status === 'skipped').map(([, test]) => test);
  return {
    lost: [...gone.filter((test) => !renamed.has(test)), ...skipped],
    failedBefore: new Set([...before].filter(([, { status }]) => status === 'failed').map(([id]) => id)),
    newlyPassed: [...before].filter(([id, { status }]) => status !== 'passed' && after.get(id)?.status === 'passed').length,
    renamed: renamed.size,
  };
}

/** Tests that are gone and have a new one with the same body in the same file, each new one standing for one. */
async function renamedTests(gone: { readonly tree: TreeFiles; readonly tests: readonly TestRecord[] }, added: { readonly tree: TreeFiles; readonly tests: readonly TestRecord[] }): Promise<Set<TestRecord>> {
  const renamed = new Set<TestRecord>();
  const taken = new Set<TestRecord>();
  const sources = new Map<string, Promise<string | undefined>>();
  const bodyOf = async (tree: TreeFiles, { file, path }: TestRecord): Promise<string | undefined> => {
    const title = path.at(-1);
    if (file === undefined || title === undefined) return undefined;
    const key = `${tree.treeHash}:${file}`;
    const reading = sources.get(key) ?? tree.read(file).then((content) => content?.toString('utf8'));
    sources.set(key, reading);
    const source = await reading;
    return source === undefined ? undefined : testBody(source, file, title);
  };
  for (const test of gone.tests) {
    const body = await bodyOf(gone.tree, test);
    if (body === undefined) continue;
    for (const candidate of added.tests.filter((other) => other.file === test.file && !taken.has(other))) {
      if ((await bodyOf(added.tree, candidate)) !== body) continue;
      renamed.add(test);
      taken.add(candidate);
      break;
    }
  }
  return renamed;
}

/** Whether a name that a person wrote means a test: its whole name, with or without the file, or its own title. */
export function isNamed(test: TestRecord, name: string): boolean {
  const whole = testName(test);
  const plain = test.path.join(' ');
  return [whole, plain, test.path.at(-1), ...(test.file === undefined ? [] : [`${test.file} ${plain}`, `${test.file}::${test.path.join('::')}`, `${test.file} › ${whole}`])].includes(name);
}
