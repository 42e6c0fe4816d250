import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { mostEnded } from '../../../src/storage/workflowRemoval';
import { openLocalStore, query, temporaryFolder } from '../../support/storageHarness';
import { approvalRequest, create, definitionHash, end, numbered, steps } from '../../support/workflowJournals';

test('removal takes children, events, approvals and signals with it, and nothing of others', async () => {
  const store = await openLocalStore(temporaryFolder());
  for (const [id, parent] of [['e1', undefined], ['e2', 'e1'], ['e3', 'e2'], ['other', undefined]] as const) await create(store, id, { ...(parent !== undefined && { parent }) });
  await store.workflows.append('e3', 1, numbered([approvalRequest('a1')], 2));
  await store.workflows.signal({ id: 'g1', execution: 'e3', at: 5, by: 'Bob', kind: 'cancel' });
  await end(store, 'e2', 3);
  expect(await store.workflows.remove('e1')).toBe(false);
  // Its parent would run it again.
  expect(await store.workflows.remove('e2')).toBe(false);
  await end(store, 'e1', 4);
  expect(await store.workflows.remove('e1')).toBe(true);
  expect(await store.workflows.remove('e1')).toBe(false);
  await expect(store.workflows.append('e3', 1, steps(1, 3))).rejects.toMatchObject({ code: 'execution-lost' });
  await store.close();
  expect(query(store.file, 'SELECT id FROM workflow_executions')).toEqual([{ id: 'other' }]);
  expect(query(store.file, 'SELECT DISTINCT execution_id FROM workflow_events')).toEqual([{ execution_id: 'other' }]);
  expect(query(store.file, 'SELECT * FROM approvals')).toEqual([]);
  expect(query(store.file, 'SELECT * FROM workflow_signals')).toEqual([]);
});

test('the newest thousand that have ended are kept, with their children; definitions that nothing is pinned to go', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder);
  await store.workflows.saveDefinition({ hash: 'old', workflow: 'fix', name: 'Fix it', text: '{}' });
  await store.workflows.saveDefinition({ hash: definitionHash, workflow: 'fix', name: 'Fix it', text: '{}' });
  await create(store, 'running', { startedAt: 0 });
  await create(store, 'first', { definition: 'old' });
  await create(store, 'child', { parent: 'first' });
  await end(store, 'child', 1);
  await end(store, 'first', 2);
  await store.close();
  const db = new DatabaseSync(store.file);
  const insert = db.prepare("INSERT INTO workflow_executions (id, workflow_id, name, definition_hash, status, started_at, finished_at, started_by, host, epoch, last_seq, open_approvals) VALUES (?, 'fix', 'n', ?, 'succeeded', 1, ?, 'Ada', 'test', 1, 0, 0)");
  for (let index = 0; index < mostEnded - 1; index++) insert.run(`n${index}`, definitionHash, 100 + index);
  db.exec('UPDATE workflows SET used_at = 0');
  db.close();

  const next = await openLocalStore(folder);
  expect(await next.workflows.execution('first')).toBeDefined();
  await create(next, 'last');
  await end(next, 'last', 50_000);
  expect(await next.workflows.execution('first')).toBeUndefined();
  expect(await next.workflows.events('child')).toEqual([]);
  expect(await next.workflows.definition('old')).toBeUndefined();
  for (const id of ['n0', 'last', 'running']) expect(await next.workflows.execution(id), id).toBeDefined();
  expect(await next.workflows.definition(definitionHash)).toBeDefined();
  // One that was saved just now waits for its execution.
  await next.workflows.saveDefinition({ hash: 'new', workflow: 'fix', name: 'Fix it', text: '{}' });
  expect(await next.workflows.remove('last')).toBe(true);
  expect(await next.workflows.definition('new')).toBeDefined();
});
