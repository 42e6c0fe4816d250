import { asObject, type JsonObject } from '../../base/jsonShape';
import type { Reference } from '../../model/workflow/expression/expressionReferences';
import { isNodeType, type NodeType } from '../../model/workflow/nodeConfig';
import { textsOfConfig } from '../../model/workflow/text/renamedNode';
import type { WorkflowView } from '../../model/workflow/view';
import { attemptNames, itemNames, stepNames, variablesOf, type ExpressionNames } from './expressionNames';
import { checkExpression, type ExpressionKind } from './expressionProblems';
import type { DefinitionProblem, LooseDefinition } from './validateProblems';

type Path = DefinitionProblem['path'];

/** A text that is evaluated, where it is and what it speaks of. */
export interface SpokenText {
  readonly path: Path;
  readonly node?: string;
  readonly references: readonly Reference[];
  /** It may speak of anything. */
  readonly isOpaque: boolean;
}

/** Everything that is evaluated: conditions, assignments, and the configurations of nodes. */
export function expressionRules({ nodes, edges }: LooseDefinition, view: WorkflowView): { readonly problems: readonly DefinitionProblem[]; readonly spoken: readonly SpokenText[] } {
  const names: ExpressionNames = { variables: variablesOf(view), nodes: new Set(nodes.flatMap(({ id }) => id ?? [])), extra: [] };
  const atStep: ExpressionNames = { ...names, extra: stepNames };
  const reader = new TextReader();
  for (const { index, id, type, config, raw } of nodes) {
    if (isNodeType(type) && config) reader.config(type, config, ['nodes', index, 'config'], names, id);
    for (const [name, value] of Object.entries(asObject(raw['assign']) ?? {})) reader.text(value, 'expression', ['nodes', index, 'assign', name], atStep, id);
  }
  for (const { index, raw } of edges) reader.text(raw['condition'], 'expression', ['edges', index, 'condition'], atStep);
  return reader;
}

class TextReader {
  readonly problems: DefinitionProblem[] = [];
  readonly spoken: SpokenText[] = [];

  config(type: NodeType, config: JsonObject, path: Path, names: ExpressionNames, node: string | undefined): void {
    // What is evaluated for each item has the item's variables; a script of it runs in an execution that has other nodes.
    const atItem: ExpressionNames = type === 'forEach' ? { ...names, variables: new Set([...(names.variables ?? []), ...itemNames(config)]) } : names;
    const inItem: ExpressionNames = { extra: [], ...(atItem.variables && { variables: atItem.variables }) };
    const atAttempts: ExpressionNames = { ...names, extra: attemptNames };
    for (const { path: below, kind, text } of textsOfConfig(type, config)) {
      const [field] = below;
      const inScope = field === 'step' && kind === 'script' ? inItem : field === 'step' || field === 'variables' ? atItem : type === 'bestOf' && field === 'select' ? atAttempts : names;
      this.text(text, kind, [...path, ...below], inScope, node);
    }
  }

  text(value: unknown, kind: ExpressionKind, path: Path, names: ExpressionNames, node?: string): void {
    if (typeof value !== 'string' || value === '' || (kind === 'template' && !value.includes('${'))) return;
    const { problems, references, isOpaque } = checkExpression(value, kind, names);
    for (const { severity, code, message, offset, length } of problems) this.problems.push({ severity, code, message, path, at: 'value', inside: { offset, length } });
    if (references.length > 0 || isOpaque) this.spoken.push({ path, references, isOpaque, ...(node === undefined ? {} : { node }) });
  }
}
