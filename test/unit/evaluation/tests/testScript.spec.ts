import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectForChange, detectTests } from '../../../../src/evaluation/tests/detectTests';
import { testBody } from '../../../../src/evaluation/tests/testBody';
import { commandsOf, planOfScript } from '../../../../src/evaluation/tests/testScript';
import { evaluationInput, type TreeContent } from '../../../support/evalHarness';

describe('the plan of a test script', () => {
  it.each<[string, object | undefined]>([
    ['vitest', { framework: 'vitest', args: [] }],
    ['vitest run --project unit --reporter=dot --coverage --coverage.reporter text', { framework: 'vitest', args: ['--project', 'unit'] }],
    ['NODE_ENV=test npx -y jest --watch --outputFile x --runInBand', { framework: 'jest', args: ['--runInBand'], env: { NODE_ENV: 'test' } }],
    ['cross-env A=1 mocha -R dot "test/**/*.js"', { framework: 'mocha', args: ['test/**/*.js'], env: { A: '1' } }],
    ['c8 --reporter lcov mocha', { framework: 'mocha', args: [] }],
    ["node --import tsx --test --test-reporter spec 'test/*.ts'", { framework: 'node', nodeArgs: ['--import', 'tsx'], args: ['test/*.ts'] }],
    ['node node_modules/mocha/bin/mocha.js spec', { framework: 'mocha', args: ['spec'] }],
    ['tsc -p . && npm run unit', { framework: 'jest', args: ['-i'], before: [['tsc', '-p', '.']] }],
    ['npm run lint && npm run loop', undefined],
    ['node test.js', undefined],
    ['echo PASS', undefined],
    ['vitest run || true', undefined],
    ['vitest run $FILES', undefined],
    ['vitest; exit 0', undefined],
    ["vitest 'half", undefined],
  ])('%s', (test, plan) => {
    const found = planOfScript({ test, unit: 'jest -i', loop: 'npm run loop' });
    if (plan === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(plan);
  });

  it('runs what npm runs before it', () => {
    expect(planOfScript({ pretest: 'npm run build', test: 'vitest' })?.before).toEqual([['npm', 'run', 'pretest']]);
  });

  it('gives words as a shell does, or nothing', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_./=:@*-]{1,12}$/);
    fc.assert(fc.property(fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }), (commands) => {
      expect(commandsOf(commands.map((words) => words.map((text, at) => (at % 2 === 0 ? text : `'${text}'`)).join(' ')).join(' && '))).toEqual(commands);
    }));
    fc.assert(fc.property(fc.string(), fc.constantFrom('|', ';', '$', '`', '>', '<', '('), (text, special) => {
      expect(commandsOf(`a ${text.replaceAll(/['"&]/g, '')} ${special} b`)).toBeUndefined();
    }));
  });
});

describe('what is detected', () => {
  it.each<[string, TreeContent, string | undefined]>([
    ['a dependency without a script', { 'package.json': '{"devDependencies":{"jest":"*"}}' }, 'jest'],
    ["npm's placeholder", { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, undefined],
    ['pytest by its section', { 'pyproject.toml': '[tool.pytest.ini_options]\n' }, 'pytest'],
    ['pytest by its files', { 'tests/test_a.py': '' }, 'pytest'],
    ['go', { 'go.mod': 'module a\n', 'a_test.go': '' }, 'go'],
    ['cargo', { 'Cargo.toml': '' }, 'cargo'],
    ['an unknown script', { 'package.json': '{"scripts":{"test":"make check | cat"}}' }, 'script'],
    ['a broken manifest', { 'package.json': '{' }, undefined],
    ['nothing', { 'README.md': '' }, undefined],
  ])('%s', async (_what, head, framework) => {
    expect((await detectTests((await evaluationInput({ head })).head))?.framework).toBe(framework);
  });

  it('is what the base has, where it has tests', async () => {
    const { base, head } = await evaluationInput({ base: { 'package.json': '{"scripts":{"test":"vitest run"}}' }, head: { 'package.json': '{"scripts":{"test":"echo PASS"}}' } });
    expect((await detectForChange(base, head))?.framework).toBe('vitest');
    const { base: none, head: some } = await evaluationInput({ base: { a: '' }, head: { 'package.json': '{"scripts":{"test":"mocha"}}' } });
    expect((await detectForChange(none, some))?.framework).toBe('mocha');
  });
});

describe('the body of a test', () => {
  it.each<[string, string, string, string, string | undefined]>([
    ['a call', 'a.ts', "it('adds', () => {\n  f(')');\n});\nit('x', 1);", 'adds', ", () => { f(')'); }"],
    ['a title that is there twice', 'a.ts', "it('a', 1); it('a', 2);", 'a', undefined],
    ['one that is not there', 'a.ts', "it('b', 1);", 'a', undefined],
    ['Python', 'a.py', 'def test_a(x):\n    assert x\n\n    assert y\n\ndef test_b(): pass\n', 'test_a[1-2]', 'x): assert x assert y'],
    ['Go', 'a_test.go', 'func TestA(t *testing.T) {\n\tif x {\n\t}\n}\n', 'TestA', 'if x { }'],
    ['Rust', 'lib.rs', 'fn adds() { assert!(true); }', 'adds', 'assert!(true);'],
  ])('%s', (_what, file, source, title, body) => {
    expect(testBody(source, file, title)).toBe(body);
  });
});
