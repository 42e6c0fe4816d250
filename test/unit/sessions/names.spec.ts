import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitSubject, nameFromPrompt, sessionSlug, timeStamp } from '../../../src/sessions/names';
import { toolTitle } from '../../../src/sessions/toolTitle';

describe('names', () => {
  it('come from the first line of the prompt, cut at a word', () => {
    expect(nameFromPrompt('  Fix it\nand more')).toBe('Fix it');
    expect(nameFromPrompt(`${'word '.repeat(30)}`)).toMatch(/^(word )*word…$/);
    expect(nameFromPrompt('x'.repeat(300))).toHaveLength(73);
  });

  it('make slugs that git and file systems take', () => {
    expect(sessionSlug('Füge Prüfung hinzu: 50 % schneller!')).toBe('fuge-prufung-hinzu-50-schneller');
    expect(sessionSlug('修复')).toBe('session');
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      expect(sessionSlug(text)).toMatch(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/);
    }));
  });

  it('stamp the local time', () => {
    expect(timeStamp(new Date(2026, 0, 5, 7, 8, 9).getTime())).toBe('20260105-070809');
  });

  it('make commit subjects of one line that begin with amp:', () => {
    expect(commitSubject('amp: Fixed it.\nMore')).toBe('amp: Fixed it.');
    expect(commitSubject('')).toBe('amp: work of an agent');
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(commitSubject(text)).toMatch(/^amp: .*$/);
      expect(commitSubject(text).length).toBeLessThanOrEqual(71);
    }));
  });
});

describe('titles of tools', () => {
  it.each([
    ['Read', { file_path: '/trees/tree/src/a.ts' }, 'Read src/a.ts'],
    ['Read', { file_path: '/elsewhere/a.ts' }, 'Read /elsewhere/a.ts'],
    ['Bash', { command: 'npm test\n&& more', description: 'Run' }, 'Bash npm test'],
    ['Bash', { cmd: 'ls' }, 'Bash ls'],
    ['Glob', { path: '/trees/tree', pattern: '*.ts' }, 'Glob .'],
    ['Odd', { n: 1 }, 'Odd'],
    ['Odd', 'text', 'Odd'],
    ['Odd', null, 'Odd'],
  ])('%s %j', (tool, input, title) => {
    expect(toolTitle(tool, input, '/trees/tree')).toBe(title);
  });

  it('are short', () => {
    expect(toolTitle('Bash', { command: 'x'.repeat(500) }, '/trees')).toHaveLength(120);
  });
});
