/** A part of a text that is no code. */
export interface PlainSpan {
  readonly kind: 'comment' | 'string';
  readonly start: number;
  readonly end: number;
}

const token = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|[`{}/]/g;
// Longer ones are none that a person wrote; each may be looked for from each slash.
const regularExpression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}\/[a-z]*/y;
const templatePart = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{|$)/y;

/** What may stand before a regular expression and not before a division; `<` is not among them, for it closes an element. */
const beforeExpression = /(?:^|[([{,;=:!&|?+\-*%~^]|=>|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield))\s*$/;

/**
 * Comments, strings, templates and regular expressions of JavaScript and TypeScript, in their order. Code inside of a template's `${}` is
 * code. It does not parse: a regular expression is told from a division by what is before it.
 */
export function javaScriptSpans(text: string): PlainSpan[] {
  const spans: PlainSpan[] = [];
  // For each template that is open, how many braces are open in its code.
  const open: number[] = [];
  const string = (start: number, pattern: RegExp): void => {
    pattern.lastIndex = start;
    if (!pattern.test(text)) return;
    const end = pattern.lastIndex;
    spans.push({ kind: 'string', start: pattern === templatePart ? start - 1 : start, end });
    if (pattern === templatePart && text.startsWith('${', end - 2)) open.push(0);
    token.lastIndex = end;
  };
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found === '`') string(match.index + 1, templatePart);
    else if (found === '{') raise(open, 1);
    else if (found === '}') {
      if (open.at(-1) === 0) {
        open.pop();
        string(match.index + 1, templatePart);
      } else raise(open, -1);
    } else if (found === '/') {
      if (beforeExpression.test(text.slice(Math.max(0, match.index - 20), match.index))) string(match.index, regularExpression);
    } else spans.push({ kind: found.startsWith('/') ? 'comment' : 'string', start: match.index, end: match.index + found.length });
  }
  return spans;
}

function raise(open: number[], by: number): void {
  const depth = open.at(-1);
  if (depth !== undefined) open[open.length - 1] = depth + by;
}
