import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EvalReport, EvalTarget } from '../../../src/model/evalReport';
import type { EvalFinding, EvalResult } from '../../../src/model/evalResult';
import type { StoreChange } from '../../../src/storage/store';
import { openLocalStore, openTestStore, temporaryFolder, until } from '../../support/storageHarness';

const binding = { baseSha: 'b'.repeat(40), headSha: 'a'.repeat(40), definitionHash: 'd'.repeat(64) };
const finding: EvalFinding = {
  evaluator: 'lint', ruleId: 'no-undef', message: '‘x’ is not defined', severity: 'error', file: 'src/a.ts', range: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 }, helpUri: 'https://eslint.org/docs/latest/rules/no-undef', fingerprint: '0123456789abcdef', isNew: true,
};
const lint: EvalResult = { id: 'r-lint', name: 'lint', score: 95, verdict: 'passed', passed: true, duration: 12.5, findings: [finding], moreFindings: 7, details: '1 error', isolation: 'process', weight: 2, required: true, metrics: { errors: 1 }, trials: { runs: 3, passed: 2, flaky: true }, cached: true };
const types: EvalResult = { id: 'r-types', name: 'types', score: null, verdict: 'unscored', passed: false, duration: 1, findings: [], error: 'Install typescript.', isolation: 'none', weight: 0, required: false };

function report(id: string, changes: Partial<EvalReport> = {}): EvalReport {
  return {
    id, suite: 'all', target: { kind: 'session', sessionId: 's1' }, binding, treeHash: 'e'.repeat(40), partial: false, startedAt: 1_000, endedAt: 2_000, results: [lint, types].map((result) => ({ ...result, id: `${id}-${result.id}` })),
    score: 95, scoredWeight: 2, totalWeight: 2, verdict: 'failed', reasons: [{ kind: 'new-findings', evaluator: 'lint', message: 'One new finding.', advice: 'Mend it.' }], changedFiles: 3, notices: ['Dependencies come from the checkout.'], ...changes,
  };
}

describe('reports', () => {
  test('come back as they were saved, and saving again replaces one with its results', async () => {
    const store = await openTestStore(temporaryFolder());
    const changes: StoreChange[] = [];
    store.onDidChange((change) => changes.push(change));
    await store.evaluations.save(report('one'));
    expect(await store.evaluations.get('one')).toEqual(report('one'));
    expect(changes).toContainEqual({ tables: ['eval_results'], external: false });
    const again = report('one', { results: [types], score: null, verdict: 'errored', reasons: [], notices: [] });
    await store.evaluations.save(again);
    expect(await store.evaluations.get('one')).toEqual(again);
    expect(await store.evaluations.get('two')).toBeUndefined();
  });

  test('are listed by target, newest first, each with its own results', async () => {
    const store = await openLocalStore(temporaryFolder());
    const targets: EvalTarget[] = [{ kind: 'checkout' }, { kind: 'commit', commit: 'c'.repeat(40) }, { kind: 'session', sessionId: 's2' }, { kind: 'session', sessionId: 'checkout' }];
    for (const [index, target] of targets.entries()) {
      for (const age of [2, 1, 3]) await store.evaluations.save(report(`${index}-${age}`, { target, endedAt: 5_000 - age }));
    }
    for (const [index, target] of targets.entries()) {
      expect((await store.evaluations.byTarget(target, 2)).map(({ id }) => id)).toEqual([`${index}-1`, `${index}-2`]);
      expect(await store.evaluations.byTarget(target, 1)).toEqual([report(`${index}-1`, { target, endedAt: 4_999 })]);
    }
  });

  test('one with the same binding is found only when it is whole and everything of it is the same', async () => {
    const store = await openLocalStore(temporaryFolder());
    await store.evaluations.save(report('partial', { partial: true, endedAt: 9_000 }));
    expect(await store.evaluations.byBinding(binding, 'all')).toBeUndefined();
    await store.evaluations.save(report('old', { endedAt: 3_000 }));
    await store.evaluations.save(report('new', { endedAt: 4_000 }));
    expect((await store.evaluations.byBinding(binding, 'all'))?.id).toBe('new');
    for (const other of [{ ...binding, baseSha: 'x' }, { ...binding, headSha: 'x' }, { ...binding, definitionHash: 'x' }]) expect(await store.evaluations.byBinding(other, 'all')).toBeUndefined();
    expect(await store.evaluations.byBinding(binding, 'quick')).toBeUndefined();
  });

  test('a list of sessions gets the newest whole one of each, without findings', async () => {
    const store = await openLocalStore(temporaryFolder());
    await store.evaluations.save(report('a1', { endedAt: 1 }));
    await store.evaluations.save(report('a2', { endedAt: 2 }));
    await store.evaluations.save(report('a3', { endedAt: 3, partial: true }));
    await store.evaluations.save(report('b1', { endedAt: 1, target: { kind: 'session', sessionId: 's2' } }));
    await store.evaluations.save(report('c1', { endedAt: 1, target: { kind: 'checkout' } }));
    const latest = await store.evaluations.latestBySession();
    expect(latest.map(({ id }) => id).sort()).toEqual(['a2', 'b1']);
    expect(latest.find(({ id }) => id === 'a2')?.results).toEqual(report('a2').results.map(({ details: _details, ...result }) => ({ ...result, findings: [] })));
  });

  test('only the newest fifty of a target are kept', async () => {
    const store = await openLocalStore(temporaryFolder());
    for (let index = 0; index < 53; index++) await store.evaluations.save(report(`n${index}`, { endedAt: index }));
    const kept = await store.evaluations.byTarget({ kind: 'session', sessionId: 's1' }, 100);
    expect(kept.map(({ endedAt }) => endedAt)).toEqual(Array.from({ length: 50 }, (_, index) => 52 - index));
    expect(await store.evaluations.get('n2')).toBeUndefined();
  });

  test('another process sees them and is told', async () => {
    const folder = temporaryFolder();
    const [here, there] = [await openTestStore(folder), await openTestStore(folder)];
    const changes: StoreChange[] = [];
    there.onDidChange((change) => changes.push(change));
    await here.evaluations.save(report('one'));
    await until(() => changes.some(({ external, tables }) => external && tables.includes('eval_results')), 5_000);
    expect(await there.evaluations.get('one')).toEqual(report('one'));
  });

  test('secrets are taken out of what people and tools wrote, and ids stay', async () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '***').replaceAll('aaaa', '####');
    const store = await openLocalStore(temporaryFolder(), undefined, { redact });
    const secret: EvalResult = { ...lint, details: 'log hunter2', error: 'no hunter2', findings: [{ ...finding, message: 'found hunter2', file: 'hunter2.js' }] };
    await store.evaluations.save(report('one', { results: [secret], notices: ['hunter2'], reasons: [{ kind: 'required-failed', message: 'hunter2', advice: '' }] }));
    const kept = await store.evaluations.get('one');
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(kept).toMatchObject({ binding, results: [{ details: 'log ***', findings: [{ message: 'found ***', fingerprint: finding.fingerprint }] }] });
  });

  test('any text survives', async () => {
    const store = await openLocalStore(temporaryFolder());
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), async (message, name) => {
        const saved = report('odd', { results: [{ ...lint, name, findings: [{ ...finding, message }] }] });
        await store.evaluations.save(saved);
        const got = (await store.evaluations.get('odd'))?.results[0];
        expect(got?.findings[0]?.message).toBe(message);
        expect(got?.name).toBe(Buffer.from(name, 'utf8').toString('utf8'));
      }),
      { numRuns: 60 },
    );
  });
});

describe('outcomes', () => {
  test('are found by their key, the last one counts, and one that is huge is not kept', async () => {
    const store = await openLocalStore(temporaryFolder());
    await store.evaluations.keepOutcome('k1', '{"score":1}');
    await store.evaluations.keepOutcome('k1', '{"score":2}');
    await store.evaluations.keepOutcome('huge', JSON.stringify('x'.repeat(4 * 1024 * 1024)));
    expect(await store.evaluations.outcome('k1')).toBe('{"score":2}');
    expect(await store.evaluations.outcome('huge')).toBeUndefined();
    expect(await store.evaluations.outcome('k2')).toBeUndefined();
  });
});

test('a finding that a person lives with is remembered once, with the last reason', async () => {
  const store = await openLocalStore(temporaryFolder());
  const acceptance = { fingerprint: finding.fingerprint, evaluator: 'lint', ruleId: 'no-undef', file: 'src/a.ts', reason: 'A global of the host', acceptedAt: 5 };
  await store.evaluations.accept(acceptance);
  await store.evaluations.accept({ ...acceptance, reason: 'Declared elsewhere', acceptedAt: 6 });
  const { file: _file, ...whole } = acceptance;
  await store.evaluations.accept({ ...whole, fingerprint: 'fedcba9876543210', acceptedAt: 7 });
  expect(await store.evaluations.acceptances()).toEqual([{ ...acceptance, reason: 'Declared elsewhere', acceptedAt: 6 }, { ...whole, fingerprint: 'fedcba9876543210', acceptedAt: 7 }]);
});
