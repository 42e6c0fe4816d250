import { useEffect, useRef, useState } from 'react';
import type { EditorHost } from '../../slots';

export interface Draft {
  readonly text: string;
  readonly isDirty: boolean;
  /** Why it cannot be taken as it is. */
  readonly problem: string | undefined;
  readonly change: (text: string) => void;
  readonly commit: () => void;
  readonly revert: () => void;
}

interface DraftOptions {
  /** What the file says. */
  readonly value: string;
  /** Undefined when the text can be taken. */
  readonly check?: (text: string) => string | undefined;
  readonly take: (text: string) => void;
  readonly host: EditorHost;
}

/**
 * A text while it is typed. It is taken when the person leaves the field, also by selecting something else; until the file says so, the field keeps
 * it. What others write meanwhile into the file is shown where nothing is being typed.
 */
export function useDraft({ value, check, take, host }: DraftOptions): Draft {
  const [draft, setDraft] = useState<{ readonly text: string; readonly sent: boolean }>();
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (draft?.sent === true) setDraft(undefined);
  }
  const isDirty = draft?.sent === false && draft.text !== value;
  const problem = isDirty ? check?.(draft.text) : undefined;

  const flush = (): void => {
    if (!isDirty || problem !== undefined) return;
    // First: the host may refuse it at once.
    setDraft({ text: draft.text, sent: true });
    take(draft.text);
  };
  const latest = useRef(flush);
  useEffect(() => {
    latest.current = flush;
  });
  useEffect(() => () => latest.current(), []);
  useEffect(() => {
    // What the host refused is not in the file.
    const listening = host.onError(() => setDraft((before) => (before?.sent === true ? undefined : before)));
    return () => listening.dispose();
  }, [host]);

  return { text: draft?.text ?? value, isDirty, problem, change: (text) => setDraft({ text, sent: false }), commit: flush, revert: () => setDraft(undefined) };
}
