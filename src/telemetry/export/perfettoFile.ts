import { toUSD } from '../../model/money';
import type { AmpTraceEvent } from '../../model/span';
import { tokensIn, tokensOut } from '../../model/usage';
import { leavingAttributes, type LeavingAttributes, type LeavingPolicy } from './leavingAttributes';
import { TrackLayout, type Track } from './perfettoTracks';
import { leavingText } from './redactor';
import { pageSize, type SessionSpans } from './sessionSpans';
import { outsideName, roleOf } from './spanNames';

/**
 * The JSON trace format of Chrome ("Trace Event Format"), which ui.perfetto.dev opens: a process a session, a thread a track, times in
 * microseconds since 1970. In pieces, an event a line. A session's spans are read twice: without their contents to be laid out, all of
 * them at once, and then track by track.
 */
export async function* perfettoFile(sessions: AsyncIterable<SessionSpans>, policy: LeavingPolicy): AsyncGenerator<string> {
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  let separator = '';
  let processId = 0;
  for await (const each of sessions) {
    processId++;
    for await (const events of eventsOf(each, processId, policy)) {
      yield separator + events.map((event) => `${JSON.stringify(event)}\n`).join(',');
      separator = ',';
    }
  }
  yield ']}\n';
}

/** None of the pages is empty. */
async function* eventsOf(session: SessionSpans, pid: number, policy: LeavingPolicy): AsyncGenerator<readonly object[]> {
  yield [metadata('process_name', pid, 0, { name: processTitle(session, policy) }), metadata('process_sort_index', pid, 0, { sort_index: pid })];
  const tracks = await tracksToWrite(session);
  for (const [index, { kind, root, ids, ends }] of tracks.entries()) {
    const tid = index + 1;
    yield [metadata('thread_name', pid, tid, { name: await trackTitle({ kind, root }, session, policy) }), metadata('thread_sort_index', pid, tid, { sort_index: tid })];
    for (let at = 0; at < ids.length; at += pageSize) {
      const page = ids.slice(at, at + pageSize);
      const byId = new Map((await session.read(page)).map((span) => [span.id, span]));
      const events = page.flatMap((id, n) => sliceEvent(byId.get(id), { end: ends[at + n] ?? 0, pid, tid }, policy) ?? []);
      if (events.length > 0) yield events;
    }
  }
}

/** What is kept of a track while spans are written: an id and the end of its slice take a tenth of what laying out takes. */
interface TrackToWrite extends Pick<Track, 'kind' | 'root'> {
  readonly ids: readonly string[];
  readonly ends: Float64Array;
}

async function tracksToWrite(session: SessionSpans): Promise<TrackToWrite[]> {
  const layout = new TrackLayout();
  for await (const page of session.pages()) for (const span of page) layout.add(span);
  return layout.tracks().map(({ kind, root, slices }) => ({ kind, root, ids: slices.map(({ id }) => id), ends: new Float64Array(slices.map(({ end }) => end)) }));
}

function processTitle({ session }: SessionSpans, policy: LeavingPolicy): string {
  if (!session) return 'Outside of sessions';
  return `Session ${session.id.slice(0, 8)}${policy.content ? `: ${leavingText(session.name, policy.redactor)}` : ''}`;
}

function metadata(name: string, pid: number, tid: number, args: object): object {
  return { ph: 'M', name, pid, tid, args };
}

interface Place {
  readonly end: number;
  readonly pid: number;
  readonly tid: number;
}

/** Undefined for a span that has gone since it was laid out. */
function sliceEvent(span: AmpTraceEvent | undefined, { end, pid, tid }: Place, policy: LeavingPolicy): object | undefined {
  if (!span) return undefined;
  // Whole nanoseconds, that much a number of this size can hold.
  const microseconds = (ms: number): number => Math.round(ms * 1e6) / 1e3;
  return { ph: 'X', name: sliceTitle(span, policy), cat: span.type, pid, tid, ts: microseconds(span.tsStart), dur: microseconds(end - span.tsStart), args: sliceArguments(span, policy) };
}

function sliceTitle(span: AmpTraceEvent, { content, redactor }: LeavingPolicy): string {
  return leavingText(content ? span.name : outsideName(span, roleOf(span)), redactor);
}

function sliceArguments(span: AmpTraceEvent, policy: LeavingPolicy): LeavingAttributes {
  const { id, status, model, usage, costNano, costBasis, errorMessage, attrs } = span;
  return {
    id,
    status,
    ...(model === undefined ? {} : { model: leavingText(model, policy.redactor) }),
    ...(usage === undefined ? {} : { 'input tokens': tokensIn(usage), 'cached input tokens': usage.input.cacheRead, 'output tokens': tokensOut(usage) }),
    ...(costNano === undefined ? {} : { 'cost (USD)': toUSD(costNano) }),
    ...(costBasis === undefined ? {} : { 'cost basis': costBasis }),
    ...(policy.content && errorMessage !== undefined ? { error: leavingText(errorMessage, policy.redactor) } : {}),
    ...leavingAttributes(attrs, policy),
  };
}

async function trackTitle({ kind, root }: Pick<Track, 'kind' | 'root'>, session: SessionSpans, policy: LeavingPolicy): Promise<string> {
  switch (kind) {
    case 'session':
      return 'Session';
    case 'iteration':
      return `Iteration ${String(root?.iteration ?? '')}`.trim();
    case 'subAgent': {
      const [tool] = root ? await session.read([root.id]) : [];
      return `Sub-agent${tool ? `: ${sliceTitle(tool, policy)}` : ''}`;
    }
    case 'parallel':
      return 'At the same time';
  }
}
