import { useEffect, useState } from 'react';

/** Pixels: below the first a tree is easier than a picture, below the second there is no room for anything beside the picture. */
export const roomFor = { graph: 480, panels: 760 } as const;

/** Whether the page is narrower than that. */
export function useNarrow(pixels: number): boolean {
  const query = `(max-width: ${pixels - 1}px)`;
  const [narrow, setNarrow] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const changed = (): void => setNarrow(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return narrow;
}
