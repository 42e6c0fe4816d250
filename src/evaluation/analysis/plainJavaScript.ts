import { transform } from 'sucrase';

/**
 * JavaScript of TypeScript and JSX, line by line where it was: types are taken away, JSX is left as it is.
 * @throws SyntaxError when it cannot be read
 */
export function plainJavaScript(file: string, text: string): string {
  const isTypeScript = /\.[cm]?tsx?$/.test(file);
  if (!isTypeScript) return text;
  const withJsx = file.endsWith('x');
  return transform(text, { transforms: withJsx ? ['typescript', 'jsx'] : ['typescript'], ...(withJsx && { jsxRuntime: 'preserve' as const }), disableESTransforms: true, keepUnusedImports: true }).code;
}

/** Comments, strings and templates, in which an `@` is nothing. A quote that is not closed on its line is none. */
const quoted = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/y;
const decoratorName = /@[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y;

/**
 * The text with spaces in the place of decorators, which neither the stripper (on parameters) nor ESLint's parser reads. What looks like one
 * elsewhere, as an address in JSX does, is blanked as well: it is nothing that is counted.
 */
export function withoutDecorators(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const skipped = matchAt(quoted, text, at);
    const name = skipped === '' ? matchAt(decoratorName, text, at) : '';
    if (name !== '') {
      const end = endOfArguments(text, at + name.length);
      result += text.slice(at, end).replace(/[^\r\n]/g, ' ');
      at = end;
    } else {
      const taken = skipped === '' ? text.charAt(at) : skipped;
      result += taken;
      at += taken.length;
    }
  }
  return result;
}

/** Behind the closing parenthesis of what begins at `from`; `from` itself where no arguments follow or they do not end. */
function endOfArguments(text: string, from: number): number {
  if (text[from] !== '(') return from;
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const skipped = matchAt(quoted, text, at);
    if (skipped !== '') {
      at += skipped.length;
      continue;
    }
    const character = text[at++];
    if (character === '(') depth++;
    if (character === ')' && --depth === 0) return at;
  }
  return from;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
