import type { AmpTraceEvent, AttributeValue } from '../../model/span';
import { names } from '../semconv';

export interface Track {
  readonly kind: 'session' | 'iteration' | 'subAgent' | 'parallel';
  /** What the track is about; absent for the session's own. */
  readonly root?: Slice | undefined;
  readonly slices: readonly Slice[];
}

/** What laying out needs of a span: all of a session's are in memory at once, so there is nothing else in it. */
export interface Slice {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly type: AmpTraceEvent['type'];
  /** Number of the iteration that this is. */
  readonly iteration: AttributeValue | undefined;
  readonly start: number;
  /** Of a span that still runs: the end of the latest known thing. */
  readonly end: number;
}

interface Lane {
  readonly track: Track & { readonly slices: Slice[] };
  readonly open: Slice[];
}

/**
 * Lays out the spans of one session on tracks: one for the session, one an iteration, one a sub-agent. Slices of a track lie beside or
 * within each other, never across, and within only what is above them; steps at the same time go to tracks of their own.
 */
export class TrackLayout {
  private readonly byId = new Map<string, Slice>();
  private readonly running: string[] = [];
  private latest = 0;

  add({ id, parentId, type, attrs, tsStart, tsEnd }: AmpTraceEvent): void {
    // The parent's own text, where it is known: a copy a child would be a third of all that is kept.
    const parent = parentId === undefined ? undefined : (this.byId.get(parentId)?.id ?? parentId);
    this.byId.set(id, { id, parentId: parent, type, iteration: type === 'agent' ? attrs[names.iterationNumber] : undefined, start: tsStart, end: tsEnd ?? tsStart });
    if (tsEnd === undefined) this.running.push(id);
    this.latest = Math.max(this.latest, tsEnd ?? tsStart);
  }

  /** Of all that was added; nothing may be added afterwards. */
  tracks(): readonly Track[] {
    for (const id of this.running) {
      const slice = this.byId.get(id);
      if (slice) this.byId.set(id, { ...slice, end: Math.max(this.latest, slice.start) });
    }
    const agents = this.subAgents();
    const isRoot = (slice: Slice): boolean => slice.iteration !== undefined || agents.has(slice);
    const groups = new Map<Slice | undefined, Lane[]>();
    for (const slice of [...this.byId.values()].sort(byStart)) {
      // What a span's track is about: itself or the nearest of what is above it that is a sub-agent or an iteration.
      const root = isRoot(slice) ? slice : this.nearestAbove(slice, isRoot);
      const lanes = groups.get(root) ?? [];
      groups.set(root, lanes);
      const lane = lanes.find((candidate) => this.fits(candidate, slice)) ?? newLane(lanes, root, agents);
      lane.open.push(slice);
      lane.track.slices.push(slice);
    }
    return [...groups.values()].flat().map(({ track }) => track);
  }

  /** Tools that have model calls somewhere below them, without another such tool between. */
  private subAgents(): ReadonlySet<Slice> {
    const found = new Set<Slice>();
    for (const slice of this.byId.values()) {
      if (slice.type !== 'agent') continue;
      const above = this.nearestAbove(slice, isTool);
      if (above) found.add(above);
    }
    return found;
  }

  private nearestAbove(slice: Slice, wanted: (candidate: Slice) => boolean): Slice | undefined {
    // Damaged data may hold a circle: whoever walks in one comes back to a mark that is set ever more seldom (Brent's algorithm).
    let mark = slice;
    let nextMark = 2;
    let steps = 0;
    for (let at = this.parentOf(slice); at && at !== mark; at = this.parentOf(at)) {
      if (wanted(at)) return at;
      if (++steps < nextMark) continue;
      mark = at;
      nextMark *= 2;
    }
    return undefined;
  }

  private parentOf({ parentId }: Slice): Slice | undefined {
    return parentId === undefined ? undefined : this.byId.get(parentId);
  }

  private fits({ open }: Lane, slice: Slice): boolean {
    for (let top = open.at(-1); top && top.end <= slice.start; top = open.at(-1)) open.pop();
    const top = open.at(-1);
    return top === undefined || (top.end >= slice.end && this.nearestAbove(slice, (candidate) => candidate === top) !== undefined);
  }
}

function byStart(a: Slice, b: Slice): number {
  return a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1);
}

function isTool({ type }: Slice): boolean {
  return type === 'tool';
}

function newLane(lanes: Lane[], root: Slice | undefined, agents: ReadonlySet<Slice>): Lane {
  const kind = lanes.length > 0 ? 'parallel' : root === undefined ? 'session' : agents.has(root) ? 'subAgent' : 'iteration';
  const lane: Lane = { track: { kind, root, slices: [] }, open: [] };
  lanes.push(lane);
  return lane;
}
