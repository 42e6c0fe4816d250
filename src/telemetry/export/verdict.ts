import { retryAfterMs, type PostAnswer } from './post';

/** What an answer means for the batch that it answers. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** Try again, not before `afterMs` where the receiver says so. */
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'tooLarge'; readonly reason: string }
  /** Never try this batch again. */
  | { readonly kind: 'refused'; readonly reason: string };

/** As OTLP 1.9 has it ("OTLP/HTTP Response", "Retryable Response Codes"): these are tried again, all other errors never. */
const retryable = new Set([429, 502, 503, 504]);

export function verdictOn({ status, headers }: Pick<PostAnswer, 'status' | 'headers'>, nowMs: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (retryable.has(status)) {
    const afterMs = retryAfterMs(headers['retry-after'], nowMs);
    return { kind: 'again', reason: `the receiver answers ${status}`, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  if (status === 413) return { kind: 'tooLarge', reason: 'the receiver takes no request as long as this (413)' };
  if (status >= 300 && status < 400) return { kind: 'refused', reason: `the receiver redirects (${status})${destination(headers.location)}, and redirects are not followed: set the final address as endpoint` };
  if (status === 401 || status === 403) return { kind: 'refused', reason: `the receiver refuses access (${status}): look at the headers of the export` };
  if (status === 404) return { kind: 'refused', reason: 'there is no OTLP receiver at this address (404): look at the path of the endpoint' };
  return { kind: 'refused', reason: `the receiver answers ${status}` };
}

/** Scheme and host alone: the rest of an address may hold a key. */
function destination(location: string | undefined): string {
  const url = location === undefined ? null : URL.parse(location);
  return url ? ` to ${url.origin}` : '';
}
