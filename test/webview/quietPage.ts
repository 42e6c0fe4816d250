import { afterEach, beforeEach, expect, vi } from 'vitest';

/** Each test of the calling file gives its page back by `close`, with real timers again, and may not have logged an error. */
export function useQuietPage(close: () => void): void {
  beforeEach(() => {
    vi.spyOn(console, 'error');
  });

  afterEach(() => {
    close();
    expect(vi.mocked(console.error).mock.calls).toEqual([]);
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}
