import { Type, type Static } from '@sinclair/typebox';
import { workflowSchemaVersion } from './fileFormat';
import { nodeTypes, type NodeType } from './nodeConfig';

export { workflowFolder, workflowSchemaVersion } from './fileFormat';

const closed = { additionalProperties: false } as const;
const idPattern = '^[A-Za-z][A-Za-z0-9_-]*$';
const Id = Type.String({ minLength: 1, maxLength: 100, pattern: idPattern });

export const RetrySchema = Type.Object(
  {
    max: Type.Integer({ minimum: 0, maximum: 100, description: 'Attempts after the first one.' }),
    backoffMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000, default: 1000, description: 'Wait before the first retry.' })),
    factor: Type.Optional(Type.Number({ minimum: 1, maximum: 100, default: 2, description: 'Each wait is that many times the one before.' })),
    maxBackoffMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000, default: 300_000 })),
    jitter: Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: 0.2, description: 'Share of the wait that is random.' })),
    on: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 50, description: 'Codes of the errors that are tried again (`timeout`, `agent-failed` …). Default: all but those that no retry can mend.' })),
  },
  { ...closed, description: 'What happens after an error. A step whose outcome is negative (tests that fail) is no error.' },
);
export type RetryPolicy = Static<typeof RetrySchema>;

export const PositionSchema = Type.Object({ x: Type.Number(), y: Type.Number() }, closed);

export const WorkflowNodeSchema = Type.Object(
  {
    id: Id,
    type: Type.Union(nodeTypes.map((type) => Type.Literal(type))),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    config: Type.Record(Type.String(), Type.Unknown(), { description: 'What the node’s type takes.' }),
    position: PositionSchema,
    retry: Type.Optional(RetrySchema),
    attemptTimeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000_000, description: 'Most time of one attempt.' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000_000, description: 'Most time of all attempts together.' })),
    assign: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 100_000 }), { description: 'Variables that are set once it has been done: a name and an expression, in which `output` and `outcome` are the step’s.' })),
    pinned: Type.Optional(Type.Object({ outcome: Type.String({ minLength: 1, maxLength: 100 }), output: Type.Optional(Type.Unknown()) }, { ...closed, description: 'For trying out: trial runs take this instead of running the node. Real runs take no notice.' })),
  },
  closed,
);
export type WorkflowNode = Omit<Static<typeof WorkflowNodeSchema>, 'type'> & { readonly type: NodeType };

export const WorkflowEdgeSchema = Type.Object(
  {
    id: Id,
    source: Id,
    target: Id,
    condition: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000, description: 'Taken only when this expression over variables, nodes and execution is truthy; `output` and `outcome` are the source step’s.' })),
    outcome: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Taken only after this outcome of the source. Without it: after every outcome that is not negative.' })),
    otherwise: Type.Optional(Type.Boolean({ description: 'Taken when no other edge of the source is.' })),
    maxTraversals: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'How often it may be taken in one execution. An edge that closes a cycle needs it.' })),
    label: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
);
export type WorkflowEdge = Static<typeof WorkflowEdgeSchema>;

export const variableTypes = ['string', 'number', 'boolean', 'json'] as const;
export const WorkflowVariableSchema = Type.Object(
  {
    type: Type.Union(variableTypes.map((type) => Type.Literal(type))),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    default: Type.Optional(Type.Unknown()),
    required: Type.Optional(Type.Boolean({ default: false, description: 'A run without a value is refused.' })),
    options: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: 100, description: 'The only values that it may have.' })),
  },
  { ...closed, description: 'A variable; its value at the start is the default unless the run gives one.' },
);
export type WorkflowVariable = Static<typeof WorkflowVariableSchema>;

const Size = Type.Object({ width: Type.Number({ minimum: 40, maximum: 10_000 }), height: Type.Number({ minimum: 20, maximum: 10_000 }) }, closed);

export const WorkflowDefinitionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    schemaVersion: Type.Optional(Type.Literal(workflowSchemaVersion, { description: 'Version of this format.' })),
    id: Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$', description: 'Id of the workflow: how others call it.' }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    version: Type.Optional(Type.String({ maxLength: 50, description: 'Version of this workflow, such as 1.2.0.' })),
    variables: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), WorkflowVariableSchema, { additionalProperties: false })),
    budgetUSD: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000, description: 'Limit of one execution, in dollars.' })),
    nodes: Type.Array(WorkflowNodeSchema, { maxItems: 2000 }),
    edges: Type.Array(WorkflowEdgeSchema, { maxItems: 5000 }),
    notes: Type.Optional(Type.Array(Type.Object({ id: Id, text: Type.String({ maxLength: 10_000 }), position: PositionSchema, size: Type.Optional(Size) }, closed), { maxItems: 500 })),
    groups: Type.Optional(Type.Array(Type.Object({ id: Id, name: Type.String({ maxLength: 200 }), nodes: Type.Array(Id, { maxItems: 2000 }) }, closed), { maxItems: 500 })),
    created: Type.Optional(Type.String({ maxLength: 50, description: 'ISO 8601.' })),
    updated: Type.Optional(Type.String({ maxLength: 50, description: 'ISO 8601.' })),
  },
  { ...closed, title: 'Workflow', description: 'A workflow of Amp Session Orchestrator.' },
);
export type WorkflowDefinition = Omit<Static<typeof WorkflowDefinitionSchema>, 'nodes'> & { readonly nodes: readonly WorkflowNode[] };

/** Something wrong in a definition. `path` is a JSON pointer; `offset` and `length` (UTF-16 units) are its place in the text, where one was read. */
export interface WorkflowIssue {
  readonly severity: 'error' | 'warning';
  /** Stable: `unknown-node`, `dangling-edge`, `unreachable` … */
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly node?: string;
  readonly edge?: string;
  readonly offset?: number;
  readonly length?: number;
}
