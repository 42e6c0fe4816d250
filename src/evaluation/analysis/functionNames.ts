/** What is read of an ESTree node, whatever its type is. Source: https://github.com/estree/estree */
export interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number }; readonly end: { readonly line: number } } | null;
  readonly parent?: SyntaxNode | null;
  readonly id?: SyntaxNode | null;
  readonly key?: SyntaxNode;
  readonly kind?: string;
  readonly name?: string;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly callee?: SyntaxNode;
  readonly property?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
  readonly properties?: readonly SyntaxNode[];
}

const longestName = 60;

/** What a person would call a function, class field initializer or static block; `textOf` gives a node's source. */
export function functionName(node: SyntaxNode, textOf: (node: SyntaxNode) => string): string {
  const text = (part: SyntaxNode | undefined): string => (part ? textOf(part).replace(/\s+/g, ' ').slice(0, longestName) : '');
  const { parent } = node;
  if (node.type === 'StaticBlock') return `${memberPrefix(node)}static block`;
  if (node.id) return text(node.id);
  switch (parent?.type) {
    case 'PropertyDefinition': return `${memberPrefix(parent)}${text(parent.key)}${/Function/.test(node.type) ? '' : ' initializer'}`;
    case 'MethodDefinition': return `${memberPrefix(parent)}${parent.kind === 'get' || parent.kind === 'set' ? `${parent.kind} ` : ''}${text(parent.key)}`;
    case 'Property': return text(parent.key);
    case 'VariableDeclarator': return text(parent.id ?? undefined);
    case 'AssignmentExpression':
    case 'AssignmentPattern': return text(parent.left);
    case 'CallExpression': return parent.callee === node ? 'called function' : `callback of ${text(parent.callee?.property ?? parent.callee)}`;
    case 'ExportDefaultDeclaration': return 'default';
    default: return 'anonymous function';
  }
}

/** Where its name stands: a method's key, a variable's declarator. */
export function firstLine(node: SyntaxNode): number {
  const { parent } = node;
  const named = parent && ['MethodDefinition', 'Property', 'VariableDeclarator'].includes(parent.type) ? parent : node;
  return named.loc?.start.line ?? 1;
}

/** `(function (Color) { … })(Color || (Color = {}))`, which TypeScript's enums and namespaces become. */
export function isEnumBody({ type, parent, ...node }: SyntaxNode): boolean {
  if (type !== 'FunctionExpression' || parent?.type !== 'CallExpression' || parent.callee?.type !== type || node.id) return false;
  const [argument, ...more] = parent.arguments ?? [];
  const created = argument?.type === 'LogicalExpression' && argument.right?.type === 'AssignmentExpression' ? argument.right.right : undefined;
  return more.length === 0 && created?.type === 'ObjectExpression' && created.properties?.length === 0;
}

/** `Cart.` of a member of the class `Cart`. */
function memberPrefix({ parent: body }: SyntaxNode): string {
  const owner = body?.parent;
  const name = owner?.id?.name ?? (owner?.parent?.type === 'VariableDeclarator' ? owner.parent.id?.name : undefined);
  return name === undefined ? '' : `${name}.`;
}
