/** Resolves with the first value that is not undefined or false; rejects after `limitMs` with what was waited for. */
export async function waitFor<T>(what: string, read: () => T | undefined | false | Promise<T | undefined | false>, limitMs = 10_000): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
