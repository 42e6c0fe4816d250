import { useCallback, useEffect, useState } from 'react';

const shownForMs = 6_000;

/** What was said last, for a moment. */
export function useMessage(): { readonly message: string; readonly say: (text: string) => void } {
  const [said, setSaid] = useState({ text: '', number: 0 });
  useEffect(() => {
    if (said.text === '') return undefined;
    const timer = setTimeout(() => setSaid(({ number }) => ({ text: '', number })), shownForMs);
    return () => clearTimeout(timer);
  }, [said]);
  const say = useCallback((text: string) => setSaid(({ number }) => ({ text, number: number + 1 })), []);
  return { message: said.text, say };
}
