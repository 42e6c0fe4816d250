import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/base/ids';
import type { NewWorkflowEvent, WorkflowEvent, WorkflowSignal } from '../../../src/model/workflow/event';
import { createRedactor } from '../../../src/telemetry/redaction';
import { plantedSecrets } from '../../support/plantedSecrets';
import { openLocalStore, temporaryFolder } from '../../support/storageHarness';
import { create, makeExecution, numbered, started } from '../../support/workflowJournals';

const secret = 'sk-ant-"\\secret';
const escaped = JSON.stringify(secret).slice(1, -1);

/** Knows the secret as it is and as it looks within JSON, and takes everything that is long and hexadecimal or looks like an id for one. */
function harsh(text: string): string {
  return text.replaceAll(secret, '[secret]').replaceAll(escaped, '[secret]').replace(/[0-9a-f]{16,}|\b(?=\w*\d)[A-Za-z0-9]{21}\b|\w+#\d+/g, '[hidden]');
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const hash = sha('definition');
const id = 'AbCdEfGh0123456789xYz';
const error = { code: 'agent-failed', message: `It said ${secret}`, advice: `Take ${secret} out.` };

/** One of every kind, with a secret wherever a person or an agent may have put one. */
const events: readonly NewWorkflowEvent[] = [
  started({ definition: hash, variables: { key: secret, [secret]: [1] }, by: secret, name: secret, parent: { execution: id, step: 'child#1' }, fork: { execution: id, node: 'fix' }, trial: { node: 'fix' }, budgetNano: 5 }),
  { type: 'execution.adopted', by: secret, recovery: 2 },
  { type: 'execution.cancelRequested', by: secret, reason: secret },
  { type: 'execution.parked', reason: secret },
  { type: 'execution.unparked', by: secret },
  { type: 'step.started', step: 'fix#12', node: 'fix', pass: 12, attempt: 1, tokens: ['start#1>edge1', 'review#2>edge2'], plan: { session: id, commit: 'a'.repeat(40), token: id, deep: { list: [hash, secret] } }, dueAt: 9 },
  { type: 'step.completed', step: 'fix#12', outcome: 'passed', output: { value: { text: secret, list: [secret] } }, variables: { said: secret }, session: id, costNano: 1, tokensIn: 2, tokensOut: 3 },
  { type: 'step.completed', step: 'fix#13', outcome: 'failed', output: { artifact: hash, bytes: 9_000, preview: `{"text":"${escaped}` } },
  { type: 'step.failed', step: 'fix#14', attempt: 2, error, retryAt: 99, session: id },
  { type: 'step.cancelled', step: 'fix#15', reason: secret },
  { type: 'step.reused', step: 'fix#16', node: 'fix', pass: 16, tokens: ['fix#15>edge3'], outcome: 'passed', output: { value: secret }, session: id, why: 'fork' },
  { type: 'step.asked', step: 'merge#1', question: secret },
  { type: 'step.answered', step: 'merge#1', answer: 'done', by: secret },
  { type: 'edges.decided', step: 'fix#16', edges: [{ edge: 'edge1', taken: false, error: secret }, { edge: 'edge2', taken: true }] },
  { type: 'approval.requested', approval: id, step: 'review#1', message: secret, hash, content: { value: { diff: secret } }, session: id, quorum: 2, dueAt: 7 },
  { type: 'approval.decided', approval: id, decision: 'approved', by: secret, comment: secret, hash, signal: id },
  { type: 'approval.reopened', approval: id, hash: sha('other'), content: { artifact: hash, bytes: 5_000, preview: secret }, reason: secret },
  { type: 'approval.closed', approval: id, outcome: 'approved' },
  { type: 'execution.completed', status: 'failed', result: { value: secret }, error },
];

/** The same with the secret replaced, and nothing else. */
function cleaned<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(escaped, '[secret]').replaceAll(JSON.stringify(escaped).slice(1, -1), '[secret]')) as T;
}

function holds(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(text));
}

describe('a redaction that takes too much', () => {
  test('leaves ids, hashes, steps and outcomes as they are, and no secret in the file', async () => {
    const folder = temporaryFolder();
    const store = await openLocalStore(folder, undefined, { redact: harsh });
    const journal = numbered(events, 1);
    await store.workflows.create(makeExecution(id, { name: secret, by: secret, definition: hash, parent: 'p'.repeat(21) }), journal.slice(0, 15));
    expect(await store.workflows.openApprovals()).toEqual([expect.objectContaining({ id, execution: id, message: '[secret]', executionName: '[secret]', hash, session: id, step: 'review#1' })]);
    const signals: readonly WorkflowSignal[] = [
      { id: `1${id}`, execution: id, at: 1, by: secret, kind: 'decide', approval: id, decision: 'approved', hash, comment: secret },
      { id: `2${id}`, execution: id, at: 1, by: 'Bob', kind: 'cancel', reason: secret },
      { id: `3${id}`, execution: id, at: 1, by: 'Bob', kind: 'answer', step: 'merge#1', answer: 'again' },
    ];
    for (const signal of signals) await store.workflows.signal(signal);
    expect(await store.workflows.signals(id)).toEqual(cleaned(signals));
    await store.workflows.append(id, 1, journal.slice(15));
    const kept = await store.workflows.events(id);
    const plan = { session: '[hidden]', commit: '[hidden]', token: '[hidden]', deep: { list: ['[hidden]', '[secret]'] } };
    expect(kept).toEqual(cleaned(journal).map((event) => (event.type === 'step.started' ? { ...event, plan } : event)));
    expect(await store.workflows.execution(id)).toMatchObject({ id, definition: hash, name: '[secret]', by: '[secret]', problem: 'It said [secret]', status: 'failed', lastSeq: events.length });
    await store.close();
    for (const text of [secret, escaped, 'sk-ant']) expect(holds(folder, text)).toEqual([]);
  });

  test('a definition is what its hash says', async () => {
    const store = await openLocalStore(temporaryFolder(), undefined, { redact: harsh });
    const text = JSON.stringify({ id: 'fix', hash });
    await store.workflows.saveDefinition({ hash: sha(text), workflow: 'fix', name: 'Fix it', text });
    const kept = await store.workflows.definition(sha(text));
    expect(sha(kept?.text ?? '')).toBe(sha(text));
  });

  test('what cannot be checked is left out, and the events are sound all the same', async () => {
    const folder = temporaryFolder();
    const store = await openLocalStore(folder, undefined, { redact: () => { throw new Error('out of order'); } });
    const journal = numbered(events, 1);
    await store.workflows.create(makeExecution('e1', { name: secret, by: secret }), journal);
    const kept = await store.workflows.events('e1');
    expect(kept.map(({ type, seq }) => `${seq} ${type}`)).toEqual(journal.map(({ type, seq }) => `${seq} ${type}`));
    expect(kept[8]).toMatchObject({ step: 'fix#14', error: { code: 'agent-failed', message: expect.stringContaining('left out') as string } });
    expect(kept[6]).toMatchObject({ outcome: 'passed', output: { value: { 'amp.redaction.error': expect.stringContaining('out of order') as string } }, session: id });
    await store.close();
    expect(holds(folder, 'sk-ant')).toEqual([]);
  });
});

describe('the redaction of the product', () => {
  const { redact } = createRedactor({ env: {} });

  test('lets ids and plans through, whatever they are called', async () => {
    const store = await openLocalStore(temporaryFolder(), undefined, { redact });
    await create(store, 'e1');
    let seq = 2;
    const name = fc.constantFrom('session', 'token', 'key', 'sessionToken', 'apiKey', 'secretKey', 'auth', 'password', 'credentials', 'iteration', 'branch');
    const ids = fc.oneof(fc.string().map((text) => sha(text)), fc.string().map((text) => sha(text).slice(0, 40)), fc.constant(0).map(() => newId()), fc.constant(0).map(() => `amp/${newId()}`));
    await fc.assert(
      fc.asyncProperty(name, ids, ids, async (member, one, two) => {
        const batch = numbered(
          [
            { type: 'step.started', step: `${member}#1`, node: member, pass: 1, attempt: 1, tokens: [`${member}#1>${one}`, one], plan: { [member]: one, [`${member}Id`]: two } },
            { type: 'approval.requested', approval: one, step: `${member}#1`, message: 'Merge it?', hash: two, session: one, quorum: 1, content: { artifact: two, bytes: 1, preview: '{' } },
            { type: 'approval.decided', approval: one, decision: 'approved', by: 'Bob', hash: two, signal: one },
            { type: 'step.completed', step: `${member}#1`, outcome: member, output: { artifact: one, bytes: 5_000, preview: '' }, session: two },
          ],
          seq,
        );
        await store.workflows.append('e1', 1, batch, { now: true });
        expect(await store.workflows.events('e1', seq - 1)).toEqual(batch);
        seq += batch.length;
      }),
      { numRuns: 100 },
    );
  });

  test.each(plantedSecrets.map(({ kind, text, secret: planted }) => [kind, text, planted] as const))('%s does not get into the journal', async (_kind, text, planted) => {
    const store = await openLocalStore(temporaryFolder(), undefined, { redact });
    await create(store, 'e1');
    const said: WorkflowEvent[] = numbered(
      [
        { type: 'step.completed', step: 's#1', outcome: 'passed', output: { value: { stdout: text } }, variables: { said: text } },
        { type: 'step.failed', step: 's#1', attempt: 1, error: { code: 'step-failed', message: text, advice: text } },
        { type: 'approval.requested', approval: 'a1', step: 's#1', message: text, hash, quorum: 1, content: { artifact: hash, bytes: 9_000, preview: JSON.stringify({ text }) } },
        { type: 'step.started', step: 's#2', node: 's', pass: 2, attempt: 1, tokens: [], plan: { text } },
      ],
      2,
    );
    await store.workflows.append('e1', 1, said);
    const kept = JSON.stringify(await store.workflows.events('e1'));
    expect(kept).not.toContain(planted);
    expect(kept).not.toContain(JSON.stringify(planted).slice(1, -1));
  });
});
