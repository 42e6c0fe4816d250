/** Sessions, iterations, spans, and the processes that write them. */
export const version1 = `
      CREATE TABLE sessions (
        id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, prompt TEXT NOT NULL, agent TEXT NOT NULL, agent_options TEXT NOT NULL,
        base_branch TEXT NOT NULL, base_sha TEXT NOT NULL, branch TEXT NOT NULL, worktree TEXT NOT NULL, status TEXT NOT NULL,
        attention TEXT, merged_sha TEXT, trash_ref TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL, owner_nonce TEXT);
      CREATE TABLE iterations (
        id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, number INTEGER NOT NULL, prompt TEXT NOT NULL, status TEXT NOT NULL,
        error_message TEXT, summary TEXT, commit_sha TEXT, changed_files TEXT NOT NULL, agent_session_id TEXT, conversation_totals TEXT, stop_requested_at REAL,
        ts_start REAL NOT NULL, ts_end REAL, owner_nonce TEXT);
      CREATE INDEX iterations_by_session ON iterations (session_id, number);
      CREATE INDEX iterations_running ON iterations (id) WHERE status = 'running';
      CREATE TABLE telemetry_events (
        id TEXT PRIMARY KEY NOT NULL, session_id TEXT NOT NULL, parent_id TEXT, type TEXT NOT NULL, name TEXT NOT NULL,
        ts_start REAL NOT NULL, ts_end REAL, status TEXT NOT NULL, attrs TEXT NOT NULL, error_message TEXT, created_at REAL NOT NULL,
        stack_trace TEXT, iteration_id TEXT, model TEXT, provider TEXT,
        tokens_input INTEGER, tokens_cache_read INTEGER, tokens_cache_write_5m INTEGER, tokens_cache_write_1h INTEGER,
        tokens_output INTEGER, tokens_reasoning INTEGER, cost_nano INTEGER, cost_basis TEXT);
      CREATE INDEX telemetry_events_by_session ON telemetry_events (session_id, ts_start);
      CREATE INDEX telemetry_events_running ON telemetry_events (id) WHERE status = 'running';
      CREATE TABLE processes (nonce TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL, opened_at REAL NOT NULL);`;
