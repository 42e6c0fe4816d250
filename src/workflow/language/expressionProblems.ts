import { meant } from '../../base/nearestName';
import { referencesOf, scriptReferencesOf, type NamePlace, type Reference, type References } from '../../model/workflow/expression/expressionReferences';
import { parseExpression, parseScript, type ParsedExpression, type SyntaxProblem } from '../../model/workflow/expression/expressionSyntax';
import { templateParts } from '../../model/workflow/expression/templateText';
import { executionMembers, nodeMembers, type ExpressionNames } from './expressionNames';

export type ExpressionKind = 'expression' | 'template' | 'script';

export interface ExpressionFinding extends SyntaxProblem {
  readonly severity: 'error' | 'warning';
  /** `bad-expression`, `unknown-name`, `unknown-variable`, `unknown-node`, `unknown-member`. */
  readonly code: string;
}

/** What a text speaks of, with places in it, and whether it may speak of anything else. */
export interface CheckedExpression {
  readonly problems: readonly ExpressionFinding[];
  readonly references: readonly Reference[];
  readonly isOpaque: boolean;
}

/** What is wrong with a text that is typed: syntax, names and members that are not there. Never throws. */
export function expressionProblems(text: string, kind: ExpressionKind, names: ExpressionNames): readonly ExpressionFinding[] {
  return checkExpression(text, kind, names).problems;
}

export function checkExpression(text: string, kind: ExpressionKind, names: ExpressionNames): CheckedExpression {
  if (kind !== 'template') return checkOne(text, kind, names);
  if (!text.includes('${')) return { problems: [], references: [], isOpaque: false };
  const parts = templateParts(text).flatMap((part): CheckedExpression[] => {
    if (part.kind === 'text') return [];
    if (part.kind === 'unclosed') return [{ problems: [bad({ message: 'Nothing closes this ${ with a }. Write $${ where it is plain text.', offset: part.offset, length: 2 })], references: [], isOpaque: false }];
    const { problems, references, isOpaque } = checkOne(part.source, 'expression', names);
    const place = <T extends { readonly offset: number }>(there: T): T => ({ ...there, offset: there.offset + part.offset });
    return [{ problems: problems.map(place), references: references.map(({ path: [first, ...others], ...how }) => ({ ...how, path: [place(first), ...others.map(place)] })), isOpaque }];
  });
  return { problems: parts.flatMap(({ problems }) => problems), references: parts.flatMap(({ references }) => references), isOpaque: parts.some(({ isOpaque }) => isOpaque) };
}

function checkOne(text: string, kind: 'expression' | 'script', names: ExpressionNames): CheckedExpression {
  const read = readExpression(text, kind);
  if ('problem' in read) return { problems: [bad(read.problem)], references: [], isOpaque: true };
  const { references, imports, isOpaque } = read;
  const problems = [...imports.map(({ offset, length }) => bad({ offset, length, message: 'Nothing can be imported here.' })), ...references.flatMap((reference) => nameProblem(reference, kind, names) ?? [])];
  return { problems, references, isOpaque };
}

/** Syntax and references; kept for the texts that were read last, since the same ones are read again with each change of a workflow and each step. */
export function readExpression(text: string, kind: 'expression' | 'script'): (Extract<ParsedExpression, { readonly shift: number }> & References) | { readonly problem: SyntaxProblem } {
  const key = `${kind} ${text}`;
  const known = lastRead.get(key);
  if (known) return known;
  const read = readAnew(text, kind);
  if (text.length <= longestKept) {
    if (lastRead.size >= mostKept) lastRead.clear();
    lastRead.set(key, read);
  }
  return read;
}

const lastRead = new Map<string, ReturnType<typeof readAnew>>();
const mostKept = 2000;
const longestKept = 1000;

function readAnew(text: string, kind: 'expression' | 'script'): (Extract<ParsedExpression, { readonly shift: number }> & References) | { readonly problem: SyntaxProblem } {
  try {
    const parsed = kind === 'script' ? parseScript(text) : parseExpression(text);
    return 'problem' in parsed ? parsed : { ...parsed, ...(kind === 'script' ? scriptReferencesOf(parsed) : referencesOf(parsed)) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: { message: 'It is nested too deeply.', offset: 0, length: text.length } };
    throw error;
  }
}

function bad(problem: SyntaxProblem): ExpressionFinding {
  return { ...problem, severity: 'error', code: 'bad-expression' };
}

function found({ offset, length }: NamePlace, code: string, message: string): ExpressionFinding {
  return { severity: 'error', code, message, offset, length };
}

function nameProblem({ path: [root, member, detail], isParameter, isCalled, isTypeof }: Reference, kind: 'expression' | 'script', names: ExpressionNames): ExpressionFinding | undefined {
  const { extra } = names;
  const isScope = isParameter || kind === 'expression';
  if (!isScope || !['variables', 'nodes', 'execution', ...extra].includes(root.name)) return isTypeof || (!isParameter && builtIn.has(root.name)) ? undefined : found(root, 'unknown-name', unknownName(root.name, isParameter, kind, names));
  if (!member || (isCalled && !detail) || member.name in Object.prototype) return undefined;
  if (root.name === 'variables' && names.variables?.has(member.name) === false) {
    return found(member, 'unknown-variable', `There is no variable "${shown(member.name)}".${meant(member.name, few(names.variables))}`);
  }
  if (root.name === 'nodes') {
    if (names.nodes?.has(member.name) === false) return found(member, 'unknown-node', `There is no node "${shown(member.name)}".${meant(member.name, few(names.nodes))}`);
    return detail ? unknownMember(detail, 'A node', Object.keys(nodeMembers)) : undefined;
  }
  return root.name === 'execution' ? unknownMember(member, 'The execution', Object.keys(executionMembers)) : undefined;
}

function unknownMember(member: Reference['path'][number], owner: string, members: readonly string[]): ExpressionFinding | undefined {
  if (members.includes(member.name) || member.name in Object.prototype) return undefined;
  return { ...found(member, 'unknown-member', `${owner} has no "${shown(member.name)}", only ${members.join(', ')}.${meant(member.name, members)}`), severity: 'warning' };
}

function unknownName(name: string, isParameter: boolean, kind: 'expression' | 'script', { variables, nodes }: ExpressionNames): string {
  if (isParameter) return `A script is given variables, nodes and execution, and no "${shown(name)}".`;
  if (kind === 'script' && ['variables', 'nodes', 'execution'].includes(name)) return `"${name}" comes with the parameter: write ({ ${name} }) => value.`;
  const place = variables?.has(name) ? `variables.${name}` : nodes?.has(name) ? `nodes.${name}` : undefined;
  return `There is no "${shown(name)}" here.${place === undefined ? '' : ` Did you mean "${place}"?`}`;
}

function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

/** Those among which the nearest is looked for. */
function few(names: ReadonlySet<string> | undefined): readonly string[] {
  return names === undefined || names.size > 100 ? [] : [...names];
}

/** Names that the engine of the sandbox has; a test holds them against it. */
export const builtIn: ReadonlySet<string> = new Set(
  (
    'undefined NaN Infinity globalThis Object Function Array String Number Boolean Symbol BigInt Math JSON Date RegExp Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Proxy Reflect Error EvalError RangeError ReferenceError SyntaxError TypeError URIError InternalError AggregateError ' +
    'ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Iterator parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval console module exports'
  ).split(' '),
);
