import { getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';

/** A value of a JSON text, or one that is to be written into it. What has an origin stands in the text; its entries are read when they are asked for. */
export interface TextValue {
  readonly origin?: Node;
  readonly kind: 'object' | 'array' | 'scalar';
  readonly scalar?: unknown;
  entries?: TextEntry[];
}

/** An item of a list, or a member with its name. Removed ones keep their place; new ones stand behind all that were there. */
export interface TextEntry {
  /** The item, or the member with its name. */
  readonly origin?: Node;
  readonly key?: string;
  value: TextValue;
  removed?: boolean;
}

/** The tree of a text with comments and trailing commas; undefined when it is no JSON or nested too deeply. */
export function textTree(text: string): TextValue | undefined {
  const errors: ParseError[] = [];
  try {
    // A byte order mark is a space to the parser, so that all places stay right.
    const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    return root && errors.length === 0 ? valueOf(root) : undefined;
  } catch {
    return undefined;
  }
}

function valueOf(origin: Node): TextValue {
  if (origin.type === 'object' || origin.type === 'array') return { origin, kind: origin.type };
  return { origin, kind: 'scalar', scalar: origin.value };
}

/** A value that stands nowhere yet. Members without a value are left out, as JSON does. */
export function newValue(value: unknown): TextValue {
  if (Array.isArray(value)) return { kind: 'array', entries: value.map((item) => ({ value: newValue(item) })) };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', scalar: value ?? null };
  return { kind: 'object', entries: Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [{ key, value: newValue(member) }])) };
}

/** All entries, removed ones too. */
export function entriesOf(value: TextValue): TextEntry[] {
  value.entries ??= (value.origin?.children ?? []).flatMap((origin): TextEntry[] => {
    if (origin.type !== 'property') return [{ origin, value: valueOf(origin) }];
    const [key, member] = origin.children ?? [];
    return key && member ? [{ origin, key: String(key.value), value: valueOf(member) }] : [];
  });
  return value.entries;
}

export function present(value: TextValue): TextEntry[] {
  return entriesOf(value).filter(({ removed }) => removed !== true);
}

/** The member that counts: of two with one name the last one. */
export function memberOf(value: TextValue | undefined, key: string): TextEntry | undefined {
  return value?.kind === 'object' ? entriesOf(value).findLast((entry) => entry.key === key && entry.removed !== true) : undefined;
}

/** The text of a member; what nobody has looked into yet stays so. */
export function memberText(value: TextValue, key: string): string | undefined {
  if (value.entries || value.kind !== 'object') return textOf(memberOf(value, key)?.value);
  const member = value.origin?.children?.findLast(({ children }) => children?.[0]?.value === key)?.children?.[1];
  return typeof member?.value === 'string' ? member.value : undefined;
}

export function textOf(value: TextValue | undefined): string | undefined {
  return typeof value?.scalar === 'string' ? value.scalar : undefined;
}

/** As plain data. */
export function plain(value: TextValue): unknown {
  if (value.kind === 'scalar') return value.scalar;
  if (value.origin && !value.entries) return getNodeValue(value.origin) as unknown;
  const entries = present(value);
  return value.kind === 'array' ? entries.map((entry) => plain(entry.value)) : Object.fromEntries(entries.map((entry) => [entry.key ?? '', plain(entry.value)]));
}

export function append(value: TextValue, entry: TextEntry): void {
  entriesOf(value).push(entry);
}

export function remove(value: TextValue, entry: TextEntry): void {
  if (entry.origin) entry.removed = true;
  else value.entries = entriesOf(value).filter((other) => other !== entry);
}

/** Makes an entry hold a value, touching no more of the text than differs: comments and the order of members stay. */
export function put(entry: TextEntry, value: TextValue): void {
  const old = entry.value;
  if (old.kind === 'scalar' || old.kind !== value.kind) {
    if (!(old.kind === 'scalar' && value.kind === 'scalar' && Object.is(old.scalar, value.scalar))) entry.value = value;
    return;
  }
  if (old.kind === 'object') putMembers(old, value);
  else putItems(old, value);
}

function putMembers(old: TextValue, value: TextValue): void {
  const wanted = new Map(present(value).map((member) => [member.key, member]));
  for (const member of present(old)) if (!wanted.has(member.key)) remove(old, member);
  for (const [key, member] of wanted) {
    const there = key === undefined ? undefined : memberOf(old, key);
    if (there) put(there, member.value);
    else append(old, member);
  }
}

function putItems(old: TextValue, value: TextValue): void {
  const items = present(old);
  const wanted = present(value);
  for (const item of items.slice(wanted.length)) remove(old, item);
  wanted.forEach((item, index) => {
    const there = items[index];
    if (there) put(there, item.value);
    else append(old, item);
  });
}
