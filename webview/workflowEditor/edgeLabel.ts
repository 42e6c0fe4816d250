import { formatPlural } from '../../src/base/format';
import type { EdgeView } from '../../src/model/workflow/view';

const longest = 28;

/** What stands at an edge: its label or its outcome, its condition shortened, `otherwise`, and how often it may be taken. */
export function edgeLabel(edge: EdgeView): string {
  const bound = edge.maxTraversals === undefined ? [] : [`≤ ${edge.maxTraversals}`];
  return [...(edge.label === undefined ? reasons(edge, shortened) : [shortened(edge.label)]), ...bound].join(' · ');
}

/** The same in words, whole, for tooltips and screen readers; empty for an edge that is simply followed. */
export function edgeWords(edge: EdgeView): string {
  const bound = edge.maxTraversals === undefined ? [] : [`at most ${formatPlural(edge.maxTraversals, 'time')}`];
  const label = edge.label === undefined ? [] : [edge.label];
  return [...label, ...reasons(edge, (condition) => `if ${condition}`), ...bound].join(', ');
}

function reasons({ outcome, condition, otherwise }: EdgeView, conditionText: (condition: string) => string): string[] {
  return [...(outcome === undefined ? [] : [outcome]), ...(condition === undefined ? [] : [conditionText(condition)]), ...(otherwise === true ? ['otherwise'] : [])];
}

function shortened(text: string): string {
  return fitted(text.replace(/\s+/g, ' ').trim(), longest);
}

/** At most that many characters. */
export function fitted(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
