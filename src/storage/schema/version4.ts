/**
 * Workflows as executions are pinned to them, executions with their journals, approvals that wait for a person, and what others want of an
 * execution. `workflow_events` is the truth; what else is known of an execution and its approvals is made of it, in the same transaction.
 * `owner_nonce` names the row of `processes` that goes on with an execution. Long columns stand last: SQLite reads a row from its beginning.
 */
export const version4 = `
      CREATE TABLE workflows (
        hash TEXT PRIMARY KEY NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL, used_at REAL NOT NULL, definition TEXT NOT NULL);
      CREATE TABLE workflow_executions (
        id TEXT PRIMARY KEY NOT NULL, workflow_id TEXT NOT NULL, name TEXT NOT NULL, definition_hash TEXT NOT NULL, status TEXT NOT NULL,
        started_at REAL NOT NULL, finished_at REAL, started_by TEXT NOT NULL, parent_id TEXT, host TEXT NOT NULL, owner_nonce TEXT,
        epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL, open_approvals INTEGER NOT NULL, problem TEXT, result TEXT);
      CREATE INDEX workflow_executions_by_parent ON workflow_executions (parent_id, started_at);
      CREATE INDEX workflow_executions_by_definition ON workflow_executions (definition_hash);
      CREATE INDEX workflow_executions_ended ON workflow_executions (finished_at) WHERE finished_at IS NOT NULL AND parent_id IS NULL;
      CREATE INDEX workflow_executions_owned ON workflow_executions (owner_nonce) WHERE owner_nonce IS NOT NULL;
      CREATE TABLE workflow_events (
        execution_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, at REAL NOT NULL, epoch INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (execution_id, seq)) WITHOUT ROWID;
      CREATE TABLE approvals (
        execution_id TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, hash TEXT NOT NULL, session_id TEXT, quorum INTEGER NOT NULL,
        requested_at REAL NOT NULL, due_at REAL, status TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (execution_id, id)) WITHOUT ROWID;
      CREATE INDEX approvals_open ON approvals (requested_at) WHERE status = 'open';
      CREATE TABLE workflow_signals (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, execution_id TEXT NOT NULL, at REAL NOT NULL, data TEXT NOT NULL);
      CREATE INDEX workflow_signals_by_execution ON workflow_signals (execution_id);`;
