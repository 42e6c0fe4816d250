import { Type, type Static } from '@sinclair/typebox';
import { WorkflowOperationSchema } from '../model/workflow/operation';
import { executionStatuses } from '../model/workflow/state';
import { actionMessage, CancelMessage, ErrorMessage, FailedResponse, oneOf, ReadyMessage, requestMessage, responseMessage, snapshotMessage, strict } from './messages';

/** The workflow editor's messages. Times are epoch milliseconds, money is integer nano-dollars. The text document is the truth: a page only asks for operations. */

const Id = Type.String({ minLength: 1, maxLength: 200 });
const Count = Type.Integer({ minimum: 0 });
const Names = Type.Array(Type.String());

export const WorkflowIssueSchema = Type.Object({
  severity: oneOf(['error', 'warning'] as const),
  code: Type.String(),
  message: Type.String(),
  path: Type.String(),
  node: Type.Optional(Type.String()),
  edge: Type.Optional(Type.String()),
  offset: Type.Optional(Count),
  length: Type.Optional(Count),
});

/** One line of the list of executions of this workflow, newest first. */
export const ExecutionLineSchema = Type.Object({
  id: Type.String(),
  status: oneOf(executionStatuses),
  startedAt: Type.Number(),
  finishedAt: Type.Optional(Type.Number()),
  problem: Type.Optional(Type.String()),
  owner: oneOf(['here', 'elsewhere', 'none'] as const),
  openApprovals: Count,
  /** As `Spent`. */
  spent: Type.Optional(Type.Object({ costNano: Type.Optional(Type.Integer()), tokensIn: Type.Optional(Count), tokensOut: Type.Optional(Count), unknownCosts: Type.Optional(Count), approximateCosts: Type.Optional(Count) })),
});
export type ExecutionLine = Readonly<Static<typeof ExecutionLineSchema>>;

export const WorkflowEditorSnapshotSchema = Type.Object({
  /** Of the text document; rises with each change. */
  documentVersion: Type.Integer(),
  fileName: Type.String(),
  /** What the text says, as it was parsed; absent when it is no JSON. `workflowView` makes it drawable. */
  workflow: Type.Optional(Type.Unknown()),
  /** Why it is no JSON, and where. */
  unreadable: Type.Optional(Type.Object({ message: Type.String(), line: Count, column: Count })),
  /** Why nothing can be changed here: a newer format, a bundled workflow, a read-only file. */
  readOnly: Type.Optional(Type.String()),
  issues: Type.Array(WorkflowIssueSchema),
  known: Type.Object({ agents: Names, suites: Names, evaluators: Names, workflows: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })) }),
  /** Why nothing can be run: no repository, an untrusted folder. */
  cannotRun: Type.Optional(Type.String()),
  executions: Type.Array(ExecutionLineSchema),
  /** The execution that is laid over the graph. */
  execution: Type.Optional(
    Type.Object({
      id: Type.String(),
      lastSeq: Count,
      owner: oneOf(['here', 'elsewhere', 'none'] as const),
      /** The definition that it is pinned to, where the text says something else now. */
      pinned: Type.Optional(Type.Unknown()),
      /** The host's clock, for what is running. */
      now: Type.Number(),
    }),
  ),
  /** Node to select and show: of a problem or a command. */
  reveal: Type.Optional(Type.String()),
});
export type WorkflowEditorSnapshot = Readonly<Static<typeof WorkflowEditorSnapshotSchema>>;

const EventList = Type.Array(Type.Unknown());
const Point = strict({ id: Id, x: Type.Number(), y: Type.Number() });

export const WorkflowEditorPageMessage = Type.Union([
  ReadyMessage,
  CancelMessage,
  /** Events of the execution behind `after`: `WorkflowEvent`s in their order. */
  requestMessage('events', strict({ execution: Id, after: Count })),
  /** Positions for all nodes, found away from the page. */
  requestMessage('layout', strict({ nodes: Type.Array(strict({ id: Id, width: Type.Number(), height: Type.Number() }), { maxItems: 2000 }), edges: Type.Array(strict({ source: Id, target: Id }), { maxItems: 5000 }) })),
  /** What is wrong with an expression or a template, while it is typed. */
  requestMessage('checkExpression', strict({ text: Type.String({ maxLength: 100_000 }), kind: oneOf(['expression', 'template', 'script'] as const), node: Type.Optional(Id) })),
  /** What can follow at a place of an expression. */
  requestMessage('complete', strict({ text: Type.String({ maxLength: 100_000 }), offset: Count, kind: oneOf(['expression', 'template'] as const), node: Type.Optional(Id) })),
  /** A long output, by its hash. */
  requestMessage('artifact', strict({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) })),
  /** JSON of nodes and edges that the clipboard holds. */
  requestMessage('readClipboard', strict({})),
  actionMessage('edit', strict({ operations: Type.Array(WorkflowOperationSchema, { minItems: 1, maxItems: 5000 }), label: Type.String({ maxLength: 200 }) })),
  actionMessage('undo', strict({})),
  actionMessage('redo', strict({})),
  /** Saves the document with all edits that were asked for before. */
  actionMessage('save', strict({})),
  actionMessage('writeClipboard', strict({ text: Type.String({ maxLength: 10_000_000 }) })),
  /** Without an offset: at what cannot be read, if anything. */
  actionMessage('openAsText', strict({ offset: Type.Optional(Count) })),
  /** A script or a long expression in an editor of its own; it comes back into the member when it is saved. */
  actionMessage('openField', strict({ node: Id, path: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 20 }), kind: oneOf(['expression', 'template', 'script'] as const) })),
  actionMessage('run', strict({ node: Type.Optional(Id), mode: oneOf(['all', 'trial', 'node', 'from'] as const) })),
  actionMessage('cancel', strict({ execution: Id })),
  actionMessage('resume', strict({ execution: Id })),
  actionMessage('showExecution', strict({ execution: Type.Optional(Id) })),
  actionMessage('decide', strict({ execution: Id, approval: Id, decision: oneOf(['approved', 'rejected'] as const), hash: Id, comment: Type.Optional(Type.String({ maxLength: 10_000 })) })),
  actionMessage('answer', strict({ execution: Id, step: Id, answer: oneOf(['again', 'done', 'failed'] as const) })),
  /** The timeline of the session, the diff, the report or the execution of a step. */
  actionMessage('openStep', strict({ execution: Id, step: Id, what: oneOf(['session', 'changes', 'report', 'child'] as const) })),
  actionMessage('showLog', strict({})),
]);

export const WorkflowEditorHostMessage = Type.Union([
  snapshotMessage(WorkflowEditorSnapshotSchema),
  ErrorMessage,
  FailedResponse,
  responseMessage(Type.Union([EventList, Type.Array(Point), Type.Object({ problems: Type.Array(Type.Object({ message: Type.String(), offset: Count, length: Count })) }), Type.Object({ from: Count, items: Type.Array(Type.Object({ label: Type.String(), detail: Type.Optional(Type.String()), kind: oneOf(['variable', 'node', 'member', 'keyword'] as const) })) }), Type.Object({ value: Type.Unknown() }), Type.Object({ text: Type.String() })])),
]);

export interface ExpressionProblem {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

export interface Completion {
  readonly label: string;
  readonly detail?: string;
  readonly kind: 'variable' | 'node' | 'member' | 'keyword';
}

type MessageOf<Kind extends 'request' | 'action', Name extends string> = Extract<Static<typeof WorkflowEditorPageMessage>, Kind extends 'request' ? { readonly type: 'request'; readonly resource: Name } : { readonly type: 'action'; readonly action: Name }>;
type ParamsOf<Kind extends 'request' | 'action', Name extends string> = MessageOf<Kind, Name>['params'];
type ActionName = Extract<Static<typeof WorkflowEditorPageMessage>, { readonly type: 'action' }>['action'];

export interface WorkflowEditorContract {
  readonly snapshot: WorkflowEditorSnapshot;
  readonly resources: {
    readonly events: { readonly params: ParamsOf<'request', 'events'>; readonly result: readonly unknown[] };
    readonly layout: { readonly params: ParamsOf<'request', 'layout'>; readonly result: readonly Static<typeof Point>[] };
    readonly checkExpression: { readonly params: ParamsOf<'request', 'checkExpression'>; readonly result: { readonly problems: readonly ExpressionProblem[] } };
    readonly complete: { readonly params: ParamsOf<'request', 'complete'>; readonly result: { readonly from: number; readonly items: readonly Completion[] } };
    readonly artifact: { readonly params: ParamsOf<'request', 'artifact'>; readonly result: { readonly value: unknown } };
    readonly readClipboard: { readonly params: ParamsOf<'request', 'readClipboard'>; readonly result: { readonly text: string } };
  };
  readonly actions: { readonly [Name in ActionName]: ParamsOf<'action', Name> };
}

export const WorkflowEditorStateSchema = Type.Object({ subject: Type.String({ minLength: 1 }) });
