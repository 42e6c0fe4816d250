import type { Attributes, AttributeValue } from '../../model/span';
import { canonicalName, names } from '../semconv';
import { leavingText, validText, type ExportRedactor } from './redactor';

/** Values that every receiver takes: nested ones leave as JSON texts. */
export type LeavingValue = string | number | boolean | string[];
export type LeavingAttributes = Record<string, LeavingValue>;

export interface LeavingPolicy {
  readonly content: boolean;
  readonly redactor: ExportRedactor;
}

/**
 * The texts that leave without the consent to content. Everything else that is a text may hold what a person or a model wrote, so a
 * name that nobody has thought of stays here; numbers and truth values leave under any name.
 */
const plainTexts: ReadonlySet<string> = new Set([
  names.operation,
  names.provider,
  names.agentName,
  names.requestModel,
  names.responseModel,
  names.responseId,
  names.finishReasons,
  names.outputType,
  names.toolName,
  names.toolType,
  names.toolCallId,
  names.evaluationName,
  names.evaluationLabel,
  names.errorType,
  names.headRevision,
  names.baseRevision,
  names.workflowName,
  names.workflowNode,
  names.price,
  'amp.notice',
  'amp.call.request_id',
  'server.address',
  'gen_ai.request.service_tier',
  'openai.request.service_tier',
  'openai.response.service_tier',
]);

/** Made by us or by providers: a pattern that takes any long token for a secret would break what refers to them. */
const identifiers: ReadonlySet<string> = new Set([names.responseId, names.toolCallId, names.headRevision, names.baseRevision, 'amp.call.request_id']);

/** Attributes of a span as they may leave, under their canonical names. */
export function leavingAttributes(attrs: Attributes, policy: LeavingPolicy): LeavingAttributes {
  const leaving: LeavingAttributes = {};
  for (const [given, value] of Object.entries(attrs)) {
    const name = canonicalName(given);
    const left = leavingValue(name, value, policy);
    if (left !== undefined) leaving[name] = left;
  }
  return leaving;
}

function leavingValue(name: string, value: AttributeValue, policy: LeavingPolicy): LeavingValue | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return leavingNumber(value);
  if (value === null || !(policy.content || plainTexts.has(name))) return undefined;
  const clean = (text: string): string => (identifiers.has(name) ? validText(text) : leavingText(text, policy.redactor));
  if (typeof value === 'string') return clean(value);
  if (isTexts(value)) return value.map(clean);
  return clean(JSON.stringify(value));
}

/** OTLP's integers have 64 bits, and JSON has no infinity: what fits neither leaves as a text. */
function leavingNumber(value: number): number | string {
  const fits = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return fits ? value : String(value);
}

function isTexts(value: AttributeValue): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
