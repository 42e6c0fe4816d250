import { asObject, asObjects, type JsonObject } from '../../../base/jsonShape';
import type { ParsedExpression } from './expressionSyntax';

/** A name in an expression, with its place in the text; that of a quoted one is the place of what is in the quotes. */
export interface NamePlace {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly isQuoted?: true;
}

/** A use of something from outside, with the members of it that are known without running it: `nodes.build['output']` is `nodes`, `build`, `output`. */
export interface Reference {
  readonly path: readonly [NamePlace, ...NamePlace[]];
  /** It comes with the parameter of a script; else its first name is declared nowhere in the text. */
  readonly isParameter: boolean;
  /** The last member is called: what it is called on is used as a whole. */
  readonly isCalled: boolean;
  /** Only its type is asked for: it need not be there. */
  readonly isTypeof: boolean;
}

export interface References {
  readonly references: readonly Reference[];
  /** It may use anything by other means: `eval`, `this`, a constructor. */
  readonly isOpaque: boolean;
  /** Where it imports, which nothing can. */
  readonly imports: readonly Omit<NamePlace, 'name'>[];
}

type Tree = Extract<ParsedExpression, { readonly shift: number }>;
/** Where in the scope a parameter of a script is: `{ variables: v }` makes `v` be `variables`. */
type Parameters = ReadonlyMap<string, readonly string[]>;

/** What an expression speaks of. A name that is declared anywhere in it counts as its own everywhere. @throws RangeError for a tree that is too deep */
export function referencesOf({ tree, shift }: Tree): References {
  return new Reader(shift).read(asObject(tree) ?? {});
}

/** As `referencesOf`, of a script: the scope is the parameter of its function. What the function is cannot always be told. */
export function scriptReferencesOf({ tree, shift }: Tree): References {
  const root = asObject(tree) ?? {};
  const [parameter] = asObjects(scriptFunction(root)?.['params']);
  const parameters = new Map<string, readonly string[]>();
  const isKnown = parameter !== undefined && takeApart(parameter, [], parameters);
  const found = new Reader(shift, parameters).read(root);
  return { ...found, isOpaque: found.isOpaque || !isKnown };
}

function scriptFunction(root: JsonObject): JsonObject | undefined {
  const exported = root['type'] === 'Program' ? asObject(asObjects(root['body']).find(({ type }) => type === 'ExportDefaultDeclaration')?.['declaration']) : root;
  const value = exported && bare(exported);
  return value && /Function/.test(String(value['type'])) ? value : undefined;
}

/** False when some of it cannot be told. */
function takeApart(pattern: JsonObject, path: readonly string[], parameters: Map<string, readonly string[]>): boolean {
  if (pattern['type'] === 'AssignmentPattern') return takeApart(child(pattern, 'left'), path, parameters);
  if (pattern['type'] === 'Identifier') {
    parameters.set(String(pattern['name']), path);
    return true;
  }
  return pattern['type'] === 'ObjectPattern' && asObjects(pattern['properties']).every((property) => {
    const { name } = child(property, 'key');
    return typeof name === 'string' && property['computed'] !== true && takeApart(child(property, 'value'), [...path, name], parameters);
  });
}

class Reader {
  private readonly references: Reference[] = [];
  private readonly imports: Omit<NamePlace, 'name'>[] = [];
  /** How often each name is declared. */
  private readonly own = new Map<string, number>();
  private isOpaque = false;

  constructor(private readonly shift: number, private readonly parameters: Parameters = new Map()) {}

  read(tree: JsonObject): References {
    declare(tree, this.own);
    this.visit(tree);
    return { references: this.references, imports: this.imports, isOpaque: this.isOpaque };
  }

  private visit(node: JsonObject): void {
    switch (node['type']) {
      case 'Identifier':
      case 'MemberExpression':
        this.chain(node, {});
        return;
      case 'CallExpression':
        this.chain(child(node, 'callee'), { isCalled: true });
        this.each(node['arguments']);
        return;
      case 'UnaryExpression':
        this.chain(child(node, 'argument'), { isTypeof: node['operator'] === 'typeof' });
        return;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node['computed'] === true) this.visit(child(node, 'key'));
        this.each(node['value']);
        return;
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        this.defaults(node['params']);
        this.each(node['body']);
        return;
      case 'LabeledStatement':
        this.each(node['body']);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
      case 'ExportSpecifier':
        return;
      case 'ThisExpression':
        this.isOpaque = true;
        return;
      case 'ImportExpression':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        this.imports.push(this.place(node));
        this.each(node['source']);
        return;
      default:
        for (const [key, value] of Object.entries(node)) if (key !== 'type') this.each(value);
    }
  }

  private each(value: unknown): void {
    if (Array.isArray(value)) for (const entry of value) this.each(entry);
    else if (typeof asObject(value)?.['type'] === 'string') this.visit(asObject(value) ?? {});
  }

  /** Of what gives names to a parameter only that which is evaluated. */
  private defaults(pattern: unknown): void {
    if (Array.isArray(pattern)) {
      for (const entry of pattern) this.defaults(entry);
      return;
    }
    const node = asObject(pattern);
    if (!node) return;
    if (node['type'] === 'AssignmentPattern') this.each(node['right']);
    if (node['type'] === 'Property' && node['computed'] === true) this.each(node['key']);
    for (const key of node['type'] === 'Property' ? ['value'] : ['left', 'argument', 'elements', 'properties']) this.defaults(node[key]);
  }

  /** A name with its members, or whatever else members are taken of. */
  private chain(node: JsonObject, { isCalled = false, isTypeof = false }: { readonly isCalled?: boolean; readonly isTypeof?: boolean }): void {
    let members: NamePlace[] = [];
    let isWhole = true;
    let base = bare(node);
    while (base['type'] === 'MemberExpression') {
      const property = child(base, 'property');
      const member = this.member(base, property);
      if (member?.name === 'constructor') this.isOpaque = true;
      if (member) members.push(member);
      else {
        // What is behind it is not known: all of what is before it is used.
        members = [];
        isWhole = false;
        this.each(property);
      }
      base = bare(child(base, 'object'));
    }
    // They were met from the last one on.
    members.reverse();
    const name = base['type'] === 'Identifier' ? base['name'] : undefined;
    if (typeof name === 'string') this.add({ name, ...this.place(base) }, members, { isCalled: isCalled && isWhole, isTypeof: isTypeof && members.length === 0 && isWhole });
    else this.each(base);
  }

  private add(root: NamePlace, members: readonly NamePlace[], how: Pick<Reference, 'isCalled' | 'isTypeof'>): void {
    const { name } = root;
    const parameter = this.parameters.get(name);
    if (parameter) {
      const [first, ...others] = [...parameter.map((step) => ({ ...root, name: step })), ...members];
      // A name that is declared once more inside means something else there.
      if (!first || this.own.get(name) !== 1) this.isOpaque = true;
      else this.references.push({ path: [first, ...others], isParameter: true, ...how });
    } else if (!this.own.has(name)) {
      if (['eval', 'Function', 'globalThis'].includes(name)) this.isOpaque = true;
      this.references.push({ path: [root, ...members], isParameter: false, ...how });
    }
  }

  private member(node: JsonObject, property: JsonObject): NamePlace | undefined {
    const { offset, length } = this.place(property);
    if (node['computed'] !== true) return typeof property['name'] === 'string' && property['type'] === 'Identifier' ? { name: property['name'], offset, length } : undefined;
    const { type, value } = property;
    return type === 'Literal' && typeof value === 'string' ? { name: value, offset: offset + 1, length: length - 2, isQuoted: true } : undefined;
  }

  private place({ start, end }: JsonObject): Omit<NamePlace, 'name'> {
    return { offset: Number(start) - this.shift, length: Number(end) - Number(start) };
  }
}

function child(node: JsonObject, name: string): JsonObject {
  return asObject(node[name]) ?? {};
}

/** Without brackets, and without what only says where `?.` ends. */
function bare(node: JsonObject): JsonObject {
  let inner = node;
  while (inner['type'] === 'ParenthesizedExpression' || inner['type'] === 'ChainExpression') inner = child(inner, 'expression');
  return inner;
}

const declaring: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'], FunctionExpression: ['id', 'params'], FunctionDeclaration: ['id', 'params'], ArrowFunctionExpression: ['params'], ClassExpression: ['id'], ClassDeclaration: ['id'], CatchClause: ['param'],
  ImportSpecifier: ['local'], ImportDefaultSpecifier: ['local'], ImportNamespaceSpecifier: ['local'],
};

function declare(value: unknown, names: Map<string, number>): void {
  if (Array.isArray(value)) {
    for (const entry of value) declare(entry, names);
    return;
  }
  const node = asObject(value);
  if (typeof node?.['type'] !== 'string') return;
  for (const key of declaring[node['type']] ?? []) bind(node[key], names);
  for (const [key, entry] of Object.entries(node)) if (key !== 'type' && typeof entry === 'object') declare(entry, names);
}

/** Names that a pattern gives values to. */
function bind(pattern: unknown, names: Map<string, number>): void {
  if (Array.isArray(pattern)) {
    for (const entry of pattern) bind(entry, names);
    return;
  }
  const node = asObject(pattern);
  if (!node) return;
  if (node['type'] === 'Identifier') names.set(String(node['name']), (names.get(String(node['name'])) ?? 0) + 1);
  else if (node['type'] === 'Property') bind(node['value'], names);
  else for (const key of ['left', 'argument', 'elements', 'properties']) bind(node[key], names);
}
