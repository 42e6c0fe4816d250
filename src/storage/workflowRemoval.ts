import type { Cell, Row } from './columns';
import type { Statements } from './statements';

/** Ended executions that no other one waits for: older ones go when new ones end. */
export const mostEnded = 1_000;
/** A definition is saved before the first execution that is pinned to it is there. */
const definitionGraceMs = 3_600_000;

/** The execution and all that it waited for, and those below them. */
const tree = `WITH RECURSIVE tree (id) AS (SELECT ?1 UNION SELECT e.id FROM workflow_executions AS e JOIN tree ON e.parent_id = tree.id)`;

/**
 * Inside the caller's transaction, as all below. One row when it was there and has ended. A child stays as long as the execution that it was
 * made for goes on: that one would run it again.
 */
export function removeExecution(statements: Statements, id: string, nowMs: number): Row[] {
  const [found] = statements.rows(
    `SELECT 1 FROM workflow_executions AS e WHERE id = ? AND finished_at IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM workflow_executions AS p WHERE p.id = e.parent_id AND p.finished_at IS NULL)`,
    [id],
  );
  if (found === undefined) return [];
  removeTree(statements, id);
  removeUnusedDefinitions(statements, nowMs);
  return [[id]];
}

export function trimExecutions(statements: Statements, nowMs: number): void {
  const old = statements.rows('SELECT id FROM workflow_executions WHERE finished_at IS NOT NULL AND parent_id IS NULL ORDER BY finished_at DESC, id DESC LIMIT -1 OFFSET ?', [mostEnded]);
  for (const [id = null] of old) removeTree(statements, id);
  if (old.length > 0) removeUnusedDefinitions(statements, nowMs);
}

/** Children that are still at work lose their journal, and so their owner. */
function removeTree(statements: Statements, root: Cell): void {
  for (const [id = null] of statements.rows(`${tree} SELECT id FROM tree`, [root])) {
    for (const table of ['workflow_events', 'approvals', 'workflow_signals']) statements.run(`DELETE FROM ${table} WHERE execution_id = ?`, [id]);
    statements.run('DELETE FROM workflow_executions WHERE id = ?', [id]);
  }
}

function removeUnusedDefinitions(statements: Statements, nowMs: number): void {
  statements.run('DELETE FROM workflows WHERE used_at < ? AND NOT EXISTS (SELECT 1 FROM workflow_executions WHERE definition_hash = workflows.hash)', [nowMs - definitionGraceMs]);
}
