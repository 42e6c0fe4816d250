import { errorMessage, isOrchestratorError, OrchestratorError } from '../base/errors';
import type { Attributes } from '../model/span';
import { names } from '../telemetry/semconv';
import type { Attempts } from './attempts';
import { asName, asObject } from '../base/jsonShape';

const longestReason = 500;

export interface CallFailure {
  readonly error: OrchestratorError;
  readonly attrs: Attributes;
}

export function stopped(): OrchestratorError {
  return new OrchestratorError('stopped', 'The model call was stopped.', 'What it used until then is counted.');
}

/** What went wrong with a call, in words for a person and without secrets: a provider may repeat a part of the key in its answer. */
export function callFailure(error: unknown, { title, attempts, signal, redact }: { readonly title: string; readonly attempts: Attempts; readonly signal: AbortSignal; readonly redact: (text: string) => string }): CallFailure {
  const status = statusOf(error);
  const attrs = { [names.errorType]: errorType(error, status), ...(status === undefined ? {} : { 'http.response.status_code': status }) };
  if (signal.aborted) return { error: stopped(), attrs: { [names.errorType]: 'stopped' } };
  if (isOrchestratorError(error)) return { error: new OrchestratorError(error.code, redact(error.message), error.advice), attrs: { [names.errorType]: error.code } };
  const reason = redact(reasonOf(error)).slice(0, longestReason);
  const cause = new Error(redact(errorMessage(error)).slice(0, longestReason));
  if (status === undefined) {
    const tried = attempts.count > 1 ? ` after ${attempts.count} attempts` : '';
    return { error: new OrchestratorError('model-failed', `${title} gave no usable answer${tried}: ${reason}`, 'Check the network and the base URL, then try again.', { cause }), attrs };
  }
  const code = status >= 500 || status < 400 ? 'model-failed' : 'model-refused';
  return { error: new OrchestratorError(code, `${title} ${code === 'model-failed' ? 'failed' : 'refused the call'} with status ${status}: ${reason}`, adviceFor(status), { cause }), attrs };
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the key: it may be wrong, expired, or not allowed to use this model.';
  if (status === 404) return 'Check the name of the model and the base URL.';
  if (status === 429) return 'The provider limits how much may be asked: wait, or raise the limit in your account.';
  if (status < 400) return 'The address points elsewhere; set the base URL to where it points.';
  return status >= 500 ? 'The provider has a problem; try again later.' : 'Change what the provider objects to.';
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

function errorType(error: unknown, status: number | undefined): string {
  const type = error instanceof Error && 'type' in error ? asName(error.type) : undefined;
  if (type !== undefined) return type.slice(0, 100);
  return status === undefined ? (error instanceof Error ? error.constructor.name : 'unknown') : String(status);
}

/** The provider's own words where it has any, else those of the connection. */
function reasonOf(error: unknown): string {
  const body = error instanceof Error && 'error' in error ? asObject(error.error) : undefined;
  const said = asName(asObject(body?.['error'])?.['message']) ?? asName(body?.['message']);
  if (said !== undefined) return said;
  const message = errorMessage(error);
  const cause = error instanceof Error && error.cause !== undefined ? errorMessage(error.cause) : '';
  return cause === '' || message.includes(cause) ? message : `${message} (${cause})`;
}
