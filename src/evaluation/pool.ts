/**
 * Works on all items, in their order, at most so many at the same time; gives the results in the order of the items. It ends when all work has
 * ended: one that throws keeps no other from running, and the first error is thrown at the end.
 */
export async function inPool<T, R>(items: readonly T[], concurrency: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const queue = items.entries();
  const settled: PromiseSettledResult<R>[] = [];
  // One iterator for all: each takes the next item that nobody has.
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      settled[index] = await work(item).then(
        (value) => ({ status: 'fulfilled' as const, value }),
        (reason: unknown) => ({ status: 'rejected' as const, reason }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, worker));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
