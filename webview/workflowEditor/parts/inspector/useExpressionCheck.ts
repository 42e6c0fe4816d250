import { useEffect, useState } from 'react';
import type { ExpressionProblem } from '../../../../src/protocol/workflowEditor';
import type { EditorHost } from '../../slots';
import type { Language } from './fieldSpec';

const settleMs = 250;
const none: readonly ExpressionProblem[] = [];

/** What is wrong with a text while it is typed. What cannot be checked (the host is away, say) is not called wrong. */
export function useExpressionCheck(host: EditorHost, text: string, language: Language, node: string | undefined, isTyping: boolean): readonly ExpressionProblem[] {
  const [found, setFound] = useState<{ readonly text: string; readonly problems: readonly ExpressionProblem[] }>();
  useEffect(() => {
    if (!isTyping || language === 'plain' || text === '') return undefined;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      const { problems } = await host.request('checkExpression', { text, kind: language, ...(node === undefined ? {} : { node }) }, controller.signal);
      setFound({ text, problems });
    };
    const timer = setTimeout(() => void ask().catch(() => undefined), settleMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, text, language, node, isTyping]);
  return found?.text === text && isTyping ? found.problems : none;
}
