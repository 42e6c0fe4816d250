import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedValues, variableAnswer, variableChoices, variableText } from '../../../../src/vscode/workflows/variableAnswers';

describe('a variable that is asked', () => {
  it.each([
    ['string', ' as typed ', { value: ' as typed ' }],
    ['number', ' 12.5 ', { value: 12.5 }],
    ['number', '12,5', { problem: 'This is no number.' }],
    ['number', '', { value: undefined }],
    ['boolean', 'true', { value: true }],
    ['boolean', 'yes', { problem: 'Say true or false.' }],
    ['json', '{"a": [1]}', { value: { a: [1] } }],
    ['json', '{a}', { problem: 'This is no JSON.' }],
  ] as const)('of type %s takes %j', (type, text, answer) => {
    expect(variableAnswer({ type }, text)).toEqual(answer);
  });

  it('that is required is not left empty', () => {
    for (const type of ['string', 'number', 'json'] as const) expect(variableAnswer({ type, required: true }, '  ')).toEqual({ problem: 'A value is needed.' });
  });

  it('gives back the value that it offered', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => { expect(variableAnswer({ type: 'json' }, variableText({ type: 'json' }, value))).toEqual({ value: JSON.parse(JSON.stringify(value)) as unknown }); }));
    fc.assert(fc.property(fc.string({ minLength: 1 }), (value) => { expect(variableAnswer({ type: 'string' }, variableText({ type: 'string' }, value))).toEqual({ value }); }));
  });

  it('is told of only where it was changed', () => {
    const before = { tries: 3, set: { by: ['a step'] }, word: 'one' };
    expect(changedValues(before, { tries: 3, set: { by: ['a step'] }, word: 'two', constructor: 1 })).toEqual({ word: 'two', constructor: 1 });
    expect(changedValues(before, {})).toEqual({});
  });

  it('offers its options, the default first', () => {
    expect(variableChoices({ type: 'string', options: ['a', 'b', 'c'], default: 'b' })).toEqual(['b', 'a', 'c']);
    expect(variableChoices({ type: 'string', options: ['a', 'b'] })).toEqual([undefined, 'a', 'b']);
    expect(variableChoices({ type: 'boolean', default: false })).toEqual([false, true]);
    expect(variableChoices({ type: 'boolean', required: true })).toEqual([true, false]);
    expect(variableChoices({ type: 'number' })).toBeUndefined();
  });
});
