import { agentNames, heldStatuses, iterationStatuses, sessionStatuses } from '../model/session';
import type { AgentOptions, ChangedFile, Iteration, IterationRun, Session, SessionSummary } from '../model/session';
import type { UsageByModel } from '../model/usageByModel';
import type { Cleaner } from './cleaner';
import { defined, jsonOf, numberOf, oneOf, optionalNumber, optionalText, storable, textOf, upsertSql } from './columns';
import type { Cell, Row } from './columns';
import { checkedAmount } from './soundNumbers';

export const sessionColumns = [
  'id', 'name', 'prompt', 'agent', 'agent_options', 'base_branch', 'base_sha', 'branch', 'worktree', 'status', 'attention', 'merged_sha', 'trash_ref', 'created_at', 'updated_at', 'budget_nano', 'execution_id', 'owner_nonce',
] as const;
const iterationColumns = [
  'id', 'session_id', 'number', 'prompt', 'status', 'error_message', 'summary', 'commit_sha', 'changed_files', 'agent_session_id', 'conversation_totals', 'stop_requested_at', 'ts_start', 'ts_end', 'owner_nonce',
] as const;

/** What people and agents wrote; the rest is names that work is found by. */
export const redactedSessionColumns: readonly string[] = ['name', 'prompt', 'attention'];

export const sessionSelect = `SELECT ${sessionColumns.join(', ')} FROM sessions`;
export const iterationSelect = `SELECT ${iterationColumns.join(', ')} FROM iterations`;

/** Who runs it stays the owner while it runs, also when another process saves something else about it. */
function keptOwner(table: string): string {
  return `CASE WHEN excluded.owner_nonce IS NOT NULL AND ${table}.status = excluded.status THEN coalesce(${table}.owner_nonce, excluded.owner_nonce) ELSE excluded.owner_nonce END`;
}

export const sessionUpsert = upsertSql('sessions', sessionColumns, { owner_nonce: keptOwner('sessions') });
export const iterationUpsert = upsertSql('iterations', iterationColumns, {
  owner_nonce: keptOwner('iterations'),
  stop_requested_at: 'coalesce(excluded.stop_requested_at, iterations.stop_requested_at)',
});

/** Throws `invalid-argument` for a budget that is no amount. */
export function sessionToRow(session: Session, processNonce: string, clean: Cleaner): Row {
  const owned = heldStatuses.includes(session.status);
  return [
    storable(session.id), storable(clean.text(session.name)), storable(clean.text(session.prompt)), session.agent, clean.json(JSON.stringify(session.agentOptions)), storable(session.baseBranch),
    storable(session.baseSha), storable(session.branch), storable(session.worktree), session.status, storable(clean.text(session.attention)), storable(session.mergedSha),
    storable(session.trashRef), session.createdAt, session.updatedAt,
    session.budgetNano === undefined ? null : checkedAmount(session.budgetNano, 'The budget of a session'), storable(session.executionId), owned ? processNonce : null,
  ];
}

export function rowToSession(row: Row): Session {
  return defined<Session>({
    id: textOf(row[0]),
    name: textOf(row[1]),
    prompt: textOf(row[2]),
    agent: oneOf(row[3], agentNames, 'command'),
    agentOptions: jsonOf(row[4], isAgentOptions, {}),
    baseBranch: textOf(row[5]),
    baseSha: textOf(row[6]),
    branch: textOf(row[7]),
    worktree: textOf(row[8]),
    status: oneOf(row[9], sessionStatuses, 'interrupted'),
    attention: optionalText(row[10]),
    mergedSha: optionalText(row[11]),
    trashRef: optionalText(row[12]),
    createdAt: numberOf(row[13]),
    updatedAt: numberOf(row[14]),
    budgetNano: optionalNumber(row[15]),
    executionId: optionalText(row[16]),
  });
}

export function iterationToRow(iteration: Iteration, processNonce: string, clean: Cleaner): Row {
  const cells: Cell[] = [
    storable(iteration.id), storable(iteration.sessionId), iteration.number, storable(clean.text(iteration.prompt)), iteration.status, storable(clean.text(iteration.errorMessage)),
    storable(clean.text(iteration.summary)), storable(iteration.commitSha), JSON.stringify(shownFiles(iteration.changedFiles, clean)), storable(iteration.agentSessionId),
    iteration.conversationTotals === undefined ? null : JSON.stringify(iteration.conversationTotals), iteration.stopRequestedAt ?? null, iteration.tsStart, iteration.tsEnd ?? null, iteration.status === 'running' ? processNonce : null,
  ];
  return cells;
}

/** Names of files can hold secrets, and git knows the real ones. No two become the same, as lists tell files apart by them. */
function shownFiles(files: readonly ChangedFile[], clean: Cleaner): ChangedFile[] {
  const uses = new Map<string, number>();
  return files.map((file) => {
    const shown = clean.text(file.path);
    let use = uses.get(shown) ?? 1;
    let path = shown;
    while (uses.has(path)) path = `${shown} (${++use})`;
    uses.set(path, 1).set(shown, use);
    return { ...file, path, ...(file.previousPath === undefined ? {} : { previousPath: clean.text(file.previousPath) }) };
  });
}

export function rowToIteration(row: Row): Iteration {
  return defined<Iteration>({
    id: textOf(row[0]),
    sessionId: textOf(row[1]),
    number: numberOf(row[2]),
    prompt: textOf(row[3]),
    status: oneOf(row[4], iterationStatuses, 'interrupted'),
    errorMessage: optionalText(row[5]),
    summary: optionalText(row[6]),
    commitSha: optionalText(row[7]),
    changedFiles: jsonOf(row[8], isChangedFiles, []),
    agentSessionId: optionalText(row[9]),
    conversationTotals: row[10] === null ? undefined : jsonOf(row[10], isUsageByModel, {}),
    stopRequestedAt: optionalNumber(row[11]),
    tsStart: numberOf(row[12]),
    tsEnd: optionalNumber(row[13]),
  });
}

/** Of the columns of `iterationRuns`. There are thousands of them in a report. */
export function rowToRun([sessionId, number, status, tsStart, tsEnd]: Row): IterationRun {
  const run = { sessionId: textOf(sessionId), number: numberOf(number), status: oneOf(status, iterationStatuses, 'interrupted'), tsStart: numberOf(tsStart) };
  return typeof tsEnd === 'number' ? { ...run, tsEnd } : run;
}

export const summarySelect = 'SELECT id, name, branch, status, updated_at, budget_nano FROM sessions';

/** Of the columns of `summarySelect`. */
export function rowToSummary([id, name, branch, status, updatedAt, budgetNano]: Row): SessionSummary {
  const summary = { id: textOf(id), name: textOf(name), branch: textOf(branch), status: oneOf(status, sessionStatuses, 'interrupted'), updatedAt: numberOf(updatedAt) };
  return typeof budgetNano === 'number' ? { ...summary, budgetNano } : summary;
}

function isAgentOptions(value: unknown): value is AgentOptions {
  if (!isRecord(value)) return false;
  const { model, argv, recording, speed } = value;
  return isOptional(model, 'string') && isOptional(recording, 'string') && isOptional(speed, 'number') && (argv === undefined || (Array.isArray(argv) && argv.every((item) => typeof item === 'string')));
}

/** Written by us and handed back to the driver that made it, which takes any counts: only the shape matters here. */
function isUsageByModel(value: unknown): value is UsageByModel {
  return isRecord(value) && Object.values(value).every((model) => isRecord(model) && isRecord(model.usage) && isRecord(model.usage.input) && isRecord(model.usage.output) && typeof model.costBasis === 'string');
}

function isChangedFiles(value: unknown): value is readonly ChangedFile[] {
  return (
    Array.isArray(value) &&
    value.every(
      (file: unknown) =>
        isRecord(file) &&
        typeof file.path === 'string' &&
        ['added', 'modified', 'deleted', 'renamed'].includes(String(file.change)) &&
        isOptional(file.previousPath, 'string') &&
        isOptional(file.linesAdded, 'number') &&
        isOptional(file.linesDeleted, 'number'),
    )
  );
}

function isOptional(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
