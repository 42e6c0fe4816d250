import type { AmpTraceEvent } from '../../src/model/span';
import { tokensIn, tokensOut } from '../../src/model/usage';

/** Spans as an indented text without times and ids: what a golden file can hold. */
export function spanTree(spans: readonly AmpTraceEvent[]): string {
  const byParent = Map.groupBy(spans, ({ parentId }) => parentId);
  const lines: string[] = [];
  function visit(parentId: string | undefined, depth: number): void {
    for (const span of byParent.get(parentId) ?? []) {
      const usage = span.usage ? ` in=${tokensIn(span.usage)} out=${tokensOut(span.usage)}` : '';
      const cost = span.costNano === undefined ? '' : ` cost=${span.costNano} ${span.costBasis ?? ''}`;
      const error = span.errorMessage === undefined ? '' : ` "${span.errorMessage}"`;
      lines.push(`${'  '.repeat(depth)}${span.type} ${span.status} ${span.name.replace(/\b[0-9a-f]{8}$/, '<sha>')}${usage}${cost}${error}`);
      visit(span.id, depth + 1);
    }
  }
  visit(undefined, 0);
  return `${lines.join('\n')}\n`;
}
