import { describe, expect, it } from 'vitest';
import { blockedPrompt, codeBlock, findingSentence, promptWith } from '../../../../src/vscode/diagnostics/findingPrompt';
import { finding } from '../reportExamples';

const text = ['one', 'two', 'const a = 1;', 'four', 'five', 'six', 'seven', 'eight'].join('\n');

describe('the prompt that is made of a finding', () => {
  it('names evaluator, place, message and rule on one line', () => {
    expect(findingSentence(finding({ message: 'a\n  is never used.' }))).toBe('Fix what the evaluation "eslint" found in src/a.ts:3: a is never used. (rule no-unused-vars)');
    const { file: _file, range: _range, ...whole } = finding();
    expect(findingSentence(whole)).toBe('Fix what the evaluation "eslint" found: \'a\' is never used. (rule no-unused-vars)');
  });

  it('has the lines around it with their numbers', () => {
    expect(codeBlock(finding(), text)).toBe('```\n1: one\n2: two\n3: const a = 1;\n4: four\n5: five\n6: six\n```');
    expect(promptWith('Fix it', 'src/a.ts', codeBlock(finding({ range: { startLine: 8, startColumn: 1 } }), text))).toBe('Fix it\n\nThe lines of src/a.ts as they were evaluated:\n\n```\n5: five\n6: six\n7: seven\n8: eight\n```');
  });

  it('has no lines where the file is gone or shorter', () => {
    expect(codeBlock(finding({ range: { startLine: 90, startColumn: 1 } }), text)).toBe('');
    const { range: _range, ...noRange } = finding();
    expect(promptWith('Fix it', 'src/a.ts', codeBlock(noRange, text))).toBe('Fix it');
  });

  it('is not ended by code that holds a fence', () => {
    expect(codeBlock(finding(), 'a\n````\nb')).toBe('`````\n1: a\n2: ````\n3: b\n`````');
  });
});

describe('the prompt of a blocked merge', () => {
  it('lists reasons and findings, and says how many more there are', () => {
    const findings = Array.from({ length: 22 }, (_value, index) => finding({ range: { startLine: index + 1, startColumn: 1 } }));
    const lines = blockedPrompt([{ message: 'eslint failed.' }], findings).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'Evaluations block the merge of this work. Correct the cause of each; do not weaken tests, configuration or the evaluations themselves.',
      '- eslint failed.',
      '',
      'What they found:',
      "- src/a.ts:1: 'a' is never used. (eslint, rule no-unused-vars)",
    ]);
    expect(lines.at(-1)).toBe('- and 2 more findings');
    expect(blockedPrompt([{ message: 'tests failed.' }], []).split('\n')).toHaveLength(2);
  });
});
