import type { FoundIssue } from '../model/evalResult';
import type { TreeFiles } from './evaluationInput';
import { sha256 } from './canonicalJson';

/** A line of a larger file is as good as unknown: nobody reads there, and the message says enough. */
const largestFileBytes = 4 * 1024 * 1024;

export interface Fingerprinted {
  readonly issue: FoundIssue;
  readonly fingerprint: string;
}

export interface FingerprintOptions {
  readonly evaluator: string;
  /** What the findings were found in. */
  readonly tree: Pick<TreeFiles, 'read' | 'size'>;
  /** Names that files have got since: a finding keeps its fingerprint when its file is moved. Of the base, to compare it with the head. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/**
 * The fingerprints of findings, in their order; see `EvalFinding.fingerprint`. They depend neither on line numbers nor on the order in which
 * an evaluator tells its findings.
 */
export async function fingerprinted(issues: readonly FoundIssue[], { evaluator, tree, renamed }: FingerprintOptions): Promise<Fingerprinted[]> {
  const lines = new LineReader(tree);
  const places: { readonly issue: FoundIssue; readonly place: string }[] = [];
  for (const issue of issues) {
    const file = issue.file === undefined ? undefined : (renamed?.get(issue.file) ?? issue.file);
    const line = await lines.line(issue);
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

/** Reads each file once. */
class LineReader {
  private readonly files = new Map<string, Promise<readonly string[]>>();

  constructor(private readonly tree: FingerprintOptions['tree']) {}

  /** Without the space around it: code that is moved into a block is the same code. Undefined where there is none. */
  async line({ file, range }: FoundIssue): Promise<string | undefined> {
    if (file === undefined || range === undefined) return undefined;
    let lines = this.files.get(file);
    if (!lines) this.files.set(file, (lines = this.read(file)));
    return (await lines)[range.startLine - 1]?.trim();
  }

  private async read(file: string): Promise<readonly string[]> {
    if (((await this.tree.size(file)) ?? Number.POSITIVE_INFINITY) > largestFileBytes) return [];
    const content = await this.tree.read(file);
    return content?.toString('utf8').split(/\r?\n/) ?? [];
  }
}
