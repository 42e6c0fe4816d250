import { tokenizer } from 'acorn';
import { templateParts } from '../../model/workflow/expression/templateText';
import { executionMembers, nodeMembers, type ExpressionNames } from './expressionNames';
import type { ExpressionKind } from './expressionProblems';

export interface CompletionItem {
  /** What replaces the text from `from` to the place of the cursor. */
  readonly label: string;
  readonly detail?: string;
  readonly kind: 'variable' | 'node' | 'member' | 'keyword';
}

/** Names that are looked at before the cursor. */
const longestChain = 300;
const identifier = /^[A-Za-z_$][\w$]*$/;

/** What can follow at a place of an expression, or of one in a template. Never throws. */
export function completions(text: string, offset: number, kind: ExpressionKind, names: ExpressionNames): { readonly from: number; readonly items: readonly CompletionItem[] } {
  const start = kind === 'template' ? expressionStart(text, offset) : 0;
  const before = start === undefined ? '' : text.slice(start, offset);
  const chain = start === undefined ? undefined : chainBefore(before);
  if (!chain) return { from: offset, items: [] };
  const { path, partial, quote } = chain;
  const written = partial.toLowerCase();
  const items = offered(path, quote, partial, names).filter(({ label }) => label.toLowerCase().startsWith(written) || label.toLowerCase().includes(`.${written}`));
  return { from: offset - partial.length, items };
}

/** Where the expression begins in which the cursor is. */
function expressionStart(text: string, offset: number): number | undefined {
  for (const part of templateParts(text)) {
    if (part.kind === 'text') continue;
    const start = part.kind === 'unclosed' ? part.offset + 2 : part.offset;
    if (offset >= start && offset <= start + part.source.length) return start;
  }
  return undefined;
}

interface Chain {
  readonly path: readonly string[];
  readonly partial: string;
  /** The name is written in these quotes. */
  readonly quote?: string;
}

function chainBefore(before: string): Chain | undefined {
  const near = before.slice(-longestChain);
  const [, quotedPath, quote, quoted] = /([\w$]+(?:\??\.[\w$]+)*)(?:\?\.)?\[\s*(['"])([\w$-]*)$/.exec(near) ?? [];
  if (quotedPath !== undefined && quote !== undefined) return { path: namesOf(quotedPath), partial: quoted ?? '', quote };
  if (isInText(before)) return undefined;
  const [, path, partial = ''] = /(?:([\w$]+(?:\??\.[\w$]+)*)\s*\??\.\s*)?([\w$]*)$/.exec(near) ?? [];
  // Members of what a call or a bracket gives are not known.
  if (path === undefined && /[.]\s*$/.test(near.slice(0, near.length - partial.length))) return undefined;
  return { path: path === undefined ? [] : namesOf(path), partial };
}

function namesOf(path: string): readonly string[] {
  return path.split(/\??\./);
}

/** In a string, a comment or the plain part of a template, where names mean nothing. */
function isInText(before: string): boolean {
  let isComment = false;
  try {
    const tokens = tokenizer(`(${before}`, { ecmaVersion: 2023, onComment: (isBlock, _text, _start, end) => { isComment = !isBlock && end > before.length; } });
    for (const token of tokens) void token;
    return isComment;
  } catch (error) {
    return error instanceof SyntaxError && /^Unterminated/.test(error.message);
  }
}

function offered(path: readonly string[], quote: string | undefined, partial: string, names: ExpressionNames): readonly CompletionItem[] {
  const [root, name, ...others] = path;
  const { extra } = names;
  const [variables, nodes] = [[...(names.variables ?? [])], [...(names.nodes ?? [])]];
  if (root === undefined) return quote === undefined ? [...roots(extra), ...(partial === '' ? [] : [...variables.map((variable) => item(`variables.${variable}`, 'variable')), ...nodes.map((node) => item(nodePath(node), 'node'))])] : [];
  const fits = (label: string): boolean => quote !== undefined || identifier.test(label);
  if (name === undefined) {
    if (root === 'variables') return variables.filter(fits).map((variable) => item(variable, 'variable'));
    if (root === 'nodes') return nodes.filter(fits).map((node) => item(node, 'node'));
    return root === 'execution' ? members(executionMembers) : [];
  }
  return root === 'nodes' && others.length === 0 ? members(nodeMembers) : [];
}

function roots(extra: readonly string[]): CompletionItem[] {
  return [
    { label: 'variables', detail: 'of this execution', kind: 'keyword' },
    { label: 'nodes', detail: 'what the steps have given', kind: 'keyword' },
    { label: 'execution', detail: 'the execution itself', kind: 'keyword' },
    ...extra.map((label) => item(label, 'variable')),
  ];
}

/** Ids may have hyphens, which no name behind a point has. */
function nodePath(node: string): string {
  return identifier.test(node) ? `nodes.${node}` : `nodes['${node}']`;
}

function item(label: string, kind: CompletionItem['kind']): CompletionItem {
  return { label, kind };
}

function members(known: Readonly<Record<string, string>>): CompletionItem[] {
  return Object.entries(known).map(([label, detail]) => ({ label, detail, kind: 'member' }));
}
