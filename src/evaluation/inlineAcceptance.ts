import type { FoundIssue } from '../model/evalResult';
import type { EvalChange } from './evaluationInput';
import type { LineReader } from './lineReader';

/**
 * Why the line above a finding accepts it: `amp-ignore RULE: reason` in a comment. Only where the base has that comment: a change must not
 * excuse itself, and what a person accepted meanwhile is in the store.
 */
export async function inlineAcceptance({ file, range, ruleId }: FoundIssue, lines: LineReader, changes: readonly EvalChange[]): Promise<string | undefined> {
  if (file === undefined || range === undefined || range.startLine < 2) return undefined;
  const above = range.startLine - 1;
  const [, told] = (await lines.line(file, above))?.split(`amp-ignore ${ruleId}:`) ?? [];
  const reason = told?.replace(/(?:\*\/|-->)$/, '').trim();
  if (!reason) return undefined;
  const change = changes.find(({ path }) => path === file);
  return change?.added.some(({ start, count }) => above >= start && above < start + count) ? undefined : reason;
}
