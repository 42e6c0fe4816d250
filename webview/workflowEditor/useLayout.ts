import { useCallback, useState } from 'react';
import { nodeSize } from './geometry';
import { moveTo } from './gestures';
import { glide } from './motion';
import { readPlaces } from './readSnapshot';
import type { EditorParts } from './editorParts';

const layoutWithinMs = 30_000;

export interface Layout {
  readonly layingOut: boolean;
  readonly layOut: () => void;
}

/** Lays the graph out: the host finds the places, the nodes glide there, and one edit writes them down. `shown` is called when they are there. */
export function useLayout(now: () => EditorParts, shown: () => void): Layout {
  const [layingOut, setLayingOut] = useState(false);
  const run = useCallback(async () => {
    const { workflow, graph, host, local, selection, say } = now();
    setLayingOut(true);
    try {
      const edges = [...graph.edges.values()].map(({ source, target }) => ({ source, target }));
      const places = readPlaces(await host.request('layout', { nodes: workflow.nodes.map(({ id }) => ({ id, ...nodeSize })), edges }, AbortSignal.timeout(layoutWithinMs)));
      const from = new Map(workflow.nodes.map(({ id, position }) => [id, position]));
      const known = new Map([...places].filter(([id]) => from.has(id)).map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
      // Against what is there now: the text may have changed while the places were found.
      const gesture = now().canEdit ? moveTo(now().workflow, known, 'Lay out', selection) : undefined;
      if (!gesture) return;
      await glide(from, known, local.set);
      now().edit(gesture.operations, gesture.label);
      now().local.settle();
      shown();
      say('Laid out.');
    } catch {
      local.clear();
      say('The graph could not be laid out. The log has the details.');
    } finally {
      setLayingOut(false);
    }
  }, [now, shown]);
  return { layingOut, layOut: useCallback(() => void run(), [run]) };
}
