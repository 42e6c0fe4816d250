import { errorMessage } from '../../base/errors';
import type { EdgeVerdict } from '../../model/workflow/event';
import type { ExecutionCore } from './executionCore';

/** Asks the conditions of edges that leave a step that is done, and writes down what they said. One that cannot be asked says no, and why. */
export async function decideEdges(core: ExecutionCore, id: string, edges: readonly string[]): Promise<void> {
  const step = core.state.steps.get(id);
  await core.values.ready([step?.output]);
  const verdicts = await Promise.all(edges.map((edge) => verdictOn(core, edge, id)));
  if (core.isEnding || step === undefined) return;
  core.journal.write({ type: 'edges.decided', step: id, edges: verdicts });
  core.wake();
}

async function verdictOn({ parts, graph, state, values }: ExecutionCore, edge: string, id: string): Promise<EdgeVerdict> {
  try {
    const { output, outcome } = state.steps.get(id) ?? {};
    const extra = { outcome, output: output === undefined ? undefined : values.valueOf(output) };
    return { edge, taken: Boolean(await parts.expressions.evaluate(graph.edges.get(edge)?.condition ?? 'true', values.scope(), extra)) };
  } catch (error) {
    return { edge, taken: false, error: parts.redact(errorMessage(error)) };
  }
}
