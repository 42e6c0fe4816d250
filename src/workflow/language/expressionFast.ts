import type { Node } from 'acorn';
import { asObject, type JsonObject } from '../../base/jsonShape';

/** The sandbox has to say. */
const unsure = Symbol('unsure');
/** Behind `?.` of what is not there: the rest of the chain is not looked at. */
const ended = Symbol('ended');

/** Longer ones are the sandbox's, which bounds what comes out. */
const longestValue = 256 * 1024;
const mostBrackets = 90;

/**
 * The value of an expression that is nothing but members of data, literals, comparisons of the same kinds, `!`, `&&`, `||`, `??` and `?:`; undefined
 * when it is anything else. It gives exactly what the sandbox gives, or nothing.
 */
export function fastValue(tree: Node, data: Readonly<Record<string, unknown>>): { readonly value: unknown } | undefined {
  const value = valueOf(asObject(tree) ?? {}, data);
  if (value === unsure || value === ended) return undefined;
  if (typeof value !== 'object' || value === null) return { value };
  try {
    const json = JSON.stringify(value);
    return json.length > longestValue || mayBeTooDeep(json) ? undefined : { value: JSON.parse(json) as unknown };
  } catch {
    return undefined;
  }
}

/** Whether it may be nested deeper than what comes out of the sandbox: it is not where there are few brackets, in texts too. */
function mayBeTooDeep(json: string): boolean {
  let opened = 0;
  for (const character of json) if ((character === '[' || character === '{') && ++opened > mostBrackets) return true;
  return false;
}

type Value = unknown;

function valueOf(node: JsonObject, data: Readonly<Record<string, unknown>>): Value {
  const part = (name: string): Value => valueOf(asObject(node[name]) ?? {}, data);
  switch (node['type']) {
    case 'ParenthesizedExpression':
      return closed(part('expression'));
    case 'ChainExpression':
      return closed(part('expression'));
    case 'Literal':
      return literal(node['value']);
    case 'Identifier':
      return root(String(node['name']), data);
    case 'MemberExpression':
      return member(node, part('object'));
    case 'UnaryExpression':
      return node['operator'] === '!' ? sure(part('argument'), (value) => !value) : unsure;
    case 'LogicalExpression':
      return sure(part('left'), (left) => (goesOn(node['operator'], left) ? part('right') : left));
    case 'ConditionalExpression':
      return sure(part('test'), (test) => part(test ? 'consequent' : 'alternate'));
    case 'BinaryExpression':
      return sure(part('left'), (left) => sure(part('right'), (right) => compared(node['operator'], left, right)));
    default:
      return unsure;
  }
}

/** The end of a chain of `?.`. */
function closed(value: Value): Value {
  return value === ended ? undefined : value;
}

function sure(value: Value, next: (value: unknown) => Value): Value {
  return value === unsure || value === ended ? unsure : next(value);
}

function literal(value: unknown): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value : unsure;
  if (typeof value === 'string') return plainText(value);
  return typeof value === 'boolean' || value === null ? value : unsure;
}

/** Half a character does not arrive in the sandbox as it is written. */
function plainText(text: string): Value {
  return /[\uD800-\uDFFF]/.test(text) ? unsure : text;
}

function root(name: string, data: Readonly<Record<string, unknown>>): Value {
  if (Object.hasOwn(data, name)) return data[name] === undefined ? undefined : plain(data[name]);
  return name === 'undefined' ? undefined : unsure;
}

/** As it arrives: what is no JSON is not for here. */
function plain(value: unknown): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : unsure;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === Array.prototype ? value : unsure;
}

function member(node: JsonObject, object: Value): Value {
  if (object === unsure || object === ended) return object;
  const name = memberName(node);
  if (name === undefined) return unsure;
  if (object === undefined || object === null) return node['optional'] === true ? ended : unsure;
  if (typeof object === 'string') return name === 'length' ? object.length : unsure;
  if (typeof object !== 'object') return unsure;
  if (Array.isArray(object)) return name === 'length' ? object.length : /^(0|[1-9]\d{0,8})$/.test(name) && Object.hasOwn(object, name) ? plain(object[Number(name)]) : unsure;
  if (typeof (object as JsonObject)['toJSON'] === 'function') return unsure;
  if (Object.hasOwn(object, name)) return plain((object as JsonObject)[name]);
  return name in Object.prototype ? unsure : undefined;
}

function memberName(node: JsonObject): string | undefined {
  const { type, name, value } = asObject(node['property']) ?? {};
  if (node['computed'] !== true) return type === 'Identifier' ? String(name) : undefined;
  return type === 'Literal' && (typeof value === 'string' || typeof value === 'number') ? String(value) : undefined;
}

function goesOn(operator: unknown, left: unknown): boolean {
  if (operator === '&&') return Boolean(left);
  return operator === '||' ? !left : left === undefined || left === null;
}

function compared(operator: unknown, left: unknown, right: unknown): Value {
  // Two uses of one list are the same list there, and two lists of one thing may be one here.
  if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null) return unsure;
  if (operator === '===') return left === right;
  if (operator === '!==') return left !== right;
  const isOrdered = (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!isOrdered) return unsure;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return unsure;
  }
}
