import http from 'node:http';
import https from 'node:https';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For the whole exchange, the answer's body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** At most 64 KiB of it. */
  readonly body: Uint8Array;
}

const bodyLimit = 65_536;
/** Connections are kept between requests; one that is idle never keeps the process alive. */
const agents = { 'http:': new http.Agent({ keepAlive: true, maxSockets: 2, timeout: 30_000 }), 'https:': new https.Agent({ keepAlive: true, maxSockets: 2, timeout: 30_000 }) };

/**
 * One HTTP POST. Redirects are answers like others: following one would take headers and telemetry to a place that nobody has named.
 * Rejects with a plain error when no whole answer came in time.
 */
export async function post({ url, headers, body, timeoutMs, signal }: PostRequest): Promise<PostAnswer> {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  const request = (secure ? https : http).request(target, { method: 'POST', agent: agents[secure ? 'https:' : 'http:'], headers: { ...headers, 'content-length': body.byteLength } });
  const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs).unref();
  const onAbort = (): void => { request.destroy(new Error('given up, the program closes')); };
  signal.addEventListener('abort', onAbort, { once: true });
  const answer = answerOf(request);
  if (signal.aborted) onAbort();
  else request.end(body);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function answerOf(request: http.ClientRequest): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    // Whatever else happened: a request that is over cannot be waited for any longer.
    request.on('close', () => { reject(new Error('the connection was cut')); });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= bodyLimit) chunks.push(chunk);
        else request.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }); });
      response.on('error', reject);
    });
  });
}

/** Milliseconds that a `Retry-After` header asks for (seconds, or an HTTP date); undefined when there is none that can be read. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
