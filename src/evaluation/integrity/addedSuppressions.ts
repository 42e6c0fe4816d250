import type { FoundIssue } from '../../model/evalResult';
import { isIn, MovedLines, placeOf } from '../changes/changedSources';
import { issueAt, type ReviewedChange } from './integrityRule';

const inComments: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['ESLint', /\b(?:eslint|oxlint|tslint)[-:]disable(?:-(?:next-)?line)?\b/g],
  ['TypeScript', /@ts-(?:ignore|expect-error|nocheck)\b/g],
  ['Biome', /\bbiome-ignore\b/g],
  ['coverage', /\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)\b|\bpragma:\s*no\s*(?:cover|branch)\b|\bLCOV_EXCL_\w+/g],
  ['Python checks', /#\s*(?:noqa\b|type:\s*ignore\b|pyright:\s*ignore\b|mypy:\s*ignore-errors\b|pylint:\s*disable\b|ruff:\s*noqa\b|nosec\b)/g],
  ['golangci-lint', /\/\/\s*nolint\b|\/\/lint:ignore\b/g],
  ['the evaluations', /\bamp-ignore\b/g],
  ['a scanner', /\bNOSONAR\b|\bnosemgrep\b|\bnoinspection\b/g],
  ['RuboCop', /\brubocop:disable\b/g],
];
const inCode: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['Rust', /#!?\[\s*(?:allow|expect)\s*\(/g],
  ['the compiler', /@SuppressWarnings\b|#pragma\s+warning\s+disable\b/g],
];

/** Comments and attributes that tell a tool to be silent, in lines that came: `suppression-added`. Moved ones are not new. */
export function addedSuppressions({ sources }: ReviewedChange): readonly FoundIssue[] {
  const moved = new MovedLines(sources);
  return sources.flatMap(({ head, change }): readonly FoundIssue[] => {
    if (head?.language === undefined) return [];
    const found = [...inComments.flatMap((entry) => matches(head.comments, entry)), ...inCode.flatMap((entry) => matches(head.code, entry))];
    return found.flatMap(({ tool, text, offset }) => {
      const { startLine } = placeOf(head, offset);
      return isIn(change.added, startLine) && !moved.take(head, startLine) ? [issueAt(head, offset, 'suppression-added', 'warning', `"${text.trim()}" tells ${tool} to be silent.`)] : [];
    });
  });
}

function matches(text: string, [tool, pattern]: readonly [tool: string, pattern: RegExp]): readonly { readonly tool: string; readonly text: string; readonly offset: number }[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ tool, text: found, offset: index }));
}
