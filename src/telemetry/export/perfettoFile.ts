import { toUSD } from '../../model/money';
import type { AmpTraceEvent } from '../../model/span';
import { tokensIn, tokensOut } from '../../model/usage';
import { names } from '../semconv';
import { leavingAttributes, type LeavingAttributes, type LeavingPolicy } from './leavingAttributes';
import { tracksOf, type Slice, type Track } from './perfettoTracks';
import { leavingText } from './redactor';
import type { SessionSpans } from './sessionSpans';
import { outsideName, roleOf } from './spanNames';

/**
 * The JSON trace format of Chrome ("Trace Event Format"), which ui.perfetto.dev opens: a process a session, a thread a track, times in
 * microseconds since 1970. Lines as for `jsonFile`.
 */
export async function* perfettoFile(sessions: AsyncIterable<SessionSpans>, policy: LeavingPolicy): AsyncGenerator<string> {
  yield '{"displayTimeUnit":"ms","traceEvents":[';
  let separator = '';
  let processId = 0;
  for await (const each of sessions) {
    processId++;
    for (const event of eventsOf(each, processId, policy)) {
      yield separator + JSON.stringify(event);
      separator = ',';
    }
  }
  yield ']}';
}

function* eventsOf({ session, spans }: SessionSpans, pid: number, policy: LeavingPolicy): Generator<object> {
  const id = session?.id.slice(0, 8);
  const title = id === undefined ? 'Outside of sessions' : `Session ${id}${policy.content && session ? `: ${leavingText(session.name, policy.redactor)}` : ''}`;
  yield metadata('process_name', pid, 0, { name: title });
  yield metadata('process_sort_index', pid, 0, { sort_index: pid });
  for (const [index, track] of tracksOf(spans).entries()) {
    const tid = index + 1;
    yield metadata('thread_name', pid, tid, { name: trackTitle(track, policy) });
    yield metadata('thread_sort_index', pid, tid, { sort_index: tid });
    for (const slice of track.slices) yield sliceEvent(slice, pid, tid, policy);
  }
}

function metadata(name: string, pid: number, tid: number, args: object): object {
  return { ph: 'M', name, pid, tid, args };
}

function sliceEvent({ span, start, end }: Slice, pid: number, tid: number, policy: LeavingPolicy): object {
  // Whole nanoseconds, that much a number of this size can hold.
  const microseconds = (ms: number): number => Math.round(ms * 1e6) / 1e3;
  return { ph: 'X', name: sliceTitle(span, policy), cat: span.type, pid, tid, ts: microseconds(start), dur: microseconds(end - start), args: sliceArguments(span, policy) };
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

function trackTitle({ kind, root }: Track, policy: LeavingPolicy): string {
  switch (kind) {
    case 'session':
      return 'Session';
    case 'iteration':
      return `Iteration ${String(root?.attrs[names.iterationNumber] ?? '')}`.trim();
    case 'subAgent':
      return `Sub-agent${root ? `: ${sliceTitle(root, policy)}` : ''}`;
    case 'parallel':
      return 'At the same time';
  }
}
