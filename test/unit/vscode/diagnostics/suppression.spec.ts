import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suppression } from '../../../../src/vscode/diagnostics/suppression';

describe('a comment that suppresses a finding', () => {
  it.each([
    ['eslint', 'no-var', 'src/a.ts', 'above', '// eslint-disable-next-line no-var -- old browsers'],
    ['typescript', 'TS2322', 'src/a.tsx', 'above', '// @ts-expect-error old browsers'],
    ['duplication', 'clone', 'a.py', 'end', '# noqa: clone old browsers'],
    ['secrets', 'aws-key', 'Dockerfile', 'above', '# amp-ignore aws-key: old browsers'],
    ['secrets', 'aws-key', 'web/a.css', 'above', '/* amp-ignore aws-key: old browsers */'],
    ['todo-markers', 'todo', 'README.md', 'above', '<!-- amp-ignore todo: old browsers -->'],
    ['eslint', 'x', 'a.vue', 'above', '<!-- amp-ignore x: old browsers -->'],
  ])('of %s (%s) in %s', (use, ruleId, file, place, text) => {
    expect(suppression({ evaluator: 'named otherwise', use, ruleId, file }, 'old\n browsers ')).toEqual({ text, place });
  });

  it('is none where a file has no comments', () => {
    expect(suppression({ evaluator: 'secrets', use: 'secrets', ruleId: 'x', file: 'package.json' }, 'why')).toBeUndefined();
    expect(suppression({ evaluator: 'secrets', use: 'secrets', ruleId: 'x', file: 'picture.png' }, 'why')).toBeUndefined();
  });

  it('is one line, which no reason ends early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('a.css', 'a.html', 'a.ts', 'a.py'), (reason, file) => {
        const { text } = suppression({ evaluator: 'secrets', use: 'secrets', ruleId: 'rule', file }, reason) ?? { text: '' };
        expect(text).not.toMatch(/[\n\r\u2028\u2029]/);
        if (file === 'a.css') expect(text.indexOf('*/')).toBe(text.length - 2);
        if (file === 'a.html') expect(text.indexOf('-->')).toBe(text.length - 3);
      }),
    );
    expect(suppression({ evaluator: 'secrets', use: undefined, ruleId: 'r', file: 'a.css' }, '**//')?.text).toBe('/* amp-ignore r: * / */');
  });
});
