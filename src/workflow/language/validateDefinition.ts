import { formatCount } from '../../base/format';
import { asList, asObject, asText } from '../../base/jsonShape';
import { jsonPointer } from '../../base/jsonText';
import { jsonDepth } from '../../evaluation/sandbox/jsonDepth';
import { WorkflowDefinitionSchema, type WorkflowIssue } from '../../model/workflow/definition';
import { workflowView } from '../../model/workflow/view';
import { expressionRules } from './validateExpressions';
import { graphRules, looseGraph } from './validateGraph';
import { nodeRules } from './validateNodes';
import { looseDefinition, wrong, type DefinitionProblem } from './validateProblems';
import { schemaRules } from './validateSchema';
import { sessionRules } from './validateSessions';
import { variableRules } from './validateVariables';
import type { KnownNames } from '../workflowService';

/** Deeper values are refused: what walks them would overflow. */
export const deepestValue = 200;

/** All that is wrong with a definition, by path; there are no places in a text. Never throws, whatever it is given. */
export function validateDefinition(value: unknown, known: KnownNames = {}): WorkflowIssue[] {
  const plain = plainValue(value);
  if (!plain) return [{ severity: 'error', code: 'not-json', message: 'It is no JSON, or it is nested too deeply.', path: '' }];
  return definitionProblems(plain.value, known).map((problem) => issueOf(problem, plain.value));
}

/** Of plain JSON that is not too deep. */
export function definitionProblems(value: unknown, known: KnownNames): readonly DefinitionProblem[] {
  const tooMany = tooManyEntries(value);
  if (tooMany.length > 0) return tooMany;
  const definition = looseDefinition(value);
  const graph = looseGraph(definition);
  const { problems, spoken } = expressionRules(definition, workflowView(value));
  return withoutDoubles([...schemaRules(definition, value), ...graphRules(definition, graph), ...nodeRules(definition, graph, known), ...problems, ...variableRules(definition, spoken), ...sessionRules(definition, graph, spoken)]);
}

/** The other rules ask for minutes and gigabytes where a file has hundreds of thousands of nodes, and all files are read for a list of them. */
function tooManyEntries(value: unknown): readonly DefinitionProblem[] {
  const { nodes, edges, notes, groups } = WorkflowDefinitionSchema.properties;
  return Object.entries({ nodes, edges, notes, groups }).flatMap(([name, { maxItems = Number.POSITIVE_INFINITY }]) => {
    const { length } = asList(asObject(value)?.[name]);
    return length > maxItems ? [wrong('invalid-value', [name], `It has ${formatCount(length)} entries, and ${formatCount(maxItems)} are the most. Nothing else was checked.`, 'start')] : [];
  });
}

/** With the node or edge that it is at. */
export function issueOf({ severity, code, message, path }: DefinitionProblem, value: unknown): WorkflowIssue {
  const [list, index] = path;
  const entries = list === 'nodes' || list === 'edges' ? asList(asObject(value)?.[list]) : [];
  const id = asText(asObject(entries[Number(index)])?.['id']);
  return { severity, code, message, path: jsonPointer(path), ...(id === undefined ? {} : list === 'nodes' ? { node: id } : { edge: id }) };
}

/** As JSON has it: no cycles, classes and numbers that JSON does not know. */
function plainValue(value: unknown): { readonly value: unknown } | undefined {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined || jsonDepth(json) > deepestValue ? undefined : { value: JSON.parse(json) as unknown };
  } catch {
    return undefined;
  }
}

/** What two rules say of one place in the same words, or what one says again because the schema did. */
function withoutDoubles(problems: readonly DefinitionProblem[]): readonly DefinitionProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, path, message, inside }) => {
    const key = JSON.stringify([code, path.map(String), message, inside]);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}
