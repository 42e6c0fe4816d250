import { formatDuration } from '../../base/format';

/** A job ends a little before its evaluator is ended, so that it can still say what it was looking at. */
export function analysisTimeMs(timeoutMs: number): number {
  return timeoutMs - Math.min(500, timeoutMs / 10);
}

/** Why an analysis knows nothing, for a person; `timeoutMs` is the evaluator's. */
export function analysisFailure({ reason, message, file }: { readonly reason: 'timeout' | 'broken'; readonly message: string; readonly file?: string }, timeoutMs: number): string {
  const place = file === undefined ? '' : ` It was looking at ${file}.`;
  return reason === 'timeout' ? `It did not end within ${formatDuration(timeoutMs)}.${place}` : `The analysis broke: ${message}.${place}`;
}
