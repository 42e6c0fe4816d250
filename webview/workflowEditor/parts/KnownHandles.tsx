import { useLayoutEffect, useState, type ReactNode } from 'react';
import { internalsSymbol, Position, useStore, useStoreApi, type HandleElement, type ReactFlowState } from 'reactflow';
import { nodeSize } from '../geometry';

const handle = 10;
const top = (nodeSize.height - handle) / 2;

const target: HandleElement = { position: Position.Left, x: -handle / 2, y: top, width: handle, height: handle };
const source: HandleElement = { position: Position.Right, x: nodeSize.width - handle / 2, y: top, width: handle, height: handle };

function nodesOf(state: ReactFlowState): ReactFlowState['nodeInternals'] {
  return state.nodeInternals;
}

/**
 * Tells the library where the handles of nodes are that were never in sight. It measures them when a node is drawn, and draws no edge to one that
 * was not: an edge that leads out of the picture would be missing.
 */
export function KnownHandles(): null {
  const store = useStoreApi();
  const nodes = useStore(nodesOf);
  useLayoutEffect(() => {
    let changed = false;
    for (const node of nodes.values()) {
      const internals = node[internalsSymbol];
      if (node.type !== 'step' || internals === undefined || internals.handleBounds !== undefined) continue;
      internals.handleBounds = { source: [source], target: [target] };
      changed = true;
    }
    if (changed) store.setState({ nodeInternals: new Map(nodes) });
  }, [nodes, store]);
  return null;
}

/**
 * Keeps the library from measuring steps, whose size is known: each one that comes into sight would have it look at all nodes and edges anew.
 * To be put around the picture, since the library takes what measures when it is first drawn.
 */
export function KnownSizes({ children }: { readonly children: ReactNode }): ReactNode {
  const store = useStoreApi();
  useState(() => {
    const measure = store.getState().updateNodeDimensions;
    store.setState({
      updateNodeDimensions: (updates) => {
        const unknown = updates.filter(({ id }) => store.getState().nodeInternals.get(id)?.type !== 'step');
        if (unknown.length > 0) measure(unknown);
      },
    });
  });
  return children;
}
