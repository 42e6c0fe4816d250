import { OrchestratorError } from '../../base/errors';
import { asObject } from '../../base/jsonShape';
import { templateParts, type TemplatePart } from '../../model/workflow/expression/templateText';

/** The expressions of all texts of a value, each once. @throws OrchestratorError `expression-failed` for one that is not closed */
export function expressionsOf(value: unknown): readonly string[] {
  const found = new Set<string>();
  walk(value, (text) => {
    for (const part of partsOf(text)) if (part.kind === 'expression') found.add(part.source);
  });
  return [...found];
}

/** The value with those of the expressions in their places. Nothing of it is changed; a member whose text has no value is left out. */
export function withValues(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return value.includes('${') ? filled(partsOf(value), values) : value;
  if (Array.isArray(value)) return value.map((entry) => withValues(entry, values) ?? null);
  const object = asObject(value);
  if (!object) return value;
  return Object.fromEntries(Object.entries(object).flatMap(([name, member]) => {
    const filledIn = withValues(member, values);
    return filledIn === undefined ? [] : [[name, filledIn] as const];
  }));
}

function walk(value: unknown, see: (text: string) => void): void {
  if (typeof value === 'string') {
    if (value.includes('${')) see(value);
  } else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) walk(member, see);
}

function partsOf(text: string): readonly Exclude<TemplatePart, { readonly kind: 'unclosed' }>[] {
  return templateParts(text).map((part) => {
    if (part.kind !== 'unclosed') return part;
    const line = part.source.trim().replace(/\s+/g, ' ');
    throw new OrchestratorError('expression-failed', `Nothing closes the expression "\${${line.length > 60 ? `${line.slice(0, 60)}…` : line}".`, 'Close it with a }, or write $${ where it is plain text.');
  });
}

/** A text that is one expression gives its value; else values become text. */
function filled(parts: readonly Exclude<TemplatePart, { readonly kind: 'unclosed' }>[], values: ReadonlyMap<string, unknown>): unknown {
  const [first] = parts;
  if (parts.length === 1 && first?.kind === 'expression') return values.get(first.source);
  return parts.map((part) => (part.kind === 'text' ? part.text : asWords(values.get(part.source)))).join('');
}

function asWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
