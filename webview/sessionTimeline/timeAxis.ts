import type { Node } from './node';
import { endOf, startOf } from './model';

/** Where times lie on the bars' axis: 0 at the left, 1 at the right. */
export interface TimeAxis {
  readonly at: (epochMs: number) => number;
  /** Positions of left-out idle time. */
  readonly breaks: readonly number[];
  /** Milliseconds in which anything ran. */
  readonly busyMs: number;
}

interface Stretch {
  readonly from: number;
  to: number;
}

const longestIdleShare = 0.03;

/**
 * The axis of a whole session. Hours between two iterations would squeeze the work into slivers, so idle time longer than a small
 * share of the busy time is drawn as a break of that share.
 */
export function timeAxis(tree: readonly Node[], now: number): TimeAxis {
  const busy = busyStretches(tree, now);
  const busyMs = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const longestIdleMs = Math.max(busyMs * longestIdleShare, 1);
  const placed: { readonly from: number; readonly to: number; readonly offset: number }[] = [];
  const breakOffsets: number[] = [];
  let offset = 0;
  let previousEnd: number | undefined;
  for (const { from, to } of busy) {
    if (previousEnd !== undefined) {
      const idle = Math.min(from - previousEnd, longestIdleMs);
      if (from - previousEnd > longestIdleMs) breakOffsets.push(offset + idle / 2);
      offset += idle;
    }
    placed.push({ from, to, offset });
    offset += to - from;
    previousEnd = to;
  }
  const total = Math.max(offset, 1);
  return {
    at: (epochMs) => {
      let position = 0;
      for (const stretch of placed) {
        if (epochMs < stretch.from) break;
        position = stretch.offset + Math.min(epochMs, stretch.to) - stretch.from;
      }
      return Math.min(Math.max(position / total, 0), 1);
    },
    breaks: breakOffsets.map((position) => position / total),
    busyMs,
  };
}

function busyStretches(tree: readonly Node[], now: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { from, to } of tree.map((node) => ({ from: startOf(node), to: endOf(node, now) ?? latestBelow(node, now) })).sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else stretches.push({ from, to });
  }
  return stretches;
}

function latestBelow(node: Node, now: number): number {
  return node.children.reduce((latest, child) => Math.max(latest, endOf(child, now) ?? startOf(child)), startOf(node));
}
