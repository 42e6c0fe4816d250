import type { Iteration, Session, SpanTotals } from '../model/session';
import type { AmpTraceEvent, Attributes, AttributeValue } from '../model/span';
import { tokensIn, tokensOut } from '../model/usage';
import type { SpanDetails, TimelineIteration, TimelineSnapshot, TimelineSpan } from './sessionTimeline';

export interface TimelineParts {
  readonly session: Session;
  readonly iterations: readonly Iteration[];
  readonly spans: readonly AmpTraceEvent[];
  readonly totals: SpanTotals;
  /** Epoch milliseconds. */
  readonly takenAt: number;
}

/** Characters of a text that a page is sent; the whole is in the store or the run's recording. */
export const textLimit = 32_768;
const lineLimit = 240;
const promptLimit = 4_000;

/** What the timeline page is sent of a session: every step, but only the lines of it that a row shows. */
export function timelineSnapshot({ session, iterations, spans, totals, takenAt }: TimelineParts): TimelineSnapshot {
  const { id, name, status, agent, agentOptions, branch, baseBranch, attention } = session;
  return {
    session: { id, name, status, agent, branch, baseBranch, ...present({ model: agentOptions.model, attention }) },
    totals,
    iterations: iterations.map(timelineIteration),
    spans: spans.filter((span) => !isShownAsIteration(span, iterations)).map(timelineSpan),
    takenAt,
  };
}

/** An iteration has its own row, made from its record; its span would be a second one. What is below that span goes to the row. */
function isShownAsIteration({ attrs, iterationId }: AmpTraceEvent, iterations: readonly Iteration[]): boolean {
  return attrs['amp.iteration'] !== undefined && iterations.some(({ id }) => id === iterationId);
}

function timelineIteration(iteration: Iteration): TimelineIteration {
  const { id, number, prompt, status, errorMessage, summary, commitSha, changedFiles, tsStart, tsEnd } = iteration;
  return {
    id,
    number,
    prompt: shortened(prompt, promptLimit),
    status,
    changedFiles: changedFiles.length,
    linesAdded: changedFiles.reduce((sum, file) => sum + (file.linesAdded ?? 0), 0),
    linesDeleted: changedFiles.reduce((sum, file) => sum + (file.linesDeleted ?? 0), 0),
    tsStart,
    ...present({ errorMessage, summary: summary && shortened(summary, promptLimit), commitSha, tsEnd }),
  };
}

export function timelineSpan(span: AmpTraceEvent): TimelineSpan {
  const { id, parentId, iterationId, type, name, tsStart, tsEnd, status, errorMessage, usage, costNano, costBasis, attrs } = span;
  const severity = attrs['amp.notice'];
  return {
    id,
    type,
    name: shortened(name, lineLimit),
    tsStart,
    status,
    ...present({
      parentId,
      iterationId,
      tsEnd,
      errorMessage: errorMessage && firstLine(errorMessage),
      tokensIn: usage && tokensIn(usage),
      tokensOut: usage && tokensOut(usage),
      costNano,
      costBasis,
      tool: text(attrs['gen_ai.tool.name']),
      subject: type === 'agent' ? firstLine(text(attrs['amp.text']) ?? text(attrs['amp.thought']) ?? '') || undefined : undefined,
      notice: severity === 'info' || severity === 'warning' || severity === 'error' ? severity : undefined,
    }),
  };
}

/** A whole span for the details pane, its texts cut to what a pane can show. */
export function spanDetails(span: AmpTraceEvent): SpanDetails {
  const cut: Record<string, number> = {};
  const bound = (value: string, path: string): string => {
    if (value.length <= textLimit) return value;
    cut[path] = value.length;
    return shortened(value, textLimit);
  };
  const attrs: Record<string, AttributeValue> = {};
  for (const [key, value] of Object.entries(span.attrs)) attrs[key] = boundedValue(value, `attrs.${key}`, bound);
  const { errorMessage, stackTrace } = span;
  return {
    span: {
      ...span,
      attrs: attrs satisfies Attributes,
      ...present({
        errorMessage: errorMessage && bound(errorMessage, 'errorMessage'),
        stackTrace: stackTrace && bound(stackTrace, 'stackTrace'),
      }),
    },
    cut,
  };
}

function boundedValue(value: AttributeValue, path: string, bound: (text: string, path: string) => string): AttributeValue {
  if (typeof value === 'string') return bound(value, path);
  if (typeof value !== 'object' || value === null) return value;
  const json = JSON.stringify(value);
  return json.length <= textLimit ? value : bound(json, path);
}

function text(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstLine(value: string): string {
  return shortened(value.trimStart().split('\n', 1)[0] ?? '', lineLimit);
}

/** Never cuts a surrogate pair in two. */
function shortened(value: string, limit: number): string {
  if (value.length <= limit) return value;
  const end = /[\uD800-\uDBFF]/.test(value.charAt(limit - 2)) ? limit - 2 : limit - 1;
  return `${value.slice(0, end)}…`;
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined | ''> };

/** The entries that have a value. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as Present<T>;
}
