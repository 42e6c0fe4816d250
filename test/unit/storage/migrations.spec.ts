import { createHash } from 'node:crypto';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { usageDimensions } from '../../../src/model/usageRow';
import { migrations } from '../../../src/storage/migrations';
import { create, steps } from '../../support/workflowJournals';
import { RollupOracle, sorted } from '../../support/rollupOracle';
import { integrityOf, openLocalStore, query, spanId, temporaryFolder, writeVersionOne } from '../../support/storageHarness';

const hour = 3_600_000;

const insertSpan = `INSERT INTO telemetry_events
  (id, session_id, parent_id, type, name, ts_start, ts_end, status, attrs, created_at, model, provider, tokens_input, tokens_cache_read, tokens_cache_write_5m, tokens_cache_write_1h, tokens_output, tokens_reasoning, cost_nano, cost_basis)
  VALUES (?, ?, NULL, ?, ?, ?, ?, ?, '{"a":1}', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const insertSession = `INSERT INTO sessions (id, name, prompt, agent, agent_options, base_branch, base_sha, branch, worktree, status, created_at, updated_at)
  VALUES ('s1', 'one', 'go', 'claudeCode', '{}', 'main', '', 'b', 'w', 'ready', 1, 1)`;

test('migration 1 is as it was released', () => {
  expect(createHash('sha256').update(migrations[0]?.sql ?? '').digest('hex')).toBe('c5cf953355eed670a788602c3646876ab3d989f495d575b1cf05bc92a09367dc');
});

test('a store of version 1 gets roll-ups of what is in it, and goes on from there', async () => {
  const folder = temporaryFolder();
  const file = writeVersionOne(folder, (db) => {
    db.exec(insertSession);
    const insert = db.prepare(insertSpan);
    for (let index = 0; index < 400; index++) {
      const ts = 400 * hour + index * 777_777;
      const [id, session] = [spanId(ts, 'abc'), index % 4 === 0 ? 'outside' : 's1'];
      if (index % 3 === 0) insert.run(id, session, 'tool', 'Read', ts, ts + 5, 'success', null, null, null, null, null, null, null, null, null, null);
      else if (index % 10 === 1) insert.run(id, session, 'agent', 'anthropic:run total', ts, ts, 'success', 'm1', 'anthropic', 0, 0, 0, 0, 9, 0, 1_000, 'reported');
      else if (index % 10 === 2) insert.run(id, session, 'eval', 'tests', ts, ts + 9, index % 20 === 2 ? 'error' : 'success', null, null, null, null, null, null, null, null, null, null);
      else insert.run(id, session, 'agent', 'anthropic:chat', ts, ts + index * 10, index % 7 === 0 ? 'error' : 'success', `m${index % 2}`, 'anthropic', index, 2, 3, 4, 5, 6, index % 5 === 0 ? null : index, index % 5 === 0 ? 'unknown' : 'computed');
    }
  });
  const store = await openLocalStore(folder);
  expect(store.notices).toEqual([]);
  const spans = [...(await store.spans.bySession('s1')), ...(await store.spans.bySession('outside'))];
  expect(spans).toHaveLength(400);
  // Calls of sessions are those of the session's agent.
  expect(new Set(spans.filter(({ provider }) => provider !== undefined).map(({ sessionId, agent }) => `${sessionId} ${agent ?? 'none'}`))).toEqual(new Set(['s1 claudeCode', 'outside none']));
  const oracle = new RollupOracle(spans);
  expect(sorted(await store.rollups.usage({}, usageDimensions))).toEqual(oracle.usage({}, usageDimensions));
  expect(await store.rollups.totals({ fromMs: 401.5 * hour, toMs: 450.25 * hour })).toEqual(oracle.totals({ fromMs: 401.5 * hour, toMs: 450.25 * hour }));
  expect(sorted(await store.rollups.latencies({}))).toEqual(oracle.latencies({}));
  expect(await store.rollups.outcomes({})).toEqual(oracle.outcomes({}));
  expect(await store.check({ rebuild: false })).toMatchObject({ wrongRollups: 0, spans: 400 });
  expect(await store.sessions.list()).toMatchObject([{ id: 's1', agent: 'claudeCode' }]);
  await store.close();
  expect(query(file, 'SELECT version FROM schema_version ORDER BY version')).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }, { version: 4 }]);
  expect(integrityOf(file)).toBe('ok');
});

test('numbers that version 1 let through are marked, not summed', async () => {
  const folder = temporaryFolder();
  writeVersionOne(folder, (db) => {
    const insert = db.prepare(insertSpan);
    insert.run(spanId(1, 'abc'), 's1', 'agent', 'openai:chat', 1, 2, 'success', 'm', 'openai', 5, null, 1, 1, 1, 1, 70, 'computed');
    insert.run(spanId(2, 'abc'), 's1', 'agent', 'openai:chat', 1, 2, 'success', 'm', 'openai', -5, 1, 1, 1, 1, 1, 70, 'computed');
    insert.run(spanId(3, 'abc'), 's1', 'agent', 'openai:chat', 1, 2, 'success', 'm', 'openai', 5, 1, 1, 1, 1, 1, 1.5, 'computed');
    insert.run(spanId(4, 'abc'), 's1', 'agent', 'openai:chat', 1, 2, 'success', 'm', 'openai', 5, 1, 1, 1, 1, 1, 70, 'computed');
  });
  const store = await openLocalStore(folder);
  expect(await store.rollups.totals({})).toMatchObject({ calls: 4, costNano: 70, unknownCosts: 3, usage: { input: { text: 5 } } });
  const marks = (await store.spans.bySession('s1')).map(({ attrs }) => attrs);
  expect(marks).toEqual([...Array.from({ length: 3 }, () => ({ a: 1, 'amp.usage.invalid': true })), { a: 1 }]);
});

test('a store of version 3 keeps what is in it and gets workflows', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'orchestrator.db');
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE schema_version (version INTEGER PRIMARY KEY NOT NULL, applied_at REAL NOT NULL)');
  for (const { version, sql } of migrations.slice(0, 3)) db.exec(`${sql}; INSERT INTO schema_version VALUES (${version}, 5)`);
  db.exec(insertSession);
  db.exec("INSERT INTO eval_acceptances VALUES ('f', 'lint', 'r', NULL, 'why', 7)");
  db.close();
  const store = await openLocalStore(folder);
  expect(store.notices).toEqual([]);
  expect(await store.sessions.list()).toMatchObject([{ id: 's1' }]);
  expect(await store.evaluations.acceptances()).toMatchObject([{ fingerprint: 'f' }]);
  expect(await store.workflows.executions()).toEqual([]);
  await create(store, 'e1');
  await store.workflows.append('e1', 1, steps(2, 2));
  expect(await store.workflows.events('e1', 1)).toEqual(steps(2, 2));
  expect(await store.check({ rebuild: false })).toMatchObject({ problems: [], wrongRollups: 0 });
  await store.close();
  expect(query(file, 'SELECT max(version) AS newest FROM schema_version')).toEqual([{ newest: 4 }]);
  expect(integrityOf(file)).toBe('ok');
});

test('the columns that were asked for are there', async () => {
  const store = await openLocalStore(temporaryFolder());
  await store.close();
  const columnsOf = (table: string): unknown[] => query(store.file, `SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => name);
  expect(columnsOf('workflows')).toEqual(expect.arrayContaining(['id', 'name', 'definition', 'created_at']));
  expect(columnsOf('workflow_executions')).toEqual(expect.arrayContaining(['id', 'workflow_id', 'status', 'started_at', 'finished_at', 'result']));
  expect(columnsOf('workflow_events')).toEqual(['execution_id', 'seq', 'type', 'at', 'epoch', 'data']);
});
