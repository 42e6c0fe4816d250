import { OrchestratorError } from '../base/errors';
import type { AgentOutcome } from '../agents/agentDriver';
import type { AgentEvent } from '../model/agentEvent';
import type { AttributeValue } from '../model/span';

type Redact = (text: string) => string;

/** The event without secrets, so that whatever it is cut to holds none in part. Ids, models, times and figures stay as they are. */
export function redactedEvent(event: AgentEvent, redact: Redact): AgentEvent {
  switch (event.kind) {
    case 'text':
    case 'thought':
      return { ...event, text: redact(event.text) };
    case 'toolStarted':
      return { ...event, name: redact(event.name), input: redactedValue(event.input, redact) };
    case 'toolFinished':
      return { ...event, output: redact(event.output) };
    case 'notice':
      return { ...event, message: redact(event.message) };
    case 'callFinished':
      return event.errorMessage === undefined ? event : { ...event, errorMessage: redact(event.errorMessage) };
    case 'turnFinished':
      return {
        ...event,
        ...(event.text === undefined ? {} : { text: redact(event.text) }),
        ...(event.errorMessage === undefined ? {} : { errorMessage: redact(event.errorMessage) }),
        ...(event.attrs === undefined ? {} : { attrs: redactedValue(event.attrs, redact) }),
      };
    case 'sessionStarted':
      return event.attrs === undefined ? event : { ...event, attrs: redactedValue(event.attrs, redact) };
    case 'raw':
      return { ...event, line: redact(event.line) };
    case 'callStarted':
    case 'usage':
      return event;
  }
}

/** The same of how a run ended: its summary becomes a commit's subject, its error is shown. */
export function redactedOutcome(outcome: AgentOutcome, redact: Redact): AgentOutcome {
  const { summary, error } = outcome;
  return {
    ...outcome,
    ...(summary === undefined ? {} : { summary: redact(summary) }),
    ...(error === undefined ? {} : { error: redactedError(error, redact) }),
  };
}

function redactedError(error: OrchestratorError, redact: Redact): OrchestratorError {
  const copy = new OrchestratorError(error.code, redact(error.message), redact(error.advice), error.cause === undefined ? undefined : { cause: error.cause });
  if (error.stack !== undefined) copy.stack = redact(error.stack);
  return copy;
}

/** As JSON, where the name of a member tells that its value is a secret; JSON stays JSON of the same structure. */
function redactedValue<Value extends AttributeValue>(value: Value, redact: Redact): Value {
  const json = JSON.stringify(value);
  const clean = redact(json);
  return clean === json ? value : (JSON.parse(clean) as Value);
}
