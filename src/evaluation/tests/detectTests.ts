import { asObject, parseObject } from '../../base/jsonShape';
import type { TreeFiles } from '../evaluationInput';
import type { TestFramework } from './testOptions';
import { packageScripts, planOfScript, testScript, type ScriptPlan } from './testScript';

/** How a project's tests are run. */
export type TestPlan = Omit<ScriptPlan, 'framework'> & { readonly framework: TestFramework };

const pytestSections: readonly (readonly [file: string, section: RegExp])[] = [
  ['pytest.ini', /^/],
  ['pyproject.toml', /^\[tool\.pytest/m],
  ['setup.cfg', /^\[tool:pytest\]/m],
  ['tox.ini', /^\[pytest\]/m],
];

export function planFor(framework: TestFramework): TestPlan {
  return { framework, args: [], nodeArgs: [], env: {}, before: [] };
}

/**
 * The tests that a tree says it has: by its `test` script first, then by what it depends on, then by its files. To be asked of the base of a
 * change where that has tests, so that an edited script cannot choose what is run. Undefined: it has none.
 */
export async function detectTests(tree: TreeFiles): Promise<TestPlan | undefined> {
  const manifest = (await tree.read('package.json'))?.toString('utf8');
  const scripts = packageScripts(manifest);
  const planned = testScript(scripts) === undefined || !scripts ? undefined : planOfScript(scripts);
  if (planned) return planned;
  const files = await tree.list();
  const byDependency = testScript(scripts) === undefined ? dependedFramework(manifest) : undefined;
  if (byDependency) return planFor(byDependency);
  if (await usesPytest(tree, files)) return planFor('pytest');
  if (files.includes('go.mod') && files.some((file) => file.endsWith('_test.go'))) return planFor('go');
  if (files.includes('Cargo.toml')) return planFor('cargo');
  return testScript(scripts) === undefined ? undefined : planFor('script');
}

/** The plan that counts for a change: the base decides, unless it has no tests. */
export async function detectForChange(base: TreeFiles, head: TreeFiles): Promise<TestPlan | undefined> {
  return (await detectTests(base)) ?? (await detectTests(head));
}

function dependedFramework(manifest: string | undefined): 'vitest' | 'jest' | 'mocha' | undefined {
  const parsed = manifest === undefined ? undefined : parseObject(manifest);
  const names = new Set(['dependencies', 'devDependencies'].flatMap((key) => Object.keys(asObject(parsed?.[key]) ?? {})));
  return (['vitest', 'jest', 'mocha'] as const).find((name) => names.has(name));
}

async function usesPytest(tree: TreeFiles, files: readonly string[]): Promise<boolean> {
  const sections = await Promise.all(pytestSections.map(async ([file, section]) => section.test((await tree.read(file))?.toString('utf8') ?? '\0') && files.includes(file)));
  return sections.includes(true) || files.some((file) => /(^|\/)(conftest\.py|test_[^/]*\.py|[^/]*_test\.py)$/.test(file));
}
