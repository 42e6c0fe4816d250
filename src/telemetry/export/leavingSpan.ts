import { toUSD } from '../../model/money';
import type { AmpTraceEvent } from '../../model/span';
import type { ExportDialect } from '../../model/telemetryExport';
import { tokensIn, tokensOut } from '../../model/usage';
import { dialectNames, names, operations, providerNames } from '../semconv';
import { traceIdOf } from '../traceContext';
import { leavingAttributes, type LeavingAttributes, type LeavingPolicy } from './leavingAttributes';
import { secondsAndNanos, type SecondsAndNanos } from './nanoseconds';
import { leavingText } from './redactor';
import { rollupAttributes, type Rollup } from './rollups';
import { outsideName, roleOf, type SpanRole } from './spanNames';

/** A span in OpenTelemetry's terms, before any encoding. */
export interface LeavingSpan {
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters, the span's own id. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'client';
  readonly start: SecondsAndNanos;
  readonly end: SecondsAndNanos;
  /** `unset` for what was cancelled: that is neither. */
  readonly status: 'ok' | 'error' | 'unset';
  readonly statusMessage?: string;
  readonly attributes: LeavingAttributes;
  readonly events: readonly LeavingEvent[];
}

export interface LeavingEvent {
  readonly name: string;
  readonly at: SecondsAndNanos;
  readonly attributes: LeavingAttributes;
}

export interface LeavingOptions extends LeavingPolicy {
  readonly dialect: ExportDialect;
}

const operationOf: Partial<Record<SpanRole, string>> = { call: operations.chat, agentRun: operations.agent, tool: operations.tool, workflow: operations.workflow };

/**
 * A span as OpenTelemetry's GenAI conventions want it. Undefined for steps of the user interface, which concern nobody outside. Usage and
 * cost are on model calls alone; what is above them shows sums under names of ours.
 */
export function leavingSpan(span: AmpTraceEvent, below: Rollup | undefined, options: LeavingOptions): LeavingSpan | undefined {
  const role = roleOf(span);
  if (role === 'ui') return undefined;
  const end = secondsAndNanos(span.tsEnd ?? span.tsStart);
  const message = options.content && span.status === 'error' && span.errorMessage !== undefined ? leavingText(span.errorMessage, options.redactor) : undefined;
  return {
    traceId: traceIdOf(span),
    spanId: span.id,
    ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId }),
    name: leavingText(outsideName(span, role), options.redactor),
    kind: role === 'call' ? 'client' : 'internal',
    start: secondsAndNanos(span.tsStart),
    end,
    status: span.status === 'success' ? 'ok' : span.status === 'error' ? 'error' : 'unset',
    ...(message === undefined ? {} : { statusMessage: message }),
    attributes: { ...ownAttributes(span, role, options), ...common(span, role, options), ...(role === 'call' ? callAttributes(span, options) : {}), ...(below ? rollupAttributes(below) : {}) },
    events: eventsOf(span, role, end, message, options),
  };
}

/** The span's own attributes, less those that are said anew below. */
function ownAttributes(span: AmpTraceEvent, role: SpanRole, options: LeavingOptions): LeavingAttributes {
  const attributes = leavingAttributes(span.attrs, options);
  const agentConversation = span.attrs[names.conversation];
  Reflect.deleteProperty(attributes, names.conversation);
  if (typeof agentConversation === 'string') attributes[names.agentConversation] = agentConversation;
  if (role === 'eval') for (const name of evaluationNames) Reflect.deleteProperty(attributes, name);
  // A parent's usage would be counted once more by whoever adds up spans.
  if (role !== 'call') for (const name of Object.keys(attributes)) if (name.startsWith('gen_ai.usage.')) Reflect.deleteProperty(attributes, name);
  return attributes;
}

function common(span: AmpTraceEvent, role: SpanRole, { content, redactor }: LeavingOptions): LeavingAttributes {
  const operation = operationOf[role];
  return {
    [names.conversation]: span.sessionId,
    [names.session]: span.sessionId,
    [names.spanType]: span.type,
    [names.spanStatus]: span.status,
    ...(span.iterationId === undefined ? {} : { [names.iterationId]: span.iterationId }),
    ...(operation === undefined ? {} : { [names.operation]: operation }),
    ...(role === 'tool' ? { [names.toolType]: 'function' } : {}),
    ...(role === 'agentRun' && span.model !== undefined ? { [names.requestModel]: leavingText(span.model, redactor) } : {}),
    ...(span.status === 'error' ? { [names.errorType]: errorType(span, role) } : {}),
    ...(content ? { [names.spanTitle]: leavingText(span.name, redactor) } : {}),
  };
}

function callAttributes({ model, provider, agent, usage, costNano, costBasis, firstTokenMs }: AmpTraceEvent, { dialect, redactor }: LeavingOptions): LeavingAttributes {
  const attributes: LeavingAttributes = {};
  if (provider !== undefined) attributes[names.provider] = providerNames[provider] ?? provider;
  if (model !== undefined) attributes[names.requestModel] = leavingText(model, redactor);
  if (agent !== undefined) attributes[names.callAgent] = agent;
  if (firstTokenMs !== undefined) attributes[names.firstToken] = firstTokenMs;
  if (usage) {
    const { cacheRead, cacheWrite5m, cacheWrite1h } = usage.input;
    attributes[names.inputTokens] = tokensIn(usage);
    attributes[names.outputTokens] = tokensOut(usage);
    attributes[names.cacheRead] = cacheRead;
    attributes[dialectNames[dialect].cacheWrite] = cacheWrite5m + cacheWrite1h;
    attributes[names.cacheWrite5m] = cacheWrite5m;
    attributes[names.cacheWrite1h] = cacheWrite1h;
    attributes[names.reasoning] = usage.output.reasoning;
  }
  if (costBasis !== undefined) attributes[names.costBasis] = costBasis;
  if (costNano !== undefined) {
    attributes[names.costNano] = costNano;
    attributes[names.cost] = toUSD(costNano);
    attributes[names.phoenixCost] = toUSD(costNano);
    attributes[names.langfuseCost] = JSON.stringify({ total: toUSD(costNano) });
  }
  return attributes;
}

const evaluationNames = [names.evaluationName, names.evaluationScore, names.evaluationLabel, names.evaluationExplanation];

function eventsOf(span: AmpTraceEvent, role: SpanRole, at: SecondsAndNanos, message: string | undefined, options: LeavingOptions): LeavingEvent[] {
  const events: LeavingEvent[] = [];
  if (role === 'eval') {
    const attributes = leavingAttributes(Object.fromEntries(Object.entries(span.attrs).filter(([name]) => evaluationNames.some((known) => known === name))), options);
    events.push({ name: names.evaluationEvent, at, attributes });
  }
  if (message !== undefined) {
    const stack = span.stackTrace === undefined ? {} : { [names.exceptionStack]: leavingText(span.stackTrace, options.redactor) };
    events.push({ name: names.exceptionEvent, at, attributes: { [names.exceptionMessage]: message, ...stack } });
  }
  return events;
}

/** `_OTHER` is the conventions' own word for an error without a class. */
function errorType({ attrs }: AmpTraceEvent, role: SpanRole): string {
  const own = attrs[names.errorType];
  return typeof own === 'string' ? own : role === 'tool' ? 'tool_error' : '_OTHER';
}
