const tails = new Map<string, Promise<unknown>>();

/** Runs `work` after all earlier work under the same key in this process: two writers to one repository meet on git's locks. */
export async function serialised<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve();
  const result = before.then(work, work);
  const tail = result.catch(() => undefined);
  tails.set(key, tail);
  try {
    return await result;
  } finally {
    if (tails.get(key) === tail) tails.delete(key);
  }
}
