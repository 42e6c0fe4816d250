import { describe, expect, it } from 'vitest';
import { plainText, terminalText } from '../../../src/base/plainText';

describe('terminalText', () => {
  it('keeps lines and tabs, and lets nothing through that a terminal obeys', () => {
    expect(terminalText('one\n\ttwo\r\nü 🙂')).toBe('one\n\ttwo\nü 🙂');
    expect(terminalText('\u001b]0;title\u0007\u001b[2J\u009b31mred\u202Etxt')).toBe(']0;title[2J31mredtxt');
  });

  it('is the same for pieces', () => {
    const text = 'a\u001b[31m\r\nb\u0000\u0000\nc';
    expect([...text].map(terminalText).join('')).toBe(terminalText(text));
  });
});

it('plainText is one line, in the order in which it is written', () => {
  expect(plainText(' a\n\u001b[2Jb ')).toBe('a [2Jb');
  expect(plainText('merge \u202Eniam\u202C')).toBe('merge niam');
});
