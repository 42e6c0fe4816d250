import { useCallback, useMemo, useState } from 'react';
import type { LocalPlace } from './geometry';

/** Places of what is being moved, which are not in the text yet. */
export interface LocalPlaces {
  readonly places: ReadonlyMap<string, LocalPlace>;
  /** While a gesture is under way: no snapshot changes them. */
  readonly set: (changed: ReadonlyMap<string, LocalPlace>) => void;
  /** The gesture is over and was posted: they hold until the document has changed. */
  readonly settle: () => void;
  /** It was given up or refused. */
  readonly clear: () => void;
}

interface Held {
  readonly places: ReadonlyMap<string, LocalPlace>;
  /** The version after which they are in the text; undefined while the gesture is under way. */
  readonly until: number | undefined;
}

const none: Held = { places: new Map(), until: undefined };

export function useLocalPlaces(documentVersion: number): LocalPlaces {
  const [held, setHeld] = useState(none);
  const over = held.until !== undefined && documentVersion > held.until;
  const places = over ? none.places : held.places;
  const set = useCallback((changed: ReadonlyMap<string, LocalPlace>) => setHeld((before) => ({ places: new Map([...(before.until === undefined ? before.places : []), ...changed]), until: undefined })), []);
  const settle = useCallback(() => setHeld((before) => ({ ...before, until: documentVersion })), [documentVersion]);
  const clear = useCallback(() => setHeld(none), []);
  return useMemo(() => ({ places, set, settle, clear }), [places, set, settle, clear]);
}
