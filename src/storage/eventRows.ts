import { OrchestratorError, errorMessage } from '../base/errors';
import { asObject, parseObject } from '../base/jsonShape';
import type { WorkflowEvent, WorkflowEventType } from '../model/workflow/event';
import type { Cleaner } from './cleaner';
import { numberOf, textOf } from './columns';
import type { Row } from './columns';

export const eventColumns = ['seq', 'type', 'at', 'epoch', 'data'] as const;

type Place = 'type' | 'seq' | 'at' | 'epoch';
type MemberOf<Event> = Event extends unknown ? Exclude<keyof Event, Place> : never;

/**
 * What a member of an event is, which is the same in all kinds. `id`: the journal, sessions and approvals are found by it, so it is kept to
 * the letter, as are `ids` and `link` · `text`: written by people and agents · `json`: an object of anything · `plan`: ids that an effect is found again by.
 */
const members: Readonly<Record<MemberOf<WorkflowEvent>, 'id' | 'ids' | 'link' | 'number' | 'text' | 'json' | 'recorded' | 'error' | 'plan' | 'verdicts'>> = {
  definition: 'id', workflow: 'id', name: 'text', variables: 'json', by: 'text', budgetNano: 'number', parent: 'link', fork: 'link', trial: 'link', recovery: 'number', reason: 'text',
  status: 'id', result: 'recorded', error: 'error', step: 'id', node: 'id', pass: 'number', attempt: 'number', tokens: 'ids', plan: 'plan', dueAt: 'number', outcome: 'id',
  output: 'recorded', session: 'id', costNano: 'number', tokensIn: 'number', tokensOut: 'number', unknownCosts: 'number', approximateCosts: 'number', retryAt: 'number', why: 'id', question: 'text', answer: 'id', edges: 'verdicts',
  approval: 'id', message: 'text', hash: 'id', content: 'recorded', quorum: 'number', decision: 'id', comment: 'text', signal: 'id',
};

/** Those without which an event of the kind says nothing. */
const required: { readonly [Type in WorkflowEventType]: readonly MemberOf<Extract<WorkflowEvent, { readonly type: Type }>>[] } = {
  'execution.started': ['definition', 'workflow', 'name', 'variables', 'by'],
  'execution.adopted': ['by', 'recovery'],
  'execution.cancelRequested': ['by'],
  'execution.parked': ['reason'],
  'execution.unparked': ['by'],
  'execution.completed': ['status'],
  'step.started': ['step', 'node', 'pass', 'attempt', 'tokens'],
  'step.completed': ['step', 'outcome'],
  'step.failed': ['step', 'attempt', 'error'],
  'step.cancelled': ['step', 'reason'],
  'step.reused': ['step', 'node', 'pass', 'tokens', 'outcome'],
  'step.asked': ['step', 'question'],
  'step.answered': ['step', 'answer', 'by'],
  'edges.decided': ['step', 'edges'],
  'approval.requested': ['approval', 'step', 'message', 'hash', 'quorum'],
  'approval.decided': ['approval', 'decision', 'by', 'hash'],
  'approval.reopened': ['approval', 'hash'],
  'approval.closed': ['approval', 'outcome'],
};

/** @throws OrchestratorError `invalid-argument` for an event that is no JSON, has no place, or is not of the owner's epoch */
export function eventToRow(event: WorkflowEvent, epoch: number, clean: Cleaner): Row {
  const { type, seq, at, epoch: own, ...rest } = event;
  if (own !== epoch || !Number.isSafeInteger(seq) || !Number.isFinite(at)) throw unusable(`${type} has no place in the journal (number ${seq}, time ${at}, epoch ${own} where it is ${epoch})`);
  return [seq, type, at, epoch, cleanJson(rest, type, clean)];
}

/** Most events hold no secret: then one look at the whole is enough. */
function cleanJson(rest: object, type: string, clean: Cleaner): string {
  let text: string;
  try {
    text = JSON.stringify(rest);
  } catch (error) {
    throw unusable(`${type} cannot be written as JSON (${errorMessage(error)})`);
  }
  if (clean.json(text) === text) return text;
  return JSON.stringify(Object.fromEntries(Object.entries(asObject(JSON.parse(text)) ?? {}).map(([name, value]) => [name, cleanMember(name, value, clean)])));
}

/** An event is as sound without its secrets as it was with them. */
function cleanMember(name: string, value: unknown, clean: Cleaner): unknown {
  const member = Object.hasOwn(members, name) ? members[name as keyof typeof members] : 'json';
  const parts = asObject(value);
  switch (member) {
    case 'id':
    case 'ids':
    case 'link':
    case 'number':
      return value;
    case 'text':
      return typeof value === 'string' ? clean.text(value) : cleanValue(value, clean);
    case 'json':
      return cleanValue(value, clean);
    case 'plan':
      // One by one: a name before an id may look as if it announced a secret.
      return JSON.parse(JSON.stringify(value), (_name, part: unknown) => (typeof part === 'string' ? clean.text(part) : part)) as unknown;
    case 'recorded':
      return parts && 'artifact' in parts ? { ...parts, preview: clean.text(String(parts['preview'])) } : { value: cleanValue(parts?.['value'], clean) };
    case 'error':
      return cleanTexts(parts, ['message', 'advice'], clean);
    case 'verdicts':
      return Array.isArray(value) ? value.map((verdict) => cleanTexts(asObject(verdict), ['error'], clean)) : value;
  }
}

function cleanTexts(parts: Readonly<Record<string, unknown>> | undefined, names: readonly string[], clean: Cleaner): unknown {
  return Object.fromEntries(Object.entries(parts ?? {}).map(([name, part]) => [name, names.includes(name) && typeof part === 'string' ? clean.text(part) : part]));
}

function cleanValue(value: unknown, clean: Cleaner): unknown {
  return value === undefined ? undefined : (JSON.parse(clean.json(JSON.stringify(value))) as unknown);
}

/**
 * Rows in the order of `eventColumns`, by number, behind `after`.
 * @throws OrchestratorError `store-damaged` where one is missing or is no event: a state that was made of a journal with holes would be a lie
 */
export function rowsToEvents(rows: readonly Row[], execution: string, after: number): WorkflowEvent[] {
  return rows.map((row, index) => {
    const event = rowToEvent(row);
    if (event === undefined || event.seq !== after + 1 + index) {
      throw new OrchestratorError('store-damaged', `The journal of the workflow execution ${execution} is damaged (at event ${after + 1 + index}).`, 'Start the workflow anew, or fork an execution that is whole.');
    }
    return event;
  });
}

function rowToEvent([seq, type, at, epoch, data]: Row): WorkflowEvent | undefined {
  const rest = parseObject(textOf(data));
  const needed: readonly (keyof typeof members)[] | undefined = isKnown(type) ? required[type] : undefined;
  if (rest === undefined || needed === undefined || !needed.every((name) => fits(rest[name], members[name]))) return undefined;
  return { ...rest, type, seq: numberOf(seq), at: numberOf(at), epoch: numberOf(epoch) } as unknown as WorkflowEvent;
}

function isKnown(type: unknown): type is WorkflowEventType {
  return typeof type === 'string' && Object.hasOwn(required, type);
}

function fits(value: unknown, member: (typeof members)[keyof typeof members]): boolean {
  switch (member) {
    case 'id':
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'ids':
    case 'verdicts':
      return Array.isArray(value);
    case 'json':
    case 'link':
    case 'plan':
    case 'recorded':
    case 'error':
      return asObject(value) !== undefined;
  }
}

function unusable(what: string): OrchestratorError {
  return new OrchestratorError('invalid-argument', `A workflow event cannot be stored: ${what}.`, 'This is a fault of the program; please report it.');
}
