import { parentPort, workerData } from 'node:worker_threads';
import { layoutPoints, type LayoutEdge, type LayoutNode } from './layout';

/** Entry of `layoutWorker.js`. It is started by `layoutThread.ts` of the same build for one graph, so what arrives needs no schema. */
function main(): void {
  const { nodes, edges } = workerData as { readonly nodes: readonly LayoutNode[]; readonly edges: readonly LayoutEdge[] };
  parentPort?.postMessage(layoutPoints(nodes, edges));
}

main();
