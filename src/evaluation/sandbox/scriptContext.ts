import { present } from '../../base/jsonShape';
import type { EvalResult } from '../../model/evalResult';
import type { EvalChange, LineSpan } from '../evaluationInput';
import type { EvaluatorContext } from '../evaluator';

const mostChanges = 10_000;
const mostSpans = 50_000;
const mostFindings = 200;
const diffBytes = 512 * 1024;

export interface ScriptChange extends Pick<EvalChange, 'path' | 'change' | 'previousPath' | 'linesAdded' | 'linesDeleted' | 'binary'> {
  /** Null where there is more of it than a script can be given. */
  readonly added: readonly LineSpan[] | null;
  readonly removed: readonly LineSpan[] | null;
}

/** What a custom evaluator is called with, besides `read(path)` (text, or null for what is no text file of the tree) and `files()` (all paths). */
export interface ScriptData extends Readonly<Record<string, unknown>> {
  /** Files that differ from the base and that `include` and `exclude` leave. */
  readonly changes: readonly ScriptChange[];
  /** Changes beyond those. */
  readonly moreChanges: number;
  /** Unified diff from base to head, whole files only, at most 512 KiB. */
  readonly diff: string;
  /** What the other evaluators have measured, by name. */
  readonly metrics: EvaluatorContext['metrics'];
  readonly options: Readonly<Record<string, unknown>>;
  /** Its result of the run before, or null. */
  readonly previous: (Pick<EvalResult, 'score' | 'verdict' | 'passed'> & { readonly details?: string; readonly metrics?: EvalResult['metrics']; readonly findings: readonly unknown[] }) | null;
  /** Whether `read` and `files` show the base. */
  readonly isBase: boolean;
}

export async function scriptData({ input, metrics, config, previous, isBase, selected }: EvaluatorContext): Promise<ScriptData> {
  const all = input.changes.filter(({ path }) => selected(path));
  let spansLeft = mostSpans;
  const changes = all.slice(0, mostChanges).map(({ path, change, previousPath, linesAdded, linesDeleted, binary, added, removed }): ScriptChange => {
    const fits = (spansLeft -= added.length + removed.length) >= 0;
    return { path, change, binary, ...present({ previousPath, linesAdded, linesDeleted }), added: fits ? added : null, removed: fits ? removed : null };
  });
  return {
    changes,
    moreChanges: all.length - changes.length,
    diff: await input.diff(diffBytes),
    metrics,
    options: config.options ?? {},
    previous: previous ? shortResult(previous) : null,
    isBase,
  };
}

function shortResult({ score, verdict, passed, details, metrics, findings }: EvalResult): ScriptData['previous'] {
  const few = findings.slice(0, mostFindings).map(({ ruleId, message, severity, file, range }) => ({ ruleId, message, severity, ...present({ file, range }) }));
  return { score, verdict, passed, findings: few, ...present({ details, metrics }) };
}
