/** Epoch time as whole seconds and the nanoseconds beyond them, as OpenTelemetry's packages want it. */
export type SecondsAndNanos = [number, number];

const nanosPerMs = 1e6;
const nanosPerSecond = 1e9;

/**
 * Epoch milliseconds with fraction, to the nanosecond. Nanoseconds since 1970 do not fit a double, so the seconds are taken off first:
 * that subtraction is exact, and what is left has more digits than a nanosecond needs.
 */
export function secondsAndNanos(epochMs: number): SecondsAndNanos {
  if (!Number.isFinite(epochMs) || epochMs <= 0) return [0, 0];
  const seconds = Math.floor(epochMs / 1000);
  const nanos = Math.round((epochMs - seconds * 1000) * nanosPerMs);
  return nanos < nanosPerSecond ? [seconds, nanos] : [seconds + 1, 0];
}
