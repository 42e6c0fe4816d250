/** What was thrown, for a log: a copy without secrets in its messages and stack, and in those of its causes. */
export function redactedError(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redact(error) : error;
  const copy = new Error(redact(error.message), error.cause === undefined ? undefined : { cause: redactedError(error.cause, redact) });
  copy.name = error.name;
  copy.stack = redact(error.stack ?? '');
  return copy;
}
