/** Reports of evaluations with their results, outcomes that can be used again, and findings that a person lives with. */
export const version3 = `
      CREATE TABLE eval_reports (
        id TEXT PRIMARY KEY NOT NULL, target TEXT NOT NULL, session_id TEXT, suite TEXT NOT NULL, base_sha TEXT NOT NULL, head_sha TEXT NOT NULL,
        definition_hash TEXT NOT NULL, tree_hash TEXT NOT NULL, partial INTEGER NOT NULL, started_at REAL NOT NULL, ended_at REAL NOT NULL,
        score REAL, scored_weight REAL NOT NULL, total_weight REAL NOT NULL, verdict TEXT NOT NULL, reasons TEXT NOT NULL, changed_files INTEGER NOT NULL,
        notices TEXT NOT NULL);
      CREATE INDEX eval_reports_by_target ON eval_reports (target, ended_at);
      CREATE INDEX eval_reports_by_session ON eval_reports (session_id, ended_at) WHERE session_id IS NOT NULL;
      CREATE TABLE eval_results (
        report_id TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, session_id TEXT, name TEXT NOT NULL, score REAL, verdict TEXT NOT NULL,
        passed INTEGER NOT NULL, duration REAL NOT NULL, details TEXT, error TEXT, isolation TEXT NOT NULL, weight REAL NOT NULL, required INTEGER NOT NULL,
        findings TEXT NOT NULL, more_findings INTEGER, metrics TEXT, trials TEXT, cached INTEGER NOT NULL, created_at REAL NOT NULL,
        PRIMARY KEY (report_id, position)) WITHOUT ROWID;
      CREATE TABLE eval_outcomes (key TEXT PRIMARY KEY NOT NULL, outcome TEXT NOT NULL, created_at REAL NOT NULL);
      CREATE INDEX eval_outcomes_by_age ON eval_outcomes (created_at);
      CREATE TABLE eval_acceptances (
        fingerprint TEXT PRIMARY KEY NOT NULL, evaluator TEXT NOT NULL, rule_id TEXT NOT NULL, file TEXT, reason TEXT NOT NULL, accepted_at REAL NOT NULL);`;
