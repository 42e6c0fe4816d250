import { useEffect, useRef, useState } from 'react';
import type { Completion } from '../../../../src/protocol/workflowEditor';
import type { EditorHost } from '../../slots';
import type { Language } from './fieldSpec';

export interface Offer {
  /** Where in the text what is offered begins. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
  readonly active: number;
}

export interface Completions {
  readonly offer: Offer | undefined;
  /** Asks for what can follow at that place. */
  readonly ask: (text: string, offset: number) => void;
  readonly move: (by: number) => void;
  readonly close: () => void;
}

const settleMs = 100;

/** What can follow at a place of an expression or a template, newest question only. */
export function useCompletions(host: EditorHost, language: Language, node: string | undefined): Completions {
  const [offer, setOffer] = useState<Offer>();
  const asking = useRef<{ readonly controller: AbortController; readonly timer: ReturnType<typeof setTimeout> } | undefined>(undefined);
  const stop = (): void => {
    clearTimeout(asking.current?.timer);
    asking.current?.controller.abort();
    asking.current = undefined;
  };
  useEffect(() => stop, []);

  return {
    offer,
    ask: (text, offset) => {
      stop();
      if (language !== 'expression' && language !== 'template') return;
      const controller = new AbortController();
      const question = async (): Promise<void> => {
        const { from, items } = await host.request('complete', { text, offset, kind: language, ...(node === undefined ? {} : { node }) }, controller.signal);
        setOffer(items.length === 0 ? undefined : { from, to: offset, items, active: 0 });
      };
      asking.current = { controller, timer: setTimeout(() => void question().catch(() => undefined), settleMs) };
    },
    move: (by) => setOffer((before) => before && { ...before, active: (before.active + by + before.items.length) % before.items.length }),
    close: () => {
      stop();
      setOffer(undefined);
    },
  };
}

/** The text with an item put in place of what was typed of it, and where the cursor is then. */
export function accepted(text: string, { from, to, items }: Offer, index: number): { readonly text: string; readonly offset: number } {
  const label = items[index]?.label ?? '';
  return { text: text.slice(0, from) + label + text.slice(to), offset: from + label.length };
}

/** After these there is something to offer: a part of a name, a dot, or the beginning of an expression in a template. */
export function asksFor(before: string): boolean {
  return /[\w$.]$|\$\{\s*$/.test(before);
}
