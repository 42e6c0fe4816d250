import { buildGraph, type WorkflowGraph } from '../../src/model/workflow/graph';
import { isNodeType } from '../../src/model/workflow/nodeConfig';
import type { WorkflowView } from '../../src/model/workflow/view';

/** The graph of what is drawn, by the engine's own rules: the same edges lead back here and there. Nodes of unknown types count as plain steps. */
export function viewGraph({ id, name, nodes, edges }: Pick<WorkflowView, 'id' | 'name' | 'nodes' | 'edges'>): WorkflowGraph {
  return buildGraph({ id, name, nodes: nodes.map((node) => ({ ...node, type: isNodeType(node.type) ? node.type : 'notify' })), edges: [...edges] });
}
