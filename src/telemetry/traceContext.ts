import { createHash } from 'node:crypto';
import type { AmpTraceEvent } from '../model/span';

type Traced = Pick<AmpTraceEvent, 'sessionId' | 'iterationId'>;

const traceIdLength = 32;
/** The spans of one run come one after another: the last ids are asked for again and again. */
const remembered = new Map<string, string>();
const rememberedLimit = 256;

/** The trace that a span belongs to, 32 hex characters: an iteration is one trace, what a session does beside its iterations is another. */
export function traceIdOf({ sessionId, iterationId }: Traced): string {
  const key = iterationId ?? sessionId;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const traceId = createHash('sha256').update(key).digest('hex').slice(0, traceIdLength);
  if (remembered.size >= rememberedLimit) remembered.clear();
  remembered.set(key, traceId);
  return traceId;
}

/** The value of `TRACEPARENT` for what runs under a span, as W3C Trace Context (level 1, sampled) has it. */
export function traceParent(span: Traced & Pick<AmpTraceEvent, 'id'>): string {
  return `00-${traceIdOf(span)}-${span.id}-01`;
}
