import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heldStatuses, sessionStatuses } from '../../../src/model/session';
import type { Session } from '../../../src/model/session';
import { providers, spanStatuses, spanTypes } from '../../../src/model/span';
import type { AmpTraceEvent, Attributes } from '../../../src/model/span';
import { makeSession, openLocalStore, spanId, temporaryFolder } from '../../support/storageHarness';

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ unit: fc.constantFrom('\ud800', '\udfff', '😀', 'é', '\u0000', "'", '"', '\\', '\n', 'a'), maxLength: 12 }));
const time = fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true });
const tokens = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const attrs = fc.oneof(
  fc.dictionary(anyText, fc.jsonValue({ maxDepth: 3 })),
  fc.constant({ huge: 'x'.repeat(300_000) }),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const span: fc.Arbitrary<AmpTraceEvent> = fc
  .record({
    id: fc.integer({ min: 0, max: 20 }).map((index) => spanId(index, 'abc')),
    sessionId: fc.constantFrom('s1', 's2'),
    parentId: optional(anyText),
    tsStart: time,
    tsEnd: optional(time),
    type: fc.constantFrom(...spanTypes),
    name: anyText,
    attrs: attrs as fc.Arbitrary<Attributes>,
    // A running span of a process that is not there would be closed by recovery.
    status: fc.constantFrom(...spanStatuses.filter((status) => status !== 'running')),
    errorMessage: optional(anyText),
    stackTrace: optional(anyText),
    iterationId: optional(anyText),
    model: optional(anyText),
    provider: optional(fc.constantFrom(...providers)),
    usage: optional(fc.record({ input: fc.record({ text: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens }), output: fc.record({ text: tokens, reasoning: tokens }) })),
    costNano: optional(tokens),
    costBasis: optional(fc.constantFrom('reported', 'computed', 'approximate', 'unknown')),
    agent: optional(anyText),
    firstTokenMs: optional(time),
  })
  .map((record) => withoutUndefined(record) as AmpTraceEvent);

const session: fc.Arbitrary<Session> = fc
  .record({
    id: fc.constantFrom('s1', 's2', 's3'),
    name: anyText,
    prompt: anyText,
    attention: optional(anyText),
    mergedSha: optional(anyText),
    agentOptions: fc.record({ model: anyText.map((text) => wellFormed(text)), argv: fc.array(anyText.map((text) => wellFormed(text)), { maxLength: 3 }), speed: fc.double({ noNaN: true, noDefaultInfinity: true }) }, { requiredKeys: [] }),
    status: fc.constantFrom(...sessionStatuses.filter((status) => !heldStatuses.includes(status))),
    createdAt: time,
    updatedAt: time,
    budgetNano: optional(tokens),
    executionId: optional(anyText),
  })
  .map((record) => makeSession(record.id, withoutUndefined(record) as Partial<Session>));

type Step = { readonly kind: 'span'; readonly span: AmpTraceEvent } | { readonly kind: 'session'; readonly session: Session } | { readonly kind: 'flush' } | { readonly kind: 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: span.map((value) => ({ kind: 'span', span: value }) as const) },
  { weight: 3, arbitrary: session.map((value) => ({ kind: 'session', session: value }) as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'flush' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
);

test('whatever is written, in whatever batches and over whatever reopenings, reads back as a map would hold it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = temporaryFolder();
      const spans = new Map<string, AmpTraceEvent>();
      const sessions = new Map<string, Session>();
      let store = await openLocalStore(folder);
      for (const action of steps) {
        if (action.kind === 'span') {
          store.spans.write(action.span);
          spans.set(action.span.id, stored(action.span));
        } else if (action.kind === 'session') {
          void store.sessions.save(action.session);
          sessions.set(action.session.id, stored(action.session));
        } else if (action.kind === 'flush') {
          await store.flush();
        } else {
          await store.close();
          store = await openLocalStore(folder);
        }
      }
      expect(new Map((await store.sessions.list()).map((value) => [value.id, value]))).toEqual(sessions);
      for (const id of ['s1', 's2']) {
        const expected = [...spans.values()].filter(({ sessionId }) => sessionId === id).sort((a, b) => a.tsStart - b.tsStart || (a.id < b.id ? -1 : 1));
        expect(await store.spans.bySession(id)).toEqual(expected);
      }
      await store.close();
    }),
    { numRuns: 60 },
  );
});

/** UTF-8 holds no lone surrogates, so texts become well-formed; attributes are JSON, which escapes them, and has no minus zero. */
function stored<T extends object>(value: T): T {
  const cells = Object.entries(value).map(([key, field]): [string, unknown] => {
    if (key === 'attrs' || key === 'agentOptions') return [key, JSON.parse(JSON.stringify(field)) as unknown];
    return [key, typeof field === 'string' ? wellFormed(field) : field === 0 ? 0 : field];
  });
  return Object.fromEntries(cells) as T;
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function withoutUndefined(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
