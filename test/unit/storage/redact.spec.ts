import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Iteration } from '../../../src/model/session';
import type { Store } from '../../../src/storage/store';
import { makeSession, makeSpan, openLocalStore, openTestStore, spanId, temporaryFolder } from '../../support/storageHarness';

const secret = 'sk-ant-"\\secret';
const escaped = JSON.stringify(secret).slice(1, -1);

/** Knows the secret as it is and as it looks within JSON. */
function redact(text: string): string {
  return text.replaceAll(secret, '[secret]').replaceAll(escaped, '[secret]');
}

const files: Iteration['changedFiles'] = [
  { path: `keys/${secret}.pem`, change: 'renamed', previousPath: `old/${secret}`, linesAdded: 1, linesDeleted: 2 },
  { path: 'keys/[secret].pem', change: 'added' },
  { path: 'keys/[secret].pem (2)', change: 'deleted' },
  { path: 'a.ts', change: 'modified' },
];
const iteration: Iteration = { id: 'i1', sessionId: 's1', number: 1, prompt: `use ${secret}`, status: 'failed', errorMessage: secret, summary: `${secret}!`, changedFiles: files, tsStart: 5, tsEnd: 6 };

async function writeEverything(store: Store): Promise<void> {
  store.spans.write(makeSpan(spanId(1, 'abc'), { name: `run ${secret}`, status: 'error', errorMessage: secret, stackTrace: `at ${secret}`, model: secret, provider: 'openai', attrs: { [secret]: [{ deep: `a ${secret} b` }] } }));
  await store.sessions.save(makeSession('s1', { name: secret, prompt: secret, attention: secret, agentOptions: { argv: ['run', secret] } }));
  await store.sessions.save(makeSession('s2'));
  await store.sessions.transition('s2', ['ready'], { name: secret, prompt: secret, attention: `why: ${secret}`, agentOptions: { model: secret } });
  await store.iterations.save(iteration);
  const call = { key: 'k', sessionId: 'import:codex:1', agent: 'codex', ts: 1, model: secret, provider: 'openai', usage: { input: { text: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 0, reasoning: 0 } }, costBasis: 'unknown' } as const;
  await store.imports.save({ files: [], sessions: [{ id: 'import:codex:1', agent: 'codex', title: secret, cwd: '/', firstTs: 1, lastTs: 2 }], calls: [call] });
}

function holds(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(text));
}

test('no secret reaches the file, nor its journal', async () => {
  const [folder, plain] = [temporaryFolder(), temporaryFolder()];
  const store = await openTestStore(folder, { redact });
  await writeEverything(store);
  expect(await store.spans.get(spanId(1, 'abc'))).toMatchObject({ name: 'run [secret]', errorMessage: '[secret]', stackTrace: 'at [secret]', model: '[secret]', attrs: { '[secret]': [{ deep: 'a [secret] b' }] } });
  expect(await store.sessions.get('s1')).toMatchObject({ name: '[secret]', prompt: '[secret]', attention: '[secret]', agentOptions: { argv: ['run', '[secret]'] } });
  expect(await store.sessions.get('s2')).toMatchObject({ name: '[secret]', attention: 'why: [secret]', agentOptions: { model: '[secret]' } });
  expect(await store.iterations.get('i1')).toMatchObject({ prompt: 'use [secret]', errorMessage: '[secret]', summary: '[secret]!' });
  // Names of files stay different from each other.
  expect((await store.iterations.get('i1'))?.changedFiles).toEqual([{ ...files[0], path: 'keys/[secret].pem', previousPath: 'old/[secret]' }, { ...files[1], path: 'keys/[secret].pem (2)' }, { ...files[2], path: 'keys/[secret].pem (2) (2)' }, files[3]]);
  expect(await store.imports.sessions()).toMatchObject([{ title: '[secret]' }]);
  await store.close();
  expect([...holds(folder, secret), ...holds(folder, escaped), ...holds(folder, 'sk-ant')]).toEqual([]);

  const open = await openTestStore(plain);
  await writeEverything(open);
  await open.close();
  expect(holds(plain, secret)).toContain('orchestrator.db');
});

test('ids, branches and paths are not touched, whatever the patterns say', async () => {
  const store = await openLocalStore(temporaryFolder(), undefined, { redact: (text) => text.replace(/[0-9a-f]{16}|trees/g, '[hidden]') });
  const span = makeSpan('0123456789abcdef', { parentId: 'fedcba9876543210', iterationId: '00112233445566ff', sessionId: 'aaaabbbbccccdddd' });
  store.spans.write(span);
  await store.sessions.save(makeSession('aaaabbbbccccdddd'));
  expect(await store.spans.bySession('aaaabbbbccccdddd')).toEqual([span]);
  expect(await store.sessions.get('aaaabbbbccccdddd')).toEqual({ ...makeSession('aaaabbbbccccdddd'), name: 'session [hidden]' });
});

test('what cannot be checked is left out', async () => {
  const folder = temporaryFolder();
  const store = await openLocalStore(folder, undefined, { redact: () => { throw new Error('out of order'); } });
  store.spans.write(makeSpan(spanId(1, 'abc'), { name: secret, attrs: { secret } }));
  await store.flush();
  expect(await store.spans.get(spanId(1, 'abc'))).toMatchObject({ name: expect.stringContaining('left out') as string, attrs: { 'amp.redaction.error': expect.stringContaining('out of order') as string } });
  await store.close();
  expect(holds(folder, 'sk-ant')).toEqual([]);
});
