import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { costBases } from '../model/money';
import { iterationStatuses, sessionStatuses } from '../model/session';
import type { AmpTraceEvent } from '../model/span';
import { spanStatuses, spanTypes } from '../model/span';
import { actionMessage, CancelMessage, ErrorMessage, FailedResponse, oneOf, ReadyMessage, requestMessage, responseMessage, snapshotMessage, strict } from './messages';

/** The session timeline's messages. Times are epoch milliseconds with fraction of the host's clock, money is integer nano-dollars. */

const Time = Type.Number();
const Count = Type.Integer({ minimum: 0 });
const Id = Type.String({ minLength: 1, maxLength: 200 });
const CostBasisSchema = oneOf(costBases);

/** One step, without its attributes: those are asked for when a person looks at it. */
export const TimelineSpanSchema = Type.Object({
  id: Type.String(),
  parentId: Type.Optional(Type.String()),
  iterationId: Type.Optional(Type.String()),
  type: oneOf(spanTypes),
  name: Type.String(),
  /** What a model call said, or why a step is there: one short line after the name. */
  subject: Type.Optional(Type.String()),
  /** The tool's own name, with which `name` begins. */
  tool: Type.Optional(Type.String()),
  notice: Type.Optional(oneOf(['info', 'warning', 'error'] as const)),
  tsStart: Time,
  tsEnd: Type.Optional(Time),
  status: oneOf(spanStatuses),
  errorMessage: Type.Optional(Type.String()),
  tokensIn: Type.Optional(Count),
  tokensOut: Type.Optional(Count),
  costNano: Type.Optional(Type.Integer()),
  costBasis: Type.Optional(CostBasisSchema),
});
export type TimelineSpan = Readonly<Static<typeof TimelineSpanSchema>>;

export const TimelineIterationSchema = Type.Object({
  id: Type.String(),
  number: Type.Integer({ minimum: 1 }),
  prompt: Type.String(),
  status: oneOf(iterationStatuses),
  errorMessage: Type.Optional(Type.String()),
  summary: Type.Optional(Type.String()),
  commitSha: Type.Optional(Type.String()),
  changedFiles: Count,
  linesAdded: Count,
  linesDeleted: Count,
  tsStart: Time,
  tsEnd: Type.Optional(Time),
});
export type TimelineIteration = Readonly<Static<typeof TimelineIterationSchema>>;

export const TimelineSnapshotSchema = Type.Object({
  session: Type.Object({
    id: Type.String(),
    name: Type.String(),
    status: oneOf(sessionStatuses),
    agent: Type.String(),
    model: Type.Optional(Type.String()),
    branch: Type.String(),
    baseBranch: Type.String(),
    attention: Type.Optional(Type.String()),
  }),
  totals: Type.Object({
    spans: Count,
    errors: Count,
    tokensIn: Count,
    tokensOut: Count,
    costNano: Type.Integer(),
    unknownCosts: Count,
    approximateCosts: Count,
  }),
  iterations: Type.Array(TimelineIterationSchema),
  spans: Type.Array(TimelineSpanSchema),
  /** A step that the person asked for elsewhere: to be selected once. */
  select: Type.Optional(Type.String()),
  takenAt: Time,
});
export type TimelineSnapshot = Readonly<Static<typeof TimelineSnapshotSchema>>;
export type TimelineSession = TimelineSnapshot['session'];

export const SpanDetailsParams = strict({ spanId: Id });
/** The whole span; texts longer than `textLimit` characters are cut, and `cut` says how long they were, by their path (`attrs.output`). */
export const SpanDetailsSchema = Type.Object({
  span: Type.Unsafe<AmpTraceEvent>(Type.Object({ id: Type.String() })),
  cut: Type.Record(Type.String(), Count),
});
export type SpanDetails = Readonly<Static<typeof SpanDetailsSchema>>;

export const SpanDetailsRequest = requestMessage('spanDetails', SpanDetailsParams);
/** Asks for a snapshot now: the page's way to find out whether the host is still there. */
export const SnapshotRequest = requestMessage('snapshot', strict({}));

export const ShowChangesAction = actionMessage('showChanges', strict({ iterationId: Type.Optional(Id) }));
export const OpenCommitAction = actionMessage('openCommit', strict({ sha: Type.String({ pattern: '^[0-9a-f]{7,64}$' }) }));
export const ShowLogAction = actionMessage('showLog', strict({}));
export const StopAction = actionMessage('stop', strict({}));
export const RunIterationAction = actionMessage('runIteration', strict({}));

export const TimelinePageMessage = Type.Union([
  ReadyMessage,
  CancelMessage,
  SpanDetailsRequest,
  SnapshotRequest,
  ShowChangesAction,
  OpenCommitAction,
  ShowLogAction,
  StopAction,
  RunIterationAction,
]);

export const TimelineHostMessage = Type.Union([
  snapshotMessage(TimelineSnapshotSchema),
  ErrorMessage,
  responseMessage(SpanDetailsSchema),
  responseMessage(TimelineSnapshotSchema),
  FailedResponse,
]);

export interface TimelineContract {
  readonly snapshot: TimelineSnapshot;
  readonly resources: {
    readonly spanDetails: { readonly params: Static<typeof SpanDetailsParams>; readonly result: SpanDetails };
    readonly snapshot: { readonly params: Record<string, never>; readonly result: TimelineSnapshot };
  };
  readonly actions: {
    readonly showChanges: Static<(typeof ShowChangesAction)['properties']['params']>;
    readonly openCommit: Static<(typeof OpenCommitAction)['properties']['params']>;
    readonly showLog: Record<string, never>;
    readonly stop: Record<string, never>;
    readonly runIteration: Record<string, never>;
  };
}

/** What the page keeps across reloads; the host needs only the session. */
export const TimelineStateSchema = Type.Object({ subject: Id });
