import type { Node } from 'jsonc-parser';
import { asNumber, asObject } from '../../base/jsonShape';
import { jsonNode, placed, readJsonText, type TextIssue } from '../../base/jsonText';
import { jsonDepth } from '../../evaluation/sandbox/jsonDepth';
import { workflowSchemaVersion, type WorkflowDefinition, type WorkflowIssue } from '../../model/workflow/definition';
import { deepestValue, definitionProblems, issueOf } from './validateDefinition';
import { wrong, type DefinitionProblem } from './validateProblems';
import type { KnownNames, ReadWorkflow } from '../workflowService';

const limits = { characters: 10 * 1024 * 1024, tooLarge: 'The file is larger than ten million characters.', empty: 'The file is empty; a workflow begins with {"id": "…", "name": "…", "nodes": [], "edges": []}.' } as const;

const mostProblems = 1000;

/** Text of a workflow, in which comments and trailing commas are allowed. Gives all that is wrong with it, in the order of the text; never throws. */
export function readWorkflow(text: string, known: KnownNames = {}): ReadWorkflow {
  const read = readJsonText(text, limits);
  if ('broken' in read) return { issues: read.issues.map((issue) => ({ severity: 'error', code: read.broken, ...issue })) };
  const { root, value, repeated } = read;
  if (jsonDepth(JSON.stringify(value)) > deepestValue) return { issues: [{ severity: 'error', code: 'too-deep', message: 'It is nested too deeply.', path: '', offset: 0, length: text.length }] };
  const version = asNumber(asObject(value)?.['schemaVersion']);
  if (version !== undefined && version > workflowSchemaVersion) {
    const problem = wrong('newer-format', ['schemaVersion'], `The file has version ${version} of the format, and this program knows version ${workflowSchemaVersion}. It can be looked at; a newer version of the program can change and run it.`);
    return { isNewer: true, issues: [placedIssue(text, root, problem, value)] };
  }
  const issues = [...repeated.map((issue) => repeatedField(issue, value)), ...theFirst(definitionProblems(value, known)).map((problem) => placedIssue(text, root, problem, value))].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  return issues.some(({ severity }) => severity === 'error') ? { issues } : { definition: value as WorkflowDefinition, issues };
}

/** Nobody reads more, and each of them has to be looked for in the text. */
function theFirst(problems: readonly DefinitionProblem[]): readonly DefinitionProblem[] {
  if (problems.length <= mostProblems) return problems;
  return [...problems].sort((one, other) => Number(one.severity !== 'error') - Number(other.severity !== 'error')).slice(0, mostProblems);
}

function repeatedField({ message, path, offset, length }: TextIssue, value: unknown): WorkflowIssue {
  const steps = path.split('/').slice(1);
  return { ...issueOf(wrong('repeated-field', steps, message), value), path, offset, length };
}

function placedIssue(text: string, root: Node, problem: DefinitionProblem, value: unknown): WorkflowIssue {
  const { offset, length } = placed(root, problem);
  const issue = issueOf(problem, value);
  const node = problem.inside && jsonNode(root, problem.path).value;
  if (!problem.inside || node?.type !== 'string') return { ...issue, offset, length };
  const from = offsetInString(text, node.offset, problem.inside.offset);
  return { ...issue, offset: from, length: Math.max(1, offsetInString(text, node.offset, problem.inside.offset + problem.inside.length) - from) };
}

/** Where a character of a string is in the JSON that writes it, in which some take several characters. */
function offsetInString(text: string, quote: number, characters: number): number {
  let at = quote + 1;
  for (let left = characters; left > 0 && at < text.length && text[at] !== '"'; left--) at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  return Math.min(at, text.length);
}
