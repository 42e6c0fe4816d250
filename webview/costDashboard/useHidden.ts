import { useCallback, useState } from 'react';

/** Series that are switched off in a legend, and the switch. */
export function useHidden(): readonly [hidden: ReadonlySet<string>, toggle: (key: string) => void] {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((key: string) => setHidden((before) => (before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key]))), []);
  return [hidden, toggle];
}
