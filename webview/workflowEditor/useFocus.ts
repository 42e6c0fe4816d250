import { useCallback, useEffect, useState } from 'react';

/** A wish to have the focus in the inspector, as soon as it shows so many things. */
export interface FocusWish {
  readonly count: number;
  readonly granted: () => void;
}

export interface EditorFocus {
  /** The graph or its tree gets it. */
  readonly focus: () => void;
  readonly focusInspector: (count: number) => void;
  readonly wish: FocusWish | undefined;
}

/** Where the focus goes. Whoever comes to the page by keyboard begins at the graph, as in a text editor, and not at the first button. */
export function useFocus(isTree: boolean): EditorFocus {
  const [wish, setWish] = useState<FocusWish>();
  const focusInspector = useCallback((count: number) => setWish({ count, granted: () => setWish(undefined) }), []);
  useEffect(() => {
    const came = (): void => {
      if (document.hasFocus() && document.activeElement === document.body) focusGraph();
    };
    came();
    window.addEventListener('focus', came);
    return () => window.removeEventListener('focus', came);
    // What had the focus may be gone with the other view.
  }, [isTree]);
  return { focus: focusGraph, focusInspector, wish };
}

function focusGraph(): void {
  document.querySelector<HTMLElement>('.canvas, .tree')?.focus({ preventScroll: true });
}
