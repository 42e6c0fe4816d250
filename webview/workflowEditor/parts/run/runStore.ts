import { asList, asObject } from '../../../../src/base/jsonShape';
import type { Disposable } from '../../../../src/base/disposable';
import type { WorkflowDefinition } from '../../../../src/model/workflow/definition';
import type { WorkflowEvent } from '../../../../src/model/workflow/event';
import { startFold, type Fold } from '../../../../src/model/workflow/fold/fold';
import { buildGraph, type WorkflowGraph } from '../../../../src/model/workflow/graph';
import type { ExecutionState } from '../../../../src/model/workflow/state';
import type { WorkflowEditorSnapshot } from '../../../../src/protocol/workflowEditor';
import type { EditorHost, Replay, RunOverlay } from '../../slots';
import { followEvents, type EventFeed } from './eventFeed';
import { nodeRuns, type Moment } from './nodeRun';

/** The shown execution as the page has it: its events, and the state at the place where the person looks. */
export interface RunStore extends Disposable {
  readonly show: (snapshot: WorkflowEditorSnapshot) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly overlay: () => RunOverlay;
}

interface Shown {
  readonly id: string;
  readonly feed: EventFeed;
  readonly events: WorkflowEvent[];
  graph: WorkflowGraph | undefined;
  fold: Fold | undefined;
  /** Undefined while each new event is followed. */
  at: number | undefined;
  lastSeq: number;
  clockOffset: number;
  /** Somebody runs it: then time goes on for what is under way. */
  isOwned: boolean;
  problem: string | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const nothing: RunOverlay = { nodes: new Map(), edges: new Map() };
/** A message may take that long: a clock that is only that much off stays as it is, so that nothing is drawn anew for it. */
const clockSlackMs = 250;
/** A whole replay takes at most about half a minute. */
const mostReplaySteps = 200;
const shortestPauseMs = 60;
const longestPauseMs = 600;

export function createRunStore(host: EditorHost): RunStore {
  const listeners = new Set<() => void>();
  let shown: Shown | undefined;
  let overlay = nothing;

  function publish(): void {
    overlay = shown === undefined ? nothing : overlayOf(shown, overlay, controls);
    for (const listener of listeners) listener();
  }

  function change(how: (execution: Shown) => void): void {
    if (shown === undefined) return;
    how(shown);
    publish();
  }

  function close(): void {
    shown?.feed.dispose();
    clearTimeout(shown?.timer);
    shown = undefined;
  }

  function begin(id: string): Shown {
    const feed = followEvents({
      ask: (after, signal) => host.request('events', { execution: id, after }, signal),
      onEvents: (events) => change((execution) => {
        for (const event of events) execution.events.push(event);
        execution.lastSeq = Math.max(execution.lastSeq, execution.events.length);
      }),
      onProblem: (problem) => change((execution) => {
        execution.problem = problem;
      }),
    });
    return { id, feed, events: [], graph: undefined, fold: undefined, at: undefined, lastSeq: 0, clockOffset: Number.NaN, isOwned: false, problem: undefined, timer: undefined };
  }

  function tick(): void {
    change((execution) => {
      const last = execution.events.length;
      const from = execution.at ?? last;
      const to = Math.min(from + Math.ceil(last / mostReplaySteps), last);
      seek(execution, to);
      execution.timer = to >= last ? undefined : setTimeout(tick, pauseBetween(execution.events[from - 1], execution.events[to - 1]));
    });
  }

  const controls: Controls = {
    show: (seq) => change((execution) => {
      stop(execution);
      seek(execution, seq);
    }),
    follow: () => change((execution) => {
      stop(execution);
      execution.at = undefined;
    }),
    play: () => change((execution) => {
      stop(execution);
      if (execution.at === undefined) execution.at = Math.min(1, execution.events.length);
      execution.timer = setTimeout(tick, longestPauseMs);
    }),
    pause: () => change(stop),
    retry: () => change((execution) => {
      execution.problem = undefined;
      execution.feed.retry();
    }),
  };

  return {
    show: ({ execution, workflow }) => {
      if (execution?.id !== shown?.id) {
        close();
        if (execution !== undefined) shown = begin(execution.id);
        overlay = nothing;
      }
      if (shown !== undefined && execution !== undefined) {
        // An execution keeps the definition that it began with: what comes later says the same.
        shown.graph ??= graphOf(execution.pinned ?? workflow);
        shown.lastSeq = Math.max(shown.lastSeq, execution.lastSeq);
        const offset = execution.now - performance.now();
        if (!(Math.abs(offset - shown.clockOffset) <= clockSlackMs)) shown.clockOffset = offset;
        shown.isOwned = execution.owner !== 'none';
        shown.feed.want(execution.lastSeq);
      }
      publish();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    overlay: () => overlay,
    dispose: close,
  };
}

type Controls = Pick<Replay, 'show' | 'follow' | 'play' | 'pause' | 'retry'>;

function stop(execution: Shown): void {
  clearTimeout(execution.timer);
  execution.timer = undefined;
}

/** The last event is where everything new is followed. */
function seek(execution: Shown, seq: number): void {
  const last = execution.events.length;
  execution.at = seq >= last ? undefined : Math.max(Math.round(seq), Math.min(1, last));
}

function pauseBetween(one: WorkflowEvent | undefined, other: WorkflowEvent | undefined): number {
  const gap = one && other ? (other.at - one.at) / 10 : 0;
  return Math.min(Math.max(gap, shortestPauseMs), longestPauseMs);
}

function graphOf(definition: unknown): WorkflowGraph | undefined {
  const shape = asObject(definition);
  if (shape === undefined) return undefined;
  try {
    return buildGraph({ ...shape, nodes: asList(shape['nodes']), edges: asList(shape['edges']) } as unknown as WorkflowDefinition);
  } catch {
    return undefined;
  }
}

function overlayOf(execution: Shown, before: RunOverlay, controls: Controls): RunOverlay {
  const { id, events, graph, at, lastSeq, clockOffset, timer } = execution;
  const seq = at ?? events.length;
  const replay: Replay = { execution: id, events, seq, lastSeq, following: at === undefined, playing: timer !== undefined, clockOffset, ...controls };
  if (graph === undefined) return { ...nothing, replay: { ...replay, problem: 'The definition that it began with cannot be read.' } };
  try {
    execution.fold = foldTo(execution, graph, seq);
  } catch (error) {
    execution.fold = undefined;
    return { ...nothing, replay: { ...replay, problem: `Its events do not fit together: ${error instanceof Error ? error.message : String(error)}` } };
  }
  // The fold goes on with its object; a page tells by another one that something has changed.
  const state: ExecutionState = { ...execution.fold.state, tokens: execution.fold.state.tokens, costNano: execution.fold.state.costNano };
  const isLive = at === undefined && execution.isOwned && state.endedAt === undefined;
  const moment: Moment = isLive ? { atMs: clockOffset + performance.now(), clockOffset } : { atMs: events[seq - 1]?.at ?? state.startedAt };
  return {
    ...(seq === 0 ? {} : { state }),
    nodes: nodeRuns(state, moment, before.nodes),
    edges: sameCounts(before.edges, state.traversals) ? before.edges : new Map(state.traversals),
    replay: { ...replay, ...(execution.problem === undefined ? {} : { problem: execution.problem }) },
  };
}

function sameCounts(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...other].every(([edge, count]) => one.get(edge) === count);
}

function foldTo({ id, events, fold }: Shown, graph: WorkflowGraph, seq: number): Fold {
  const going = fold !== undefined && fold.state.seq <= seq ? fold : startFold(graph, id);
  for (const event of events.slice(going.state.seq, seq)) going.apply(event);
  return going;
}
