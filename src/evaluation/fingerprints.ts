import type { FoundIssue } from '../model/evalResult';
import type { TreeFiles } from './evaluationInput';
import { sha256 } from './canonicalJson';
import { LineReader } from './lineReader';

export interface Fingerprinted {
  readonly issue: FoundIssue;
  readonly fingerprint: string;
}

export interface FingerprintOptions {
  readonly evaluator: string;
  /** What the findings were found in. */
  readonly tree: Pick<TreeFiles, 'read' | 'size'>;
  /** Of the tree, where somebody reads lines of it anyway. */
  readonly lines?: LineReader;
  /** Names that files have got since: a finding keeps its fingerprint when its file is moved. Of the base, to compare it with the head. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/**
 * The fingerprints of findings, in their order; see `EvalFinding.fingerprint`. They depend neither on line numbers nor on the order in which
 * an evaluator tells its findings.
 */
export async function fingerprinted(issues: readonly FoundIssue[], { evaluator, tree, renamed, lines = new LineReader(tree) }: FingerprintOptions): Promise<Fingerprinted[]> {
  const places: { readonly issue: FoundIssue; readonly place: string }[] = [];
  for (const issue of issues) {
    const file = issue.file === undefined ? undefined : (renamed?.get(issue.file) ?? issue.file);
    // Without the space around it: code that is moved into a block is the same code.
    const line = issue.file === undefined || issue.range === undefined ? undefined : await lines.line(issue.file, issue.range.startLine);
    places.push({ issue, place: JSON.stringify([evaluator, issue.ruleId, file ?? null, ...(line === undefined ? ['message', issue.message.replace(/\d+/g, '#')] : ['line', line])]) });
  }
  const numbers = new Map<FoundIssue, number>();
  const counts = new Map<string, number>();
  for (const { issue, place } of [...places].sort((a, b) => byPosition(a.issue, b.issue))) {
    const number = counts.get(place) ?? 0;
    counts.set(place, number + 1);
    numbers.set(issue, number);
  }
  return places.map(({ issue, place }) => ({ issue, fingerprint: sha256(`${place}\n${numbers.get(issue) ?? 0}`).slice(0, 16) }));
}

function byPosition(a: FoundIssue, b: FoundIssue): number {
  return (a.range?.startLine ?? 0) - (b.range?.startLine ?? 0) || (a.range?.startColumn ?? 0) - (b.range?.startColumn ?? 0) || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0);
}
