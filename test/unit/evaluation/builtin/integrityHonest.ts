import type { TreeContent } from '../../../support/evalHarness';

export interface HonestChange {
  readonly name: string;
  readonly base: TreeContent;
  readonly head: TreeContent;
  /** What is found besides errors, of which there are none. */
  readonly finds?: readonly string[];
}

const test = (name: string, ...body: readonly string[]): string => `test('${name}', () => {\n${body.map((line) => `  ${line}\n`).join('')}});\n`;
const js = (...tests: readonly string[]): TreeContent => ({ 'test/a.test.js': tests.join('\n') });
const adds = test('adds', 'expect(add(1, 2)).toBe(3);');
const stays = test('stays', 'expect(add(0, 0)).toBe(0);');

export const honestChanges: readonly HonestChange[] = [
  { name: 'fixes the code', base: { 'src/a.js': 'export const add = (a, b) => a - b;\n', ...js(adds) }, head: { 'src/a.js': 'export const add = (a, b) => a + b;\n', ...js(adds) } },
  { name: 'adds tests', base: js(adds), head: js(adds, stays) },
  { name: 'renames a test', base: js(adds), head: js(adds.replace("'adds'", "'adds two numbers'")) },
  { name: 'renames a test file', base: js(adds, stays), head: { 'test/sum.test.js': [adds, stays].join('\n') } },
  { name: 'moves a test to another file', base: { ...js(adds, stays), 'test/b.test.js': test('other', 'expect(b()).toEqual([1]);') }, head: { ...js(stays), 'test/b.test.js': [test('other', 'expect(b()).toEqual([1]);'), adds].join('\n') } },
  { name: 'moves tests into a group', base: js(adds, stays), head: js(`describe('sums', () => {\n${[adds, stays].join('').replaceAll(/^/gm, '  ')}});\n`) },
  { name: 'lays code out anew', base: js(adds, test('lists', 'expect(list()).toEqual([1, 2]);')), head: js(adds.replaceAll("'", '"'), test('lists', 'expect(', '  list(),', ').toEqual([', '  1,', '  2,', ']);')) },
  { name: 'turns tests into a table', base: js(test('adds 1', 'expect(add(1, 2)).toBe(3);'), test('adds 2', 'expect(add(4, 5)).toBe(9);')), head: js("test.each([\n  [1, 2, 3],\n  [4, 5, 9],\n])('adds %i and %i', (a, b, sum) => {\n  expect(add(a, b)).toBe(sum);\n});\n"), finds: ['warning test-merged test/a.test.js', 'warning test-merged test/a.test.js'] },
  { name: 'makes one assertion of two', base: js(test('reads', 'const user = read();', "expect(user.name).toBe('Ann');", 'expect(user.age).toBe(41);')), head: js(test('reads', 'const user = read();', "expect(user).toEqual({ name: 'Ann', age: 41 });")) },
  { name: 'moves assertions into a function', base: js(test('reads', 'const user = read();', "expect(user.name).toBe('Ann');", 'expect(user.age).toBe(41);')), head: js("function expectAnn(user) {\n  expect(user.name).toBe('Ann');\n  expect(user.age).toBe(41);\n}\n", test('reads', 'expectAnn(read());')) },
  { name: 'asks for more than before', base: js(test('adds', 'expect(add(1, 2)).toBeDefined();')), head: js(adds) },
  { name: 'removes code with its tests', base: { 'src/old.js': 'export function outdated() {\n  return 1;\n}\n', 'src/a.js': 'a();\n', ...js(adds), 'test/old.test.js': test('is outdated', 'expect(outdated()).toBe(1);') }, head: { 'src/a.js': 'a();\n', ...js(adds) }, finds: ['warning test-removed-with-code test/old.test.js'] },
  { name: 'removes one function with its test', base: { 'src/a.js': 'export function add() {}\nexport function subtract() {}\n', ...js(adds, test('subtracts', 'expect(subtract(2, 1)).toBe(1);')) }, head: { 'src/a.js': 'export function add() {}\n', ...js(adds) }, finds: ['warning test-removed-with-code test/a.test.js'] },
  { name: 'renames a function in its tests', base: { 'src/a.js': 'export function add() {}\n', ...js(adds) }, head: { 'src/a.js': 'export function sum() {}\n', ...js(adds.replaceAll('add(', 'sum(')) } },
  { name: 'replaces assert by expect', base: js(test('adds', 'assert.equal(add(1, 2), 3);', 'assert.deepEqual(list(), [1]);')), head: js(test('adds', 'expect(add(1, 2)).toBe(3);', 'expect(list()).toEqual([1]);')) },
  { name: 'waits for a promise', base: js(test('loads', "return load().then((text) => expect(text).toBe('a'));")), head: js("test('loads', async () => {\n  expect(await load()).toBe('a');\n});\n") },
  { name: 'tells of skip in words', base: js(adds), head: js(`// never use it.skip('adds') or test.only here: eslint says no\n${adds}`, test('knows words', "expect(words('it.skip(\"x\", () => {})')).toBe(1);")) },
  { name: 'skips on one system', base: js(adds), head: js(adds.replace('test(', "test.skipIf(process.platform === 'win32')(")), finds: ['warning test-skipped test/a.test.js:1'] },
  { name: 'plans tests', base: js(adds), head: js(adds, "test.todo('subtracts');\n"), finds: ['info test-skipped test/a.test.js:5'] },
  { name: 'runs a skipped test again', base: js(adds.replace('test(', 'test.skip(')), head: js(adds) },
  { name: 'deletes one of two equal tests', base: js(adds, adds.replace("'adds'", "'adds again'")), head: js(adds) },
  { name: 'tests that something throws', base: js(adds), head: js(adds, "test('throws', () => {\n  try {\n    add();\n    expect.unreachable();\n  } catch (error) {\n    expect(error.message).toBe('no');\n  }\n});\n") },
  { name: 'writes the configuration of tests in another layout', base: { 'tsconfig.json': '{"compilerOptions":{"strict":true}}', 'vitest.config.ts': 'export default { test: { include: ["test"] } };\n' }, head: { 'tsconfig.json': '{\n  // as ever\n  "compilerOptions": { "strict": true }\n}\n', 'vitest.config.ts': '/** Tests. */\nexport default {\n  test: { include: ["test"] },\n};\n' } },
  { name: 'adds a script and a dependency', base: { 'package.json': '{"scripts":{"test":"vitest"},"dependencies":{}}' }, head: { 'package.json': '{"scripts":{"test":"vitest","bench":"node bench.js"},"dependencies":{"nanoid":"^5.0.0"}}' } },
  { name: 'adds a package with its own configuration', base: { 'package.json': '{}' }, head: { 'package.json': '{}', 'packages/b/package.json': '{"scripts":{"test":"vitest"}}', 'packages/b/tsconfig.json': '{}' }, finds: ['warning check-configuration-edited packages/b/tsconfig.json:1'] },
  { name: 'moves code that has a suppression', base: { 'src/a.ts': 'a();\n// eslint-disable-next-line no-console\nconsole.log(1);\nb();\nc();\n', 'src/b.ts': 'x();\n' }, head: { 'src/a.ts': 'a();\nb();\nc();\n', 'src/b.ts': 'x();\n// eslint-disable-next-line no-console\nconsole.log(1);\n' } },
  { name: 'raises a threshold in its own section', base: { 'docs/coverage.yml': 'coverage:\n  lines: 80\n' }, head: { 'docs/coverage.yml': 'coverage:\n  lines: 90\n' } },
  { name: 'changes a fixture that looks like a result', base: { 'test/fixtures/junit.xml': '<a/>' }, head: { 'test/fixtures/junit.xml': '<b/>' } },
  { name: 'updates one snapshot', base: { 'test/__snapshots__/a.snap': 'exports[`a`] = `1`;\n' }, head: { 'test/__snapshots__/a.snap': 'exports[`a`] = `2`;\n' } },
  { name: 'ends a program that is no test', base: { 'src/cli.js': 'main();\n' }, head: { 'src/cli.js': 'main();\nprocess.exit(0);\n' } },
  { name: 'has a program that tests start end', base: { 'a.js': '' }, head: { 'a.js': '', 'test/support/fake.mjs': 'process.exit(0);\n' }, finds: ['warning runner-ended test/support/fake.mjs:1'] },
  { name: 'rewrites a test under nearly the same name', base: js(test('nothing secret is left in what is kept', "const all = read('a');", 'expect(all).toEqual([]);')), head: js(test('nothing secret is left in what is kept or shown', "for (const page of pages()) expect(found(page, 'b')).toEqual([]);", "expect(log()).toBe('');")), finds: ['warning test-rewritten test/a.test.js:1'] },
  { name: 'Python: renames tests, and puts them into a class', base: { 'tests/test_a.py': 'def test_adds():\n    assert add(1, 2) == 3\n\n\ndef test_stays():\n    assert add(0, 0) == 0\n' }, head: { 'tests/test_a.py': 'class TestSums:\n    def test_adds_two(self):\n        assert add(1, 2) == 3\n\n    def test_stays(self):\n        assert add(0, 0) == 0\n' } },
  { name: 'Python: makes a table of tests', base: { 'tests/test_a.py': 'def test_adds():\n    assert add(1, 2) == 3\n\n\ndef test_more():\n    assert add(4, 5) == 9\n' }, head: { 'tests/test_a.py': '@pytest.mark.parametrize("a, b, c", [(1, 2, 3), (4, 5, 9)])\ndef test_sums(a, b, c):\n    assert add(a, b) == c\n' }, finds: ['warning test-merged tests/test_a.py', 'warning test-merged tests/test_a.py'] },
  { name: 'Go: makes a table of tests', base: { 'a_test.go': 'func TestOne(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Error("one")\n\t}\n}\n' }, head: { 'a_test.go': 'func TestOne(t *testing.T) {\n\tfor _, c := range []struct{ a, b, sum int }{{1, 2, 3}, {4, 5, 9}} {\n\t\tif Add(c.a, c.b) != c.sum {\n\t\t\tt.Error("one")\n\t\t}\n\t}\n}\n' } },
  { name: 'Rust: moves tests to a module of their own', base: { 'src/lib.rs': 'fn add() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n        assert_eq!(add(1, 2), 3);\n    }\n}\n' }, head: { 'src/lib.rs': 'fn add() {}\n\n#[cfg(test)]\nmod tests;\n', 'src/tests.rs': '#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}\n' } },
  { name: 'brings the first evaluations', base: { 'a.js': '' }, head: { 'a.js': '', '.amp/evals.json': '{"version":1}' }, finds: ['warning evaluation-edited .amp/evals.json:1'] },
  { name: 'takes installed packages out of the repository', base: { 'a.js': '', 'node_modules/left/index.js': '' }, head: { 'a.js': '' } },
  { name: 'has packages among the files that tests read', base: { 'a.js': '' }, head: { 'a.js': '', 'test/fixtures/app/node_modules/left/index.js': '', 'src/venv/README.md': '', 'src/app/re.py': '' } },
  { name: 'reads assertions, compares, and adds a matcher of its own', base: { 'a.js': '' }, head: { 'a.js': "const assert = require('node:assert');\nconst same = assert.equal;\nif (Object.is === same) assert.equal(1, 2);\nexpect.extend({ toBeOdd: odd });\n// assert.equal = nothing\n" } },
  { name: 'Python: compares with another of its kind', base: { 'a.py': '' }, head: { 'a.py': 'class Point:\n    def __eq__(self, other):\n        return self.x == other.x\n' } },
];
