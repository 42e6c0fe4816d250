import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf, maskSource, type SourceLanguage } from '../../../../src/evaluation/changes/maskedSource';

/** Comments, and code without them and without what strings hold; blanks that only stand for something are left out. */
function parts(file: string, text: string): readonly [code: string, comments: string] {
  const language = languageOf(file);
  if (!language) throw new Error(`no language for ${file}`);
  const { code, comments } = maskSource(text, language);
  const plain = (part: string): string => part.replaceAll(/ {2,}/g, ' ').trim();
  return [plain(code), plain(comments)];
}

describe('a source is cut into code and comments', () => {
  it.each([
    ['a.ts', "a('x // y'); // z", ["a(' ');", '// z']],
    ['a.ts', 'a("it\\"s", `b ${c(`d ${e} f`)} g`); /* h */ i', ['a(" ", ` {c(` {e} `)} `); i', '/* h */']],
    ['a.js', "x = /['\"`]/.test(y) / 2; // z", ["x = / /.test(y) / 2;", '// z']],
    ['a.js', 'return /[/"]/g; a = b / c / d;', ['return / g; a = b / c / d;', '']],
    ['a.tsx', "<a title='x'>Don't</a>\n// b", ["<a title=' '>Don' >", '// b']],
    ['a.py', "def a():\n  '''b # c\n  d'''\n  return 'e' # f", ["def a():\n ' \n '\n return ' '", '# f']],
    ['a.go', 'a := `b // c` + "d" // e', ['a := ` ` + " "', '// e']],
    ['a.rs', "fn a<'b>(c: &'b str) { r#\"d\"e\"# } // f", ["fn a<'b>(c: &'b str) { r # }", '// f']],
    ['Dockerfile', "RUN a#b 'c # d' # e", ["RUN a#b ' '", '# e']],
    ['a.sql', "SELECT 'a -- b' -- c", ["SELECT ' '", '-- c']],
    ['a.html', '<p>a</p><!-- b -->', ['<p>a</p>', '<!-- b -->']],
  ])('%s: %s', (file, text, [code, comments]) => {
    expect(parts(file, text).map((part) => part.replaceAll(/\s+/g, ' ').trim())).toEqual([code, comments].map((part) => part?.replaceAll(/\s+/g, ' ').trim()));
  });

  it('of any text, in any language: nothing moves, and nothing is twice', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('//', '/*', '*/', '#', "'", '"', '`', '${', '}', '{', '\\', '\n', '/', "'''", '"""', 'r#"', '--', '<!--', '-->'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom<SourceLanguage>('javascript', 'python', 'go', 'rust', 'braces', 'hash', 'dashes', 'markup', 'style'), (pieces, language) => {
        const text = pieces.join('');
        const { code, uncommented, comments } = maskSource(text, language);
        for (const part of [code, uncommented, comments]) {
          expect(part).toHaveLength(text.length);
          expect(part.split('\n')).toHaveLength(text.split('\n').length);
        }
        for (let at = 0; at < text.length; at++) {
          const [character, isBlank] = [text.charAt(at), /\s/];
          for (const part of [code, uncommented, comments]) expect(part.charAt(at) === character || part.charAt(at) === ' ').toBe(true);
          if (!isBlank.test(character)) expect(uncommented.charAt(at) === character && comments.charAt(at) === character).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});
