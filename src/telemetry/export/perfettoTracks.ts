import type { AmpTraceEvent } from '../../model/span';
import { names } from '../semconv';

export interface Track {
  readonly kind: 'session' | 'iteration' | 'subAgent' | 'parallel';
  /** The span that the track is about; absent for the session's own. */
  readonly root?: AmpTraceEvent;
  readonly slices: Slice[];
}

export interface Slice {
  readonly span: AmpTraceEvent;
  readonly start: number;
  /** Of a span that still runs: the end of the latest known thing. */
  readonly end: number;
}

interface Lane {
  readonly track: Track;
  readonly open: Slice[];
}

/**
 * Spans of one session on tracks: one for the session, one an iteration, one a sub-agent. Slices of a track lie beside or within each
 * other, never across, and within only what is above them; steps at the same time go to tracks of their own.
 */
export function tracksOf(spans: readonly AmpTraceEvent[]): Track[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const agents = subAgents(spans, byId);
  const latest = spans.reduce((end, { tsStart, tsEnd }) => Math.max(end, tsEnd ?? tsStart), 0);
  const ordered = spans.map((span): Slice => ({ span, start: span.tsStart, end: span.tsEnd ?? Math.max(latest, span.tsStart) })).sort((a, b) => a.start - b.start || b.end - a.end || (a.span.id < b.span.id ? -1 : 1));
  const groups = new Map<AmpTraceEvent | undefined, Lane[]>();
  for (const slice of ordered) {
    const root = groupOf(slice.span, byId, agents);
    const lanes = groups.get(root) ?? [];
    groups.set(root, lanes);
    const lane = lanes.find((candidate) => fits(candidate, slice, byId)) ?? newLane(lanes, root, agents);
    lane.open.push(slice);
    lane.track.slices.push(slice);
  }
  return [...groups.values()].flat().map(({ track }) => track);
}

/** Tools that have model calls somewhere below them, without another such tool between. */
function subAgents(spans: readonly AmpTraceEvent[], byId: ReadonlyMap<string, AmpTraceEvent>): Set<AmpTraceEvent> {
  const found = new Set<AmpTraceEvent>();
  for (const span of spans) {
    if (span.type !== 'agent') continue;
    const above = nearestAbove(span, byId, ({ type }) => type === 'tool');
    if (above) found.add(above);
  }
  return found;
}

/** What a span's track is about: itself or the nearest of what is above it that is a sub-agent or an iteration. */
function groupOf(span: AmpTraceEvent, byId: ReadonlyMap<string, AmpTraceEvent>, agents: ReadonlySet<AmpTraceEvent>): AmpTraceEvent | undefined {
  const isRoot = (candidate: AmpTraceEvent): boolean => agents.has(candidate) || (candidate.type === 'agent' && candidate.attrs[names.iterationNumber] !== undefined);
  return isRoot(span) ? span : nearestAbove(span, byId, isRoot);
}

function nearestAbove(span: AmpTraceEvent, byId: ReadonlyMap<string, AmpTraceEvent>, wanted: (candidate: AmpTraceEvent) => boolean): AmpTraceEvent | undefined {
  const seen = new Set<string>();
  for (let at = parentOf(span, byId); at && !seen.has(at.id); at = parentOf(at, byId)) {
    if (wanted(at)) return at;
    // Damaged data may hold a circle.
    seen.add(at.id);
  }
  return undefined;
}

function parentOf({ parentId }: AmpTraceEvent, byId: ReadonlyMap<string, AmpTraceEvent>): AmpTraceEvent | undefined {
  return parentId === undefined ? undefined : byId.get(parentId);
}

function fits({ open }: Lane, { span, start, end }: Slice, byId: ReadonlyMap<string, AmpTraceEvent>): boolean {
  for (let top = open.at(-1); top && top.end <= start; top = open.at(-1)) open.pop();
  const top = open.at(-1);
  return top === undefined || (top.end >= end && nearestAbove(span, byId, (candidate) => candidate === top.span) !== undefined);
}

function newLane(lanes: Lane[], root: AmpTraceEvent | undefined, agents: ReadonlySet<AmpTraceEvent>): Lane {
  const kind = lanes.length > 0 ? 'parallel' : root === undefined ? 'session' : agents.has(root) ? 'subAgent' : 'iteration';
  const lane: Lane = { track: { kind, ...(root === undefined ? {} : { root }), slices: [] }, open: [] };
  lanes.push(lane);
  return lane;
}
