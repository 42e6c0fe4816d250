import type { WorkflowNode } from '../../model/workflow/definition';
import { expressionFields, type NodeType } from '../../model/workflow/nodeConfig';
import type { ExpressionScope, Expressions } from '../language/expressionScope';

type Config = Readonly<Record<string, unknown>>;

/** No templates of this node: a script is a program of its own, and what is done for each item sees the item only where it is done. */
const othersTemplates: Readonly<Partial<Record<NodeType, readonly string[]>>> = { script: ['source'], forEach: ['step', 'variables'] };

const known = new WeakMap<WorkflowNode, boolean>();

/** Whether anything in the node's config has to be resolved before it can run. */
export function hasTemplates(node: WorkflowNode): boolean {
  let answer = known.get(node);
  if (answer === undefined) {
    answer = JSON.stringify(split(node).templates).includes('${');
    known.set(node, answer);
  }
  return answer;
}

/** The config with the values of its templates; expressions and scripts as they are written. @throws OrchestratorError `expression-failed` */
export async function resolveConfig(node: WorkflowNode, expressions: Expressions, scope: ExpressionScope): Promise<Config> {
  const { templates, others } = split(node);
  return { ...((await expressions.resolve(templates, scope)) as Config), ...others };
}

function split({ type, config }: WorkflowNode): { readonly templates: Config; readonly others: Config } {
  const left = [...(expressionFields[type] ?? []), ...(othersTemplates[type] ?? [])];
  const isLeft = ([name]: readonly [string, unknown]): boolean => left.includes(name);
  return { templates: Object.fromEntries(Object.entries(config).filter((entry) => !isLeft(entry))), others: Object.fromEntries(Object.entries(config).filter(isLeft)) };
}
