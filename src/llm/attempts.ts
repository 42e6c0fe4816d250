import { errorMessage } from '../base/errors';

/** Larger answers than any model gives; memory stays bounded. */
const largestAnswerBytes = 64 * 1024 * 1024;
const largestErrorBytes = 64 * 1024;
const rememberedReasons = 10;

/** There was nobody to send to. */
const notConnected = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Headers that a provider needs. What an environment adds to an SDK's headers is not sent. */
const sentHeaders = /^(?:accept|content-type|user-agent|authorization|x-api-key|anthropic-version|idempotency-key|x-stainless-.*)$/;

/**
 * What one call took on the wire: the SDKs repeat requests by themselves and do not say so, hence their `fetch` is wrapped. Redirects
 * are not followed: they would carry the key elsewhere.
 */
export class Attempts {
  count = 0;
  readonly failures: string[] = [];
  requestId: string | undefined;
  status: number | undefined;
  /** A request went out whose answer never came: nobody knows whether it was worked on. */
  lost = false;

  constructor(
    private readonly sendsKey: boolean,
    private readonly own: typeof fetch = fetch,
  ) {}

  /** How often it was sent again. */
  get retries(): number {
    return Math.max(0, this.count - 1);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    this.count++;
    this.status = undefined;
    try {
      const response = await this.own(input, { ...init, headers: this.headers(init?.headers), redirect: 'manual' });
      this.status = response.status;
      this.requestId = response.headers.get('x-request-id') ?? response.headers.get('request-id') ?? this.requestId;
      if (!response.ok) this.failed(String(response.status));
      return bounded(response, response.ok ? largestAnswerBytes : largestErrorBytes);
    } catch (error) {
      if (!notConnected.test(connectionProblem(error))) this.lost = true;
      this.failed(init?.signal?.aborted === true ? 'stopped or timed out' : connectionProblem(error));
      throw error;
    }
  };

  private failed(reason: string): void {
    if (this.failures.length < rememberedReasons) this.failures.push(reason);
  }

  private headers(given: RequestInit['headers']): Headers {
    const headers = new Headers(given);
    for (const name of [...headers.keys()]) if (!sentHeaders.test(name) || (!this.sendsKey && name === 'authorization')) headers.delete(name);
    return headers;
  }
}

function connectionProblem(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  return cause && 'code' in cause ? String(cause.code) : (cause?.message ?? errorMessage(error));
}

function bounded(response: Response, limit: number): Response {
  if (!response.body) return response;
  let bytes = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength;
        if (bytes <= limit) controller.enqueue(chunk);
        else if (response.ok) controller.error(new Error(`the answer is larger than ${limit / 1024 / 1024} MB`));
        // The beginning of an error says enough.
        else controller.terminate();
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
}
