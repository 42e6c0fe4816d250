import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from '@sinclair/typebox';
import { EvalBaselineSchema, EvalFileSchema, type EvalBaseline, type EvalFile } from '../model/evalConfig';
import type { EvalConfigIssue } from './evalDefinition';
import { brokenRules, type BrokenRule } from './evalFileRules';
import { schemaProblems } from './evalFileWords';

export type ParsedFile<T> = { readonly value: T } | { readonly issues: readonly [EvalConfigIssue, ...EvalConfigIssue[]] };

const mostCharacters = 1024 * 1024;
/** Compiled for the first file. */
const compiled = new Map<TSchema, ValidateFunction>();

/** Text of `.amp/evals.json`, in which comments and trailing commas are allowed. Gives all that is wrong with it; never throws, never repeats a value. */
export function parseEvalFile(text: string): ParsedFile<EvalFile> {
  return parseFile(text, EvalFileSchema, brokenRules);
}

/** Text of `.amp/evals.baseline.json`, as `parseEvalFile`. */
export function parseBaseline(text: string): ParsedFile<EvalBaseline> {
  return parseFile(text, EvalBaselineSchema, () => []);
}

function parseFile<T>(text: string, schema: TSchema, rules: (value: unknown) => readonly BrokenRule[]): ParsedFile<T> {
  if (text.length > mostCharacters) return { issues: [{ message: 'The file is larger than a million characters.', path: '', offset: 0, length: 0 }] };
  if (/^[\s\uFEFF]*$/.test(text)) return { issues: [{ message: 'The file is empty; it begins with {"version": 1}.', path: '', offset: 0, length: text.length }] };
  const errors: ParseError[] = [];
  let root: Node | undefined;
  let value: unknown;
  try {
    // A byte order mark is a space to the parser, so that all places stay right.
    root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    // Through JSON: plain objects, and null for numbers that JSON does not have.
    value = root && (JSON.parse(JSON.stringify(getNodeValue(root))) as unknown);
  } catch {
    return { issues: [{ message: 'It is nested too deeply.', path: '', offset: 0, length: text.length }] };
  }
  const [first, ...others] = errors.map(syntaxIssue);
  if (first) return { issues: [first, ...others] };
  if (!root) return { issues: [{ message: 'It is no JSON.', path: '', offset: 0, length: text.length }] };
  const check = compiled.get(schema) ?? new Ajv({ allErrors: true, strict: true, verbose: true, allowUnionTypes: true, meta: false, validateSchema: false }).compile(schema);
  compiled.set(schema, check);
  const problems = check(value) ? [] : schemaProblems(check.errors ?? []);
  const tree = root;
  const issues = [...repeatedNames(tree, ''), ...[...problems, ...rules(value)].map((problem) => placed(tree, problem))].sort((a, b) => a.offset - b.offset);
  const [firstIssue, ...otherIssues] = issues;
  return firstIssue ? { issues: [firstIssue, ...otherIssues] } : { value: value as T };
}

/** Where a value is in the text of a file that is sound. */
export function placeOf(text: string, path: BrokenRule['path']): Pick<EvalConfigIssue, 'path' | 'offset' | 'length'> {
  const root = parseTree(text.replace(/^\uFEFF/, ' '), [], { allowTrailingComma: true });
  const { message: _message, ...place } = root ? placed(root, { path, at: 'value', message: '' }) : { message: '', path: '', offset: 0, length: 0 };
  return place;
}

function syntaxIssue({ error, offset, length }: ParseError): EvalConfigIssue {
  const words = printParseErrorCode(error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return { message: `This is no JSON: ${words}.`, path: '', offset, length };
}

/** The last one would count, and a reader sees the first one. */
function repeatedNames(node: Node, path: string): EvalConfigIssue[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((child, index) => repeatedNames(child, `${path}/${index}`));
  if (node.type !== 'object') return [];
  const seen = new Set<unknown>();
  return (node.children ?? []).flatMap(({ children: [key, member] = [] }) => {
    const name: unknown = key?.value;
    const below = `${path}/${escaped(String(name))}`;
    const isRepeated = seen.has(name);
    seen.add(name);
    return [...(isRepeated && key ? [{ message: 'This field is there twice.', path: below, offset: key.offset, length: key.length }] : []), ...(member ? repeatedNames(member, below) : [])];
  });
}

/** Where a problem is in the text: at the value that it speaks of, at the name of a member, or at the beginning of what lacks something. */
function placed(root: Node, { path, at, message }: BrokenRule): EvalConfigIssue {
  let node = root;
  let place: Node | undefined = root;
  for (const step of path) {
    const child: Node | undefined = node.type === 'array' ? node.children?.[Number(step)] : node.children?.findLast(({ children }) => children?.[0]?.value === step);
    if (!child) break;
    const [key, member] = node.type === 'array' ? [undefined, child] : (child.children ?? []);
    place = at === 'name' ? (key ?? member) : member;
    node = member ?? node;
  }
  const isOpening = at === 'start' || (place.type !== 'string' && (place.children?.length ?? 0) > 0);
  return { message, path: path.map((step) => `/${escaped(String(step))}`).join(''), offset: place?.offset ?? 0, length: isOpening ? 1 : (place?.length ?? 0) };
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
