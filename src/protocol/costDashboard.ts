import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { costGroups, namedRanges, type CostQuery, type CostReport } from '../model/costReport';
import { actionMessage, CancelMessage, ErrorMessage, FailedResponse, oneOf, ReadyMessage, requestMessage, responseMessage, snapshotMessage, strict } from './messages';

/** The cost dashboard's messages. Times are epoch milliseconds of the host's clock, money is integer nano-dollars. */

const Id = Type.String({ minLength: 1, maxLength: 200 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Range = Type.Union([strict({ kind: oneOf(namedRanges) }), strict({ kind: Type.Literal('custom'), from: Day, to: Day })]);
const Repository = Type.String({ maxLength: 4_096 });

/** What the page wants to see: a repository (empty: the first one) and what of its costs. */
export const CostWishSchema = strict({
  repository: Repository,
  query: strict({ range: Range, group: oneOf(costGroups), imported: Type.Boolean() }),
});
export type CostWish = { readonly repository: string; readonly query: CostQuery };

export interface CostRepository {
  /** Its folder. */
  readonly id: string;
  readonly name: string;
}

export interface CostSnapshot {
  /** Those of the workspace that have a store. */
  readonly repositories: readonly CostRepository[];
  /** The one shown; empty when there is none. */
  readonly repository: string;
  /** Absent where there is no repository with a store yet. */
  readonly report?: CostReport;
  readonly takenAt: number;
}
const Snapshot = Type.Unsafe<CostSnapshot>(Type.Object({ repository: Type.String(), takenAt: Type.Number() }));

/** A step of a session that cost something. */
export interface CostlyStep {
  readonly id: string;
  readonly name: string;
  readonly model?: string;
  readonly tsStart: number;
  readonly costNano: number;
  readonly approximate: boolean;
  readonly tokens: number;
}
const CostlySteps = Type.Unsafe<readonly CostlyStep[]>(Type.Array(Type.Object({ id: Type.String() })));

const Nothing = strict({});
const SessionParams = strict({ sessionId: Id });
const StepParams = strict({ sessionId: Id, stepId: Type.Optional(Id) });
/** The day's and the sessions' common limits, or those of one session. */
const BudgetParams = strict({ sessionId: Type.Optional(Id) });

export const CostPageMessage = Type.Union([
  ReadyMessage,
  CancelMessage,
  requestMessage('snapshot', Nothing),
  /** The dearest steps of a session, at most ten. */
  requestMessage('costlySteps', SessionParams),
  /** Must be the page's first message: until it came, the host shows nothing. */
  actionMessage('show', CostWishSchema),
  actionMessage('openSession', StepParams),
  actionMessage('newSession', Nothing),
  actionMessage('setBudget', BudgetParams),
  actionMessage('export', Nothing),
  actionMessage('showLog', Nothing),
]);

export const CostHostMessage = Type.Union([snapshotMessage(Snapshot), ErrorMessage, responseMessage(Snapshot), responseMessage(CostlySteps), FailedResponse]);

export interface CostContract {
  readonly snapshot: CostSnapshot;
  readonly resources: {
    readonly snapshot: { readonly params: Record<string, never>; readonly result: CostSnapshot };
    readonly costlySteps: { readonly params: Static<typeof SessionParams>; readonly result: readonly CostlyStep[] };
  };
  readonly actions: {
    readonly show: CostWish;
    readonly openSession: Static<typeof StepParams>;
    readonly newSession: Record<string, never>;
    readonly setBudget: Static<typeof BudgetParams>;
    readonly export: Record<string, never>;
    readonly showLog: Record<string, never>;
  };
}
