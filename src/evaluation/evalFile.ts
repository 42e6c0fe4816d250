import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from '@sinclair/typebox';
import { jsonTree, placed, readJsonText, type ValueProblem } from '../base/jsonText';
import { schemaProblems } from '../base/schemaWords';
import { EvalBaselineSchema, EvalFileSchema, type EvalBaseline, type EvalFile } from '../model/evalConfig';
import type { EvalConfigIssue } from './evalDefinition';
import { brokenRules } from './evalFileRules';

export type ParsedFile<T> = { readonly value: T } | { readonly issues: readonly [EvalConfigIssue, ...EvalConfigIssue[]] };

const limits = { characters: 1024 * 1024, tooLarge: 'The file is larger than a million characters.', empty: 'The file is empty; it begins with {"version": 1}.' } as const;
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

function parseFile<T>(text: string, schema: TSchema, rules: (value: unknown) => readonly ValueProblem[]): ParsedFile<T> {
  const read = readJsonText(text, limits);
  if ('broken' in read) return { issues: read.issues };
  const { root, value, repeated } = read;
  const check = compiled.get(schema) ?? new Ajv({ allErrors: true, strict: true, verbose: true, allowUnionTypes: true, meta: false, validateSchema: false }).compile(schema);
  compiled.set(schema, check);
  const problems = check(value) ? [] : schemaProblems(check.errors ?? []);
  const issues = [...repeated, ...[...problems, ...rules(value)].map((problem) => placed(root, problem))].sort((a, b) => a.offset - b.offset);
  const [firstIssue, ...otherIssues] = issues;
  return firstIssue ? { issues: [firstIssue, ...otherIssues] } : { value: value as T };
}

/** Where a value is in the text of a file that is sound. */
export function placeOf(text: string, path: ValueProblem['path']): Pick<EvalConfigIssue, 'path' | 'offset' | 'length'> {
  const root = jsonTree(text);
  const { message: _message, ...place } = root ? placed(root, { path, at: 'value', message: '' }) : { message: '', path: '', offset: 0, length: 0 };
  return place;
}
