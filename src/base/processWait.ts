/** Node fires a timer at once when its delay is above this. */
const longestTimerMs = 2 ** 31 - 1;
const pollMs = 20;

/** Calls back once after `delayMs`, which may be any number: too long a delay is as long as a timer can be. The result cancels it. */
export function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs));
  return () => {
    clearTimeout(timer);
  };
}

/** Waits that long, or until the signal is aborted, whichever comes first. */
export function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = after(durationMs, done);
    signal?.addEventListener('abort', done);
  });
}

/** True as soon as the condition holds, false when it did not within `withinMs`. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() >= deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** True when the promise settled in time. */
export async function settlesWithin(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const waited = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = sleep(withinMs, waited.signal).then(() => false);
  const result = await Promise.race([settled, late]);
  waited.abort();
  return result;
}
