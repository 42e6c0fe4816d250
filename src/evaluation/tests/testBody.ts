/**
 * The source of a test without its name, to know one that was only renamed: what follows its title in a call (`it('title', …)`), or the body
 * of the function that has its name. White space does not count. Undefined where it is not found, or found more than once.
 */
export function testBody(source: string, file: string, title: string): string | undefined {
  const starts = file.endsWith('.py') ? pythonStarts(source, title) : /\.(go|rs)$/.test(file) ? functionStarts(source, title) : titleStarts(source, title);
  const [start, other] = starts;
  if (start === undefined || other !== undefined) return undefined;
  const body = file.endsWith('.py') ? indented(source, start) : balanced(source, start);
  const text = body?.replaceAll(/\s+/g, ' ').trim();
  return text === undefined || text === '' ? undefined : text;
}

const openers = '([{';
const closers = ')]}';

function titleStarts(source: string, title: string): number[] {
  return ["'", '"', '`'].flatMap((quote) => ends(source, `(${quote}${title.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`));
}

function functionStarts(source: string, title: string): number[] {
  return [...ends(source, `func ${title}(`), ...ends(source, `fn ${title}(`)].map((end) => source.indexOf('{', end)).filter((at) => at >= 0).map((at) => at + 1);
}

function pythonStarts(source: string, title: string): number[] {
  return ends(source, `def ${title.replace(/\[.*$/s, '')}(`);
}

/** Where each occurrence ends. */
function ends(source: string, text: string): number[] {
  const found: number[] = [];
  for (let at = source.indexOf(text); at >= 0 && found.length < 2; at = source.indexOf(text, at + 1)) found.push(at + text.length);
  return found;
}

/** Up to the bracket that closes what is open at `start`. Strings and comments may have brackets of their own. */
function balanced(source: string, start: number): string | undefined {
  const token = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`|[()[\]{}]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    if (openers.includes(match[0])) depth++;
    else if (closers.includes(match[0]) && --depth < 0) return source.slice(start, match.index);
  }
  return undefined;
}

/** The lines below a Python function's head that are indented deeper than it. */
function indented(source: string, start: number): string {
  const lineStart = source.lastIndexOf('\n', start) + 1;
  const indent = /^[ \t]*/.exec(source.slice(lineStart))?.[0].length ?? 0;
  const [head = '', ...below] = source.slice(start).split('\n');
  const end = below.findIndex((line) => line.trim() !== '' && (/^[ \t]*/.exec(line)?.[0].length ?? 0) <= indent);
  return [head, ...(end < 0 ? below : below.slice(0, end))].join('\n');
}
