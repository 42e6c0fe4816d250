import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../../../src/evaluation/changes/changedSources';
import { testCases } from '../../../../src/evaluation/integrity/testCases';

function told(file: string, text: string): readonly string[] {
  return testCases(new SourceFile(file, text)).map(({ path, marks, assertions }) => [path.join(' › '), ...marks.map(({ mark }) => mark), assertions.map(({ strength }) => strength).join(' ')].join(' | '));
}

describe('the tests of a source', () => {
  it('of JavaScript, in groups, tables and templates', () => {
    expect(told('a.test.ts', "describe('a', () => {\n  it.each([[1], [2]])('b %i', (n) => { expect(n).toBe(1); });\n  test.each`x\n${1}`('c', () => { expect(f).toThrow(); });\n  describe.skip('d', () => { it(`e`, async () => { await expect(p).resolves.toEqual({}); }); });\n  it(name, () => { assert.ok(x); });\n  if (/a/.test('no test')) other('f', () => {});\n});\n")).toEqual(['a › b %i | exact', 'a › c | partial', 'a › d › e | skipped | exact', 'a › name | vague']);
  });

  it('of Python, Go and Rust', () => {
    expect(told('test_a.py', 'class TestA:\n    @pytest.mark.skip(\n        reason="x",\n    )\n    def test_b(self):\n        assert a == 1, "why"\n        with pytest.raises(ValueError):\n            b()\n\n    def helper(self):\n        assert c\n\nasync def test_d():\n    if x:\n        pytest.skip("y")\n    assert d\n')).toEqual(['TestA › test_b | skipped | exact exact', 'test_d | conditional | vague']);
    expect(told('a_test.go', 'func TestA(t *testing.T) {\n\tt.Run("b", func(t *testing.T) {\n\t\trequire.Equal(t, 1, b())\n\t})\n\tif testing.Short() {\n\t\tt.Skip("x")\n\t}\n}\nfunc helper() {}\n')).toEqual(['TestA | conditional | exact', 'TestA › b | exact']);
    expect(told('src/a.rs', '#[tokio::test]\n#[ignore]\nasync fn a() { assert!(b()); }\n\n#[test]\n#[should_panic]\nfn c() { d(); }\nfn e() {}\n')).toEqual(['a | skipped | vague', 'c | exact']);
  });

  it('of any text: it never throws, and places are in the text', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom("it('a', () => {", '});', "describe('b', ", 'expect(x).toBe(1);', '(', ')', '{', '}', '`', '${', "'", 'test.each`', 'def test_a():\n', '    assert x\n', '@pytest.mark.skip\n', 'func TestA(t *testing.T) {', 't.Run("a", ', '#[test]\nfn a() {', 'assert!(x)', '\n'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('a.test.js', 'test_a.py', 'a_test.go', 'a.rs'), (pieces, file) => {
        const text = pieces.join('');
        for (const { offset, start, end, marks, assertions } of testCases(new SourceFile(file, text))) {
          for (const place of [offset, start, end, ...marks.map((mark) => mark.offset), ...assertions.map((assertion) => assertion.offset)]) {
            expect(place).toBeGreaterThanOrEqual(0);
            expect(place).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['brackets that nobody closes', "it('a', () => {\n"],
    ['tests in tests', "it('a', () => { b(); "],
    ['strings that nobody ends', "it('a\n"],
    ['openings of regular expressions', '= /[a'],
    ['decorators', '@a(\n'],
  ])('of 200 kilobytes of %s, in seconds', (_what, unit) => {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    const started = performance.now();
    for (const file of ['a.test.js', 'test_a.py', 'a_test.go', 'a.rs']) testCases(new SourceFile(file, text));
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 60_000);
});
