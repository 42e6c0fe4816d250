import { Type, type Static } from '@sinclair/typebox';
import { costBases, toUSD } from '../../model/money';
import { outsideSessions, type Session } from '../../model/session';
import { spanStatuses, spanTypes, type AmpTraceEvent } from '../../model/span';
import { traceIdOf } from '../traceContext';
import { leavingAttributes, type LeavingPolicy } from './leavingAttributes';
import { leavingText } from './redactor';
import type { SessionSpans } from './sessionSpans';
import { outsideName, roleOf } from './spanNames';

const count = Type.Integer({ minimum: 0 });

const spanSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    parentId: Type.Optional(Type.String()),
    traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    iterationId: Type.Optional(Type.String()),
    type: Type.Union(spanTypes.map((type) => Type.Literal(type))),
    name: Type.String(),
    status: Type.Union(spanStatuses.map((status) => Type.Literal(status))),
    tsStart: Type.Number({ description: 'epoch milliseconds' }),
    tsEnd: Type.Optional(Type.Number({ description: 'epoch milliseconds; absent while it runs' })),
    provider: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    agent: Type.Optional(Type.String()),
    firstTokenMs: Type.Optional(Type.Number()),
    usage: Type.Optional(
      Type.Object({
        input: Type.Object({ text: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count }),
        output: Type.Object({ text: count, reasoning: count }),
      }),
    ),
    costNano: Type.Optional(Type.Integer({ description: 'nano-dollars' })),
    costUSD: Type.Optional(Type.Number()),
    costBasis: Type.Optional(Type.Union(costBases.map((basis) => Type.Literal(basis)))),
    errorMessage: Type.Optional(Type.String()),
    stackTrace: Type.Optional(Type.String()),
    attributes: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())])),
  },
  { additionalProperties: false },
);

const sessionSchema = Type.Object(
  {
    id: Type.String(),
    agent: Type.Optional(Type.String()),
    status: Type.Optional(Type.String()),
    createdAt: Type.Optional(Type.Number()),
    name: Type.Optional(Type.String()),
    prompt: Type.Optional(Type.String()),
    branch: Type.Optional(Type.String()),
    spans: Type.Array(spanSchema),
  },
  { additionalProperties: false },
);

/** The JSON file of an export. Sessions and spans in the order of their start. */
export const exportFileSchema = Type.Object(
  {
    format: Type.Literal('amp-telemetry'),
    version: Type.Literal(1),
    exportedAt: Type.String({ description: 'ISO 8601' }),
    content: Type.Boolean({ description: 'prompts, answers, tool arguments and outputs are in it' }),
    sessions: Type.Array(sessionSchema),
  },
  { additionalProperties: false },
);

type SpanJson = Static<typeof spanSchema>;
type SessionJson = Static<typeof sessionSchema>;

/** The text of the file, in pieces: a line a session, however long, and no more than a page of its spans in memory. */
export async function* jsonFile(sessions: AsyncIterable<SessionSpans>, policy: LeavingPolicy, nowMs: number): AsyncGenerator<string> {
  yield `{"format":"amp-telemetry","version":1,"exportedAt":${JSON.stringify(new Date(nowMs).toISOString())},"content":${policy.content},"sessions":[\n`;
  let separator = '';
  for await (const { session, pages } of sessions) {
    yield separator;
    yield* sessionText(session, pages(), policy);
    separator = ',';
  }
  yield ']}\n';
}

async function* sessionText(session: Session | undefined, pages: AsyncIterable<readonly AmpTraceEvent[]>, policy: LeavingPolicy): AsyncGenerator<string> {
  // The spans come last, so what is before them is the text without its end.
  const [before, after] = JSON.stringify({ ...sessionJson(session, policy), spans: [] } satisfies SessionJson).split(/(?=\]\}$)/);
  yield before ?? '';
  let separator = '';
  for await (const page of pages) {
    yield separator + page.map((span) => JSON.stringify(spanJson(span, policy))).join(',');
    separator = ',';
  }
  yield `${after ?? ''}\n`;
}

function sessionJson(session: Session | undefined, policy: LeavingPolicy): Omit<SessionJson, 'spans'> {
  if (!session) return { id: outsideSessions };
  const { id, agent, status, createdAt, name, prompt, branch } = session;
  const content = policy.content ? { name: leavingText(name, policy.redactor), prompt: leavingText(prompt, policy.redactor), branch: leavingText(branch, policy.redactor) } : {};
  return { id, agent, status, createdAt, ...content };
}

function spanJson(span: AmpTraceEvent, policy: LeavingPolicy): SpanJson {
  const { id, parentId, iterationId, type, status, tsStart, tsEnd, provider, model, agent, firstTokenMs, usage, costNano, costBasis, errorMessage, stackTrace, attrs } = span;
  const clean = (text: string): string => leavingText(text, policy.redactor);
  const attributes = leavingAttributes(attrs, policy);
  return {
    id,
    ...(parentId === undefined ? {} : { parentId }),
    traceId: traceIdOf(span),
    ...(iterationId === undefined ? {} : { iterationId }),
    type,
    name: clean(policy.content ? span.name : outsideName(span, roleOf(span))),
    status,
    tsStart,
    ...(tsEnd === undefined ? {} : { tsEnd }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model: clean(model) }),
    ...(agent === undefined ? {} : { agent }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(usage === undefined ? {} : { usage: { input: { ...usage.input }, output: { ...usage.output } } }),
    ...(costNano === undefined ? {} : { costNano, costUSD: toUSD(costNano) }),
    ...(costBasis === undefined ? {} : { costBasis }),
    ...(policy.content && errorMessage !== undefined ? { errorMessage: clean(errorMessage) } : {}),
    ...(policy.content && stackTrace !== undefined ? { stackTrace: clean(stackTrace) } : {}),
    attributes,
  };
}
