import { tokenizer, tokTypes } from 'acorn';

/**
 * A template is text with expressions in `${…}`; `$${` is a plain `${`. Places are UTF-16 units of the text; those of an expression are of
 * what stands between the brackets.
 */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number }
  /** A `${` at `offset` that nothing closes. */
  | { readonly kind: 'unclosed'; readonly source: string; readonly offset: number };

export function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = '';
  let from = 0;
  function addPlain(): void {
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
  }
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    if (at > from && text[at - 1] === '$') {
      plain += `${text.slice(from, at - 1)}\${`;
      from = at + 2;
      continue;
    }
    plain += text.slice(from, at);
    addPlain();
    const end = closingBracket(text, at + 2);
    if (end === undefined) {
      parts.push({ kind: 'unclosed', source: text.slice(at + 2), offset: at });
      return parts;
    }
    parts.push({ kind: 'expression', source: text.slice(at + 2, end), offset: at + 2 });
    from = end + 1;
  }
  plain += text.slice(from);
  addPlain();
  return parts;
}

/** Where the `}` of an expression is: not one of its own brackets, strings, templates, comments or regular expressions. */
function closingBracket(text: string, from: number): number | undefined {
  const first = text.indexOf('}', from);
  if (first < 0) return undefined;
  if (!/["'`{/]/.test(text.slice(from, first))) return first;
  try {
    // Behind an opening bracket, since a brace is that of an object there.
    const tokens = tokenizer(`(${text.slice(from)}`, { ecmaVersion: 2023 });
    let depth = 0;
    for (let token = tokens.getToken(); token.type !== tokTypes.eof; token = tokens.getToken()) {
      if (token.type === tokTypes.braceL || token.type === tokTypes.dollarBraceL) depth++;
      else if (token.type === tokTypes.braceR && --depth < 0) return from + token.start - 1;
    }
    return undefined;
  } catch {
    // What is no JavaScript is told of as such: up to the first bracket that may be meant.
    return first;
  }
}
