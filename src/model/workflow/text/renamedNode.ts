import { asObject } from '../../../base/jsonShape';
import { referencesOf, scriptReferencesOf, type NamePlace } from '../expression/expressionReferences';
import { parseExpression, parseScript } from '../expression/expressionSyntax';
import { expressionFields, type NodeType } from '../nodeConfig';
import { templateParts } from '../expression/templateText';

/** How a text of a workflow speaks of nodes. */
export type TextKind = 'expression' | 'template' | 'script';

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with `nodes.<from>` and `nodes['<from>']` turned to the new id; unchanged where it does not name that node. What is no JavaScript stays as it is. */
export function renamedIn(text: string, kind: TextKind, from: string, to: string): string {
  if (!text.includes(from)) return text;
  const replacements = kind === 'template' ? inTemplate(text, from, to) : inCode(text, kind, from, to);
  return replacements.sort((a, b) => a.start - b.start).reduceRight((changed, { start, end, text: by }) => changed.slice(0, start) + by + changed.slice(end), text);
}

/** The texts of a node's config that speak of nodes, by their paths. Sources of scripts and fields that are expressions as such, all else as templates. */
export function textsOfConfig(type: string, config: unknown): { readonly path: readonly (string | number)[]; readonly kind: TextKind; readonly text: string }[] {
  const step = type === 'forEach' ? asObject(asObject(config)?.['step']) : undefined;
  const fields = expressionFields[type as NodeType] ?? [];
  return Object.entries(asObject(config) ?? {}).flatMap(([name, value]) => {
    if (name === 'step' && step) return textsOfConfig(String(step['type']), step['config']).map((found) => ({ ...found, path: ['step', 'config', ...found.path] }));
    const kind = fields.includes(name) ? 'expression' : type === 'script' && name === 'source' ? 'script' : 'template';
    return textsIn(value, [name]).map((found) => ({ ...found, kind }));
  });
}

function textsIn(value: unknown, path: readonly (string | number)[]): { readonly path: readonly (string | number)[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return Object.entries(asObject(value) ?? {}).flatMap(([name, member]) => textsIn(member, [...path, name]));
}

function inTemplate(text: string, from: string, to: string): Replacement[] {
  return templateParts(text).flatMap((part) => (part.kind === 'expression' ? inCode(part.source, 'expression', from, to).map((one) => ({ ...one, start: one.start + part.offset, end: one.end + part.offset })) : []));
}

/** Nothing of what is no JavaScript: what it speaks of cannot be told. */
function inCode(code: string, kind: Exclude<TextKind, 'template'>, from: string, to: string): Replacement[] {
  const parsed = kind === 'script' ? parseScript(code) : parseExpression(code);
  if ('problem' in parsed) return [];
  try {
    const { references } = kind === 'script' ? scriptReferencesOf(parsed) : referencesOf(parsed);
    return references.flatMap(({ path: [root, member] }) => {
      // A parameter that takes the node out of the scope has the same place for both: its name is the script's own.
      const names = root.name === 'nodes' && member?.name === from && member.offset !== root.offset;
      const replacement = names ? renamedMember(code, root, member, to) : undefined;
      return replacement ? [replacement] : [];
    });
  } catch {
    return [];
  }
}

function renamedMember(code: string, root: NamePlace, { offset, length, isQuoted }: NamePlace, to: string): Replacement | undefined {
  const end = offset + length;
  if (isQuoted || /^[A-Za-z_$][\w$]*$/.test(to)) return { start: offset, end, text: to };
  const after = root.offset + root.length;
  const link = /^[\s)]*(\??\.)/.exec(code.slice(after, offset));
  return link?.[1] === undefined ? undefined : { start: after + link[0].length - link[1].length, end, text: `${link[1] === '?.' ? '?.' : ''}['${to}']` };
}
