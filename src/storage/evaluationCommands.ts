import { upsertSql } from './columns';
import type { Row } from './columns';
import { acceptanceColumns, reportColumns, resultColumns } from './evaluationRows';
import type { Statements } from './statements';
import type { ReportSelection } from './storeProtocol';

/** Reports kept of one target, and outcomes kept in all: the oldest go. */
const reportsPerTarget = 50;
const mostOutcomes = 5_000;
const longestOutcome = 4 * 1024 * 1024;

const reportUpsert = upsertSql('eval_reports', reportColumns);
const resultInsert = `INSERT INTO eval_results (${resultColumns.join(', ')}) VALUES (${resultColumns.map(() => '?').join(', ')})`;
const acceptanceUpsert = upsertSql('eval_acceptances', acceptanceColumns, {}, {}, 'fingerprint');

/** Inside the caller's transaction, as all below: a report and its results, both or neither. */
export function saveReport(statements: Statements, report: Row, results: readonly Row[]): void {
  const [id = null, target = null] = report;
  statements.run(reportUpsert, report);
  statements.run('DELETE FROM eval_results WHERE report_id = ?', [id]);
  for (const result of results) statements.run(resultInsert, result);
  for (const [old = null] of statements.rows('SELECT id FROM eval_reports WHERE target = ? ORDER BY ended_at DESC, id DESC LIMIT -1 OFFSET ?', [target, reportsPerTarget])) {
    statements.run('DELETE FROM eval_results WHERE report_id = ?', [old]);
    statements.run('DELETE FROM eval_reports WHERE id = ?', [old]);
  }
}

/** One that is too long to be worth keeping is made anew the next time. */
export function keepOutcome(statements: Statements, key: string, outcome: string, nowMs: number): void {
  if (outcome.length > longestOutcome) return;
  statements.run('INSERT OR REPLACE INTO eval_outcomes (key, outcome, created_at) VALUES (?, ?, ?)', [key, outcome, nowMs]);
  statements.run('DELETE FROM eval_outcomes WHERE key IN (SELECT key FROM eval_outcomes ORDER BY created_at DESC, key LIMIT -1 OFFSET ?)', [mostOutcomes]);
}

export function accept(statements: Statements, acceptance: Row): void {
  statements.run(acceptanceUpsert, acceptance);
}

export function reports(statements: Statements, selection: ReportSelection): Row[] {
  const { condition, cells } = selected(selection);
  return statements.rows(`SELECT ${reportColumns.join(', ')} FROM eval_reports WHERE id IN (${condition}) ORDER BY ended_at DESC, id DESC`, cells);
}

/** A list of sessions shows no findings, which are most of a report. */
export function results(statements: Statements, selection: ReportSelection): Row[] {
  const { condition, cells } = selected(selection);
  const columns = resultColumns.map((column) => (selection.by !== 'session' ? column : column === 'findings' ? "'[]'" : column === 'details' ? 'NULL' : column));
  return statements.rows(`SELECT ${columns.join(', ')} FROM eval_results WHERE report_id IN (${condition}) ORDER BY report_id, position`, cells);
}

function selected(selection: ReportSelection): { readonly condition: string; readonly cells: Row } {
  switch (selection.by) {
    case 'id':
      return { condition: '?', cells: [selection.id] };
    case 'target':
      return { condition: 'SELECT id FROM eval_reports WHERE target = ? ORDER BY ended_at DESC, id DESC LIMIT ?', cells: [selection.target, selection.limit] };
    case 'binding':
      return {
        condition: 'SELECT id FROM eval_reports WHERE base_sha = ? AND head_sha = ? AND definition_hash = ? AND suite = ? AND partial = 0 ORDER BY ended_at DESC, id DESC LIMIT 1',
        cells: [selection.baseSha, selection.headSha, selection.definitionHash, selection.suite],
      };
    case 'session':
      return {
        condition: 'SELECT id FROM eval_reports AS r WHERE session_id IS NOT NULL AND partial = 0 AND NOT EXISTS (SELECT 1 FROM eval_reports AS l WHERE l.session_id = r.session_id AND l.partial = 0 AND (l.ended_at, l.id) > (r.ended_at, r.id))',
        cells: [],
      };
  }
}
