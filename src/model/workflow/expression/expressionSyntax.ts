import { parse, type Node, type Options } from 'acorn';
import { asObject } from '../../../base/jsonShape';

/** Something wrong in an expression, a template or a script: its place is in UTF-16 units of that text. */
export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/** The tree of a text; `shift` is taken from places in it to have those of the text. */
export type ParsedExpression = { readonly tree: Node; readonly shift: number; readonly form: 'expression' | 'module' } | { readonly problem: SyntaxProblem };

/** What the engine of the sandbox can run. */
const options = { ecmaVersion: 2023, sourceType: 'script', strict: true, preserveParens: true } as const satisfies Options;

/** One JavaScript expression in strict mode, as the sandbox runs it: a stop at its end is habit, and none of it. Never throws. */
export function parseExpression(text: string): ParsedExpression {
  const source = withoutStops(text);
  if (source.trim() === '') return { problem: { message: 'There is no expression.', offset: 0, length: text.length } };
  const code = `(${source}\n)`;
  const program = parsed(code, options, text, 1);
  if ('problem' in program) return program;
  const body = asObject(program.tree)?.['body'];
  const [statement, more] = Array.isArray(body) ? (body as readonly unknown[]) : [];
  const inBrackets = asObject(asObject(statement)?.['expression']);
  const isOne = more === undefined && inBrackets?.['type'] === 'ParenthesizedExpression' && inBrackets['end'] === code.length;
  // As two things, or as a call of the first one, would be read what closes the bracket that stands before it.
  return isOne ? { tree: inBrackets['expression'] as Node, shift: 1, form: 'expression' } : { problem: { message: 'This is not one expression.', offset: 0, length: text.length } };
}

/** A script: an expression whose value is a function, or a module that exports one. Never throws. */
export function parseScript(text: string): ParsedExpression {
  if (text.trim() === '') return { problem: { message: 'There is no script.', offset: 0, length: text.length } };
  const expression = parseExpression(text);
  if ('tree' in expression) return isNoFunction(expression.tree) ? { problem: { message: 'This is no function: write ({ variables, nodes, execution }) => value.', offset: 0, length: text.length } } : expression;
  const module = parsed(text, { ...options, sourceType: 'module' }, text, 0);
  if ('problem' in module) return module;
  const exportsSomething = /\bexport\s+(default\b|\{)|\bexports\b/.test(text);
  return exportsSomething ? { tree: module.tree, shift: 0, form: 'module' } : { problem: { message: 'It exports no function: write ({ variables, nodes, execution }) => value, or export default.', offset: 0, length: text.length } };
}

/** Places in a problem's text for one in a tree. */
function parsed(code: string, how: Options, text: string, shift: number): { readonly tree: Node } | { readonly problem: SyntaxProblem } {
  const nul = text.indexOf('\0');
  if (nul >= 0) return { problem: { message: 'There is a NUL character in it.', offset: nul, length: 1 } };
  try {
    return { tree: parse(code, how) };
  } catch (error) {
    // The parser catches some of what overflows itself.
    if (error instanceof RangeError || (error instanceof SyntaxError && error.message.startsWith('Not enough stack'))) return { problem: { message: 'It is nested too deeply.', offset: 0, length: text.length } };
    const found = error instanceof Error ? (error as Error & { readonly pos?: unknown }) : undefined;
    const at = typeof found?.pos === 'number' ? found.pos - shift : 0;
    const offset = Math.min(Math.max(0, at), text.length);
    const isEnd = offset >= withoutStops(text).length;
    const words = (found?.message ?? String(error)).replace(/ \(\d+:\d+\)$/, '');
    return { problem: { message: isEnd && words === 'Unexpected token' ? 'Something is missing at the end.' : `${words}.`, offset, length: offset < text.length ? 1 : 0 } };
  }
}

function isNoFunction({ type }: Node): boolean {
  return ['Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'BinaryExpression', 'UnaryExpression', 'UpdateExpression'].includes(type);
}

/** The expression without spaces and stops at its end. */
export function withoutStops(text: string): string {
  // No regular expression: it would look at a long run of spaces from each of them.
  let end = text.length;
  while (end > 0 && /[;\s]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
