import type { CostBasis, NanoDollars } from './money';
import { toUSD } from './money';
import type { Usage } from './usage';
import { tokensIn, tokensOut } from './usage';

export const spanTypes = ['agent', 'tool', 'git', 'eval', 'workflow', 'ui'] as const;
export type SpanType = (typeof spanTypes)[number];

export const spanStatuses = ['running', 'success', 'error', 'cancelled'] as const;
export type SpanStatus = (typeof spanStatuses)[number];

export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | { readonly [key: string]: AttributeValue };
export type Attributes = { readonly [key: string]: AttributeValue };

export const providers = ['openai', 'anthropic', 'google', 'amp', 'local', 'unknown'] as const;
export type Provider = (typeof providers)[number];

/** One timed step of a session. Only model calls carry `usage` and cost; what parents show is rolled up from their children. */
export interface AmpTraceEvent {
  /** 16 hex characters, ordered by start time; a valid OTLP span id. */
  readonly id: string;
  readonly parentId?: string;
  readonly sessionId: string;
  /** Epoch milliseconds with fraction. */
  readonly tsStart: number;
  /** Epoch milliseconds with fraction; absent while the span is open. */
  readonly tsEnd?: number;
  readonly type: SpanType;
  readonly name: string;
  readonly attrs: Attributes;
  readonly status: SpanStatus;
  readonly errorMessage?: string;
  readonly stackTrace?: string;
  readonly iterationId?: string;
  readonly model?: string;
  readonly provider?: Provider;
  /** Who made the model call: the session's agent, or `api` for the product's own calls. Only model calls have one. */
  readonly agent?: string;
  /** Milliseconds from the start of a model call to the first token of its answer. */
  readonly firstTokenMs?: number;
  readonly usage?: Usage;
  readonly costNano?: NanoDollars;
  /** Absent with usage: the cost is part of what its run reports as a whole. `unknown`: nobody says what it cost. */
  readonly costBasis?: CostBasis;
}

/** The owner's summary of one model call. `costUSD` is null while the price is unknown. */
export interface CostMetrics {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly costUSD: number | null;
  readonly model: string;
  readonly provider: Provider;
}

/** The cost summary of a model call, or undefined for a span that is none. */
export function costMetrics(span: AmpTraceEvent): CostMetrics | undefined {
  if (span.usage === undefined && span.costNano === undefined) return undefined;
  return {
    tokensIn: span.usage ? tokensIn(span.usage) : 0,
    tokensOut: span.usage ? tokensOut(span.usage) : 0,
    costUSD: span.costNano === undefined ? null : toUSD(span.costNano),
    model: span.model ?? 'unknown',
    provider: span.provider ?? 'unknown',
  };
}
