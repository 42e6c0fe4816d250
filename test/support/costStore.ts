import type { Store } from '../../src/storage/store';
import { importedCallOf, isImportedCall, spanOf, type CostStory } from './costFixtures';

/** Writes a story to a store; resolves when it is durable. */
export async function writeCosts(store: Store, { sessions, iterations, calls, importedSessions, limits }: CostStory): Promise<void> {
  await Promise.all([...sessions.map((session) => store.sessions.save(session)), ...[...iterations.values()].flat().map((iteration) => store.iterations.save(iteration))]);
  const own = calls.filter((call) => !isImportedCall(call));
  for (const [index, call] of own.entries()) store.spans.write(spanOf(call, costSpanId(call.ts, index)));
  await store.imports.save({ files: [], sessions: importedSessions, calls: calls.filter(isImportedCall).map((call, index) => importedCallOf(call, `call-${index}`)) });
  await store.budgets.setLimits(limits);
  await store.flush();
}

/** As the tracer makes them: ordered by start. */
export function costSpanId(tsStart: number, index: number): string {
  return Math.floor(tsStart).toString(16).padStart(11, '0') + index.toString(16).padStart(5, '0');
}
