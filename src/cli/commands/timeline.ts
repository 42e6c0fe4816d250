import { explainCost } from '../../model/explainCost';
import type { AmpTraceEvent } from '../../model/span';
import type { Command } from '../command';
import { findSession } from '../findSession';
import { plainText } from '../../base/plainText';
import { ProgressPrinter } from '../progress';

export const timelineCommand: Command = {
  name: 'timeline',
  summary: 'Print the steps of a session (the newest one, if none is named)',
  usage: 'amp-orchestrator timeline [SESSION] [--costs] [--json]',
  words: 1,
  options: { costs: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (input) => {
    const { session } = await findSession(input);
    const spans = await input.orchestrator.store.spans.bySession(session.id);
    if (input.values['json'] === true) {
      input.print(JSON.stringify(spans, undefined, 2));
      return 0;
    }
    const progress = new ProgressPrinter(input.print, false);
    for (const span of depthFirst(spans)) {
      const depth = progress.indent(span);
      progress.finished(span);
      if (input.values['costs'] === true) for (const line of explainCost(span)) input.print(`${' '.repeat(14 + depth * 2)}${plainText(line)}`);
    }
    return 0;
  },
};

/** Parents before their children, siblings by time; a span whose parent is missing counts as one without. */
function depthFirst(spans: readonly AmpTraceEvent[]): AmpTraceEvent[] {
  const ids = new Set(spans.map(({ id }) => id));
  const byParent = Map.groupBy(spans, ({ parentId }) => (parentId !== undefined && ids.has(parentId) ? parentId : undefined));
  const ordered: AmpTraceEvent[] = [];
  const waiting = [...(byParent.get(undefined) ?? [])].reverse();
  for (let span = waiting.pop(); span; span = waiting.pop()) {
    ordered.push(span);
    // One by one: a call takes only so many arguments.
    for (const child of (byParent.get(span.id) ?? []).toReversed()) waiting.push(child);
  }
  return ordered;
}
