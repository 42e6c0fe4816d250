import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBaseline, parseEvalFile } from '../../../src/evaluation/evalFile';
import { EvalBaselineSchema, EvalFileSchema } from '../../../src/model/evalConfig';

const sound = `{
  // what every merge needs
  "version": 1,
  "preset": "minimal",
  "setup": [["npm", "ci"]],
  "evaluators": [
    { "name": "eslint", "use": "eslint", "weight": 2, "noNewFindings": "warning", "include": ["src/**/*.{ts,tsx}"] },
    { "name": "no print", "script": ".amp/evals/noPrint.ts", "required": true, "trials": { "runs": 3, "pass": 2 } },
    { "name": "short", "script": "async (context) => ({ score: 100, passed: true })" },
    { "name": "make", "command": ["make", "check"], "timeout": 60000, },
  ],
  "suites": [{ "name": "all", "evaluators": ["eslint", "tests", "make"] }, { "name": "quick", "evaluators": ["short"] }],
  "gate": { "suite": "quick", "minScore": 80, "noNewFindings": true },
}`;

/** Each issue as its path, what it points at in the text, and its message. */
function told(text: string): string[] {
  const parsed = parseEvalFile(text);
  return 'issues' in parsed ? parsed.issues.map(({ path, offset, length, message }) => `${path || '/'} ‹${text.slice(offset, offset + length)}› ${message}`) : [];
}

function file(members: string): string {
  return `{"version": 1, ${members}}`;
}

function evaluator(members: string): string {
  return file(`"evaluators": [{"name": "a", ${members}}]`);
}

describe('the file of evaluations', () => {
  it('may have comments, trailing commas and a byte order mark', () => {
    for (const text of [sound, `\uFEFF${sound}`]) {
      const parsed = parseEvalFile(text);
      expect('issues' in parsed ? parsed.issues : []).toEqual([]);
      expect(parsed).toMatchObject({ value: { version: 1, evaluators: [{ weight: 2 }, { trials: { runs: 3 } }, {}, { command: ['make', 'check'] }], gate: { minScore: 80 } } });
    }
  });

  it('is told what is wrong, in plain words and at its place', async () => {
    const broken = [
      '',
      '[]',
      '{',
      '{"version": 2}',
      '{"preset": "none"}',
      file('"presett": "none"'),
      file('"preset": "strikt"'),
      file('"zzz": 1'),
      file('"preset": "none", "preset": "strict"'),
      file('"setup": [[""]]'),
      file('"gate": {"suite": "al"}'),
      file('"gate": {"minScoredWeight": 60}'),
      file('"suites": [{"name": "x", "evaluators": ["esslint"]}], "preset": "recommended"'),
      file('"suites": [{"name": "x", "evaluators": ["a", "a"]}, {"name": "x", "evaluators": []}], "evaluators": [{"name": "a", "use": "eslint"}]'),
      evaluator('"use": "eslint", "wieght": 1'),
      evaluator('"use": "eslnt"'),
      evaluator('"use": "eslint", "script": "x.ts", "command": ["x"]'),
      evaluator('"weight": "1"'),
      evaluator('"script": "check.py"'),
      evaluator('"script": "../outside.ts"'),
      evaluator('"command": []'),
      evaluator('"command": [" "]'),
      evaluator('"use": "eslint", "trials": {"runs": 2, "pass": 3}'),
      evaluator('"use": "eslint", "include": ["src/{a", "b"], "exclude": [""]'),
      evaluator('"use": "eslint", "timeout": 0.5, "minScore": 101, "noNewFindings": "warn"'),
      evaluator('"use": "eslint", "weight": 1e999'),
      file('"evaluators": [{"name": "a", "use": "eslint"}, {"name": "a", "use": "tests"}, {"name": "a/b", "use": "tests"}]'),
    ];
    await expect(broken.map((text) => `${text}\n${told(text).map((line) => `  ${line}\n`).join('')}`).join('\n')).toMatchFileSnapshot('../../golden/evaluation/evalFileIssues.txt');
  });

  it('finds all that is wrong, in the order of the text', () => {
    expect(told(file('"evaluators": [{"name": "a"}, {"name": "a", "use": "eslint", "x": 1}], "gate": {"suite": "b"}')).length).toBe(4);
  });

  it('never repeats a value', () => {
    const secret = 'sk-ant-api03-abcdefghijklmnop';
    for (const text of [evaluator(`"use": "${secret}"`), evaluator(`"script": "/${secret}.py"`), file(`"gate": {"suite": "${secret}"}`), evaluator(`"use": "eslint", "include": ["{${secret}"]`), file(`"version": "${secret}"`)]) {
      const parsed = parseEvalFile(text);
      expect(parsed).toHaveProperty('issues');
      expect(JSON.stringify(parsed)).not.toContain(secret);
    }
  });

  it('is refused when it is nested too deeply or too large, without an exception', () => {
    for (const text of ['['.repeat(200_000), `{"version": 1, "x": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`, ' '.repeat(2_000_000)]) expect(parseEvalFile(text)).toHaveProperty('issues');
  });

  it('keeps a name that is no plain member', () => {
    const parsed = parseEvalFile(evaluator('"use": "eslint", "options": {"__proto__": {"x": 1}}'));
    expect(parsed).toHaveProperty('value');
    expect(Object.prototype).not.toHaveProperty('x');
    expect(told(file('"__proto__": {}'))).toHaveLength(1);
  });

  it('never throws, and points into the text, whatever is changed in it', () => {
    const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('{', '}', '[', ']', '"', ',', ':', 'null', '1e999', '"use"', '"script": ', '\\u', '//', '/*', '\u0000', '"__proto__": 1,'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(sound.length), fc.nat(30), piece), { minLength: 1, maxLength: 4 }), (changes) => {
        const text = changes.reduce((before, [at, gone, put]) => before.slice(0, at) + put + before.slice(at + gone), sound);
        for (const parsed of [parseEvalFile(text), parseBaseline(text)]) {
          for (const { offset, length, message } of 'issues' in parsed ? parsed.issues : []) {
            expect(message).not.toBe('');
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset + length).toBeLessThanOrEqual(text.length + 1);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the baseline file', () => {
  it('has fingerprints of 16 hexadecimal digits', () => {
    expect(parseBaseline('{"version": 1, "accepted": [{"fingerprint": "00ff00ff00ff00ff", "evaluator": "eslint", "rule": "no-eval"}]}')).toHaveProperty('value');
    expect(parseBaseline('{"version": 1, "accepted": [{"fingerprint": "no", "evaluator": "eslint", "rule": "no-eval"}]}')).toMatchObject({ issues: [{ path: '/accepted/0/fingerprint', message: 'It must be 16 hexadecimal digits.' }] });
  });
});

describe('the schemas for the editor', () => {
  it.each([
    ['evals', EvalFileSchema],
    ['evals.baseline', EvalBaselineSchema],
  ])('%s.schema.json is what the program checks', async (name, schema) => {
    const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', allowComments: true, allowTrailingCommas: true, ...schema }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot(`../../../media/schemas/${name}.schema.json`);
  });
});
