import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInTree } from '../../../../src/evaluation/tests/failureText';
import { parseJestReport, parseMochaReport } from '../../../../src/evaluation/tests/jsonReports';
import { parseJUnit } from '../../../../src/evaluation/tests/junitReport';
import { testName, type ParsedReport } from '../../../../src/evaluation/tests/testReport';
import { parseCargoText, parseGoEvents } from '../../../../src/evaluation/tests/textReports';

/** What the tools themselves wrote, in a folder that is `/project` here; go's as its documentation gives it. */
function recorded(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../../../fixtures/testReports', name), 'utf8');
}

const find = (...files: string[]): ReturnType<typeof findInTree> => findInTree(files, ['/project']);

/** One line a test: how it ended, its name, and where it failed. */
function told(report: ParsedReport): readonly string[] {
  if ('problem' in report) throw new Error(report.problem);
  return report.tests.map((test) => [test.status, test.file ?? '-', testName(test), ...(test.place ? [`${test.place.file}:${test.place.line}`] : [])].join(' | '));
}

describe('recorded reports', () => {
  it('of jest', () => {
    expect(told(parseJestReport(recorded('jest.json'), find('sum.test.js', 'broken.test.js')))).toMatchInlineSnapshot(`
      [
        "passed | sum.test.js | add › adds",
        "failed | sum.test.js | add › fails | sum.test.js:5",
        "skipped | sum.test.js | add › skipped",
        "skipped | sum.test.js | add › later",
        "passed | sum.test.js | add › each 1",
        "passed | sum.test.js | add › each 2",
        "failed | broken.test.js | broken.test.js",
      ]
    `);
  });

  it('of vitest', () => {
    expect(told(parseJestReport(recorded('vitest.json'), find('a.test.ts', 'b.test.ts', 'c.test.ts')))).toMatchInlineSnapshot(`
      [
        "passed | a.test.ts | add › adds",
        "failed | a.test.ts | add › fails | a.test.ts:5",
        "skipped | a.test.ts | add › skipped",
        "skipped | a.test.ts | add › later",
        "failed | b.test.ts | b.test.ts | b.test.ts:1",
        "passed | c.test.ts | u",
        "passed | c.test.ts | w",
      ]
    `);
  });

  it('of node:test', () => {
    const report = parseJUnit(recorded('node.xml'), 'node', find('test/a.test.mjs', 'test/b.test.mjs', 'test/c.test.mjs'));
    expect(told(report)).toMatchInlineSnapshot(`
      [
        "passed | test/a.test.mjs | outer › adds & <x>",
        "failed | test/a.test.mjs | outer › fails | test/a.test.mjs:6",
        "skipped | test/a.test.mjs | outer › skipped",
        "skipped | test/a.test.mjs | outer › later",
        "skipped | test/a.test.mjs | outer › todo failing",
        "failed | test/a.test.mjs | parent › child | test/a.test.mjs:12",
        "failed | test/b.test.mjs | test/b.test.mjs",
        "passed | test/c.test.mjs | test/c.test.mjs",
      ]
    `);
    expect(report).toMatchObject({ declaredFailures: 4 });
  });

  it('of mocha', () => {
    expect(told(parseMochaReport(recorded('mocha.json'), find('test/a.test.cjs')))).toMatchInlineSnapshot(`
      [
        "passed | test/a.test.cjs | outer › adds",
        "failed | test/a.test.cjs | outer › fails | test/a.test.cjs:5",
        "failed | test/a.test.cjs | outer hooked › "before all" hook for "never" | test/a.test.cjs:9",
        "skipped | test/a.test.cjs | outer › skipped",
        "skipped | test/a.test.cjs | outer › pending",
      ]
    `);
  });

  it('of pytest', () => {
    expect(told(parseJUnit(recorded('pytest.xml'), 'pytest', find('tests/test_a.py')))).toMatchInlineSnapshot(`
      [
        "passed | tests/test_a.py | test_add",
        "passed | tests/test_a.py | test_param[1]",
        "failed | tests/test_a.py | test_param[2] | tests/test_a.py:9",
        "failed | tests/test_a.py | TestX › test_m | tests/test_a.py:13",
        "skipped | tests/test_a.py | test_s",
        "skipped | tests/test_a.py | test_xf",
        "failed | tests/test_a.py | test_err | tests/test_a.py:20",
      ]
    `);
  });

  it('of go', () => {
    expect(told(parseGoEvents(recorded('go.jsonl'), 'example.com/demo', find('calc/calc_test.go', 'broken/broken.go')))).toMatchInlineSnapshot(`
      [
        "passed | - | example.com/demo/calc › TestAdd",
        "failed | - | example.com/demo/calc › TestSub",
        "failed | - | example.com/demo/calc › TestSub › negative | calc/calc_test.go:14",
        "skipped | - | example.com/demo/calc › TestLater",
        "failed | - | example.com/demo/broken | broken/broken.go:3",
      ]
    `);
  });

  it('of cargo', () => {
    expect(told(parseCargoText(recorded('cargo.stdout.txt'), recorded('cargo.stderr.txt'), find('src/lib.rs', 'tests/outside.rs')))).toMatchInlineSnapshot(`
      [
        "passed | src/lib.rs | src/lib.rs › tests › adds",
        "skipped | src/lib.rs | src/lib.rs › tests › later",
        "failed | src/lib.rs | src/lib.rs › tests › fails | src/lib.rs:14",
        "passed | src/lib.rs | src/lib.rs › tests › panics",
        "passed | tests/outside.rs | tests/outside.rs › outside",
        "passed | - | demo (documentation) › src/lib.rs - add",
      ]
    `);
  });
});

describe('a report that cannot be believed', () => {
  it.each<[string, ParsedReport]>([
    ['counts that do not fit, jest', parseJestReport('{"testResults":[],"numPassedTests":3,"numFailedTests":0}', find())],
    ['counts that do not fit, mocha', parseMochaReport('{"stats":{"passes":1,"failures":0,"pending":0},"passes":[],"failures":[],"pending":[]}', find())],
    ['an unknown status', parseJestReport('{"testResults":[{"assertionResults":[{"title":"a","status":"fine"}]}]}', find())],
    ['half an XML', parseJUnit('<testsuites><testsuite><testcase name="a"/>', 'any', find())],
    ['another XML', parseJUnit('<html/>', 'any', find())],
    ['an XML with entities of its own', parseJUnit('<!DOCTYPE a [<!ENTITY b "c">]><testsuites/>', 'any', find())],
    ['a test that printed a result', parseCargoText('running 1 test\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n', '', find())],
    ['a program that did not end', parseCargoText('running 1 test\ntest a ... ok\n', '', find())],
    ['a package that did not end', parseGoEvents('{"Action":"start","Package":"a"}\n', 'a', find())],
    ['no events', parseGoEvents('PASS\nok  a 0.1s\n', 'a', find())],
  ])('is none: %s', (_what, report) => {
    expect(report).toHaveProperty('problem');
  });

  it('is never a pass, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.string().map((text) => `<testsuites>${text}`)), (text) => {
        for (const report of [parseJestReport(text, find()), parseMochaReport(text, find()), parseJUnit(text, 'any', find()), parseJUnit(text, 'node', find()), parseGoEvents(text, '', find()), parseCargoText(text, text, find())]) {
          if (!('problem' in report)) expect(report.tests.filter(({ status }) => status === 'passed')).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps any name and message of a JUnit file', () => {
    const escape = (text: string): string => text.replaceAll(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~¡-ÿ]{1,40}$/), fc.stringMatching(/^[ -~]{0,40}$/), (name, message) => {
        const report = parseJUnit(`<testsuite><testcase name="${escape(name)}"><failure message="${escape(message)}"/></testcase></testsuite>`, 'any', find());
        expect(report).toMatchObject({ tests: [{ path: [name], status: 'failed', message: message.trim() }] });
      }),
    );
  });
});
