import { Type, type Static } from '@sinclair/typebox';
import { PositionSchema } from './definition';

/**
 * What a gesture in the editor does to the text of a workflow. Things are named by their ids, never by their places, so an operation means the
 * same after the text has been changed by others. One gesture is a list of operations, which become one edit and one step of undo.
 */
const Id = Type.String({ minLength: 1, maxLength: 100 });
const closed = { additionalProperties: false } as const;
const Thing = Type.Record(Type.String(), Type.Unknown());

export const WorkflowOperationSchema = Type.Union([
  /** Adds whole nodes, edges, notes or groups at the end of their list. */
  Type.Object({ kind: Type.Literal('add'), list: Type.Union([Type.Literal('nodes'), Type.Literal('edges'), Type.Literal('notes'), Type.Literal('groups')]), value: Thing }, closed),
  /** Removes them; edges of a removed node and its places in groups go with it. */
  Type.Object({ kind: Type.Literal('remove'), list: Type.Union([Type.Literal('nodes'), Type.Literal('edges'), Type.Literal('notes'), Type.Literal('groups')]), id: Id }, closed),
  /** Sets (or with no value removes) one member of one of them: `['config', 'prompt']`, `['name']`, `['position']`. */
  Type.Object(
    {
      kind: Type.Literal('set'),
      list: Type.Union([Type.Literal('nodes'), Type.Literal('edges'), Type.Literal('notes'), Type.Literal('groups')]),
      id: Id,
      path: Type.Array(Type.Union([Type.String({ maxLength: 200 }), Type.Integer({ minimum: 0 })]), { minItems: 1, maxItems: 20 }),
      value: Type.Optional(Type.Unknown()),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('move'), list: Type.Union([Type.Literal('nodes'), Type.Literal('notes')]), id: Id, position: PositionSchema }, closed),
  /** Gives a node another id, also where edges, groups and expressions speak of it. */
  Type.Object({ kind: Type.Literal('rename'), id: Id, to: Id }, closed),
  /** Sets or removes a member of the workflow itself: `['name']`, `['variables', 'branch']`, `['budgetUSD']`. */
  Type.Object({ kind: Type.Literal('setWorkflow'), path: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 20 }), value: Type.Optional(Type.Unknown()) }, closed),
]);
export type WorkflowOperation = Static<typeof WorkflowOperationSchema>;
