import { newId } from '../base/ids';
import { formatPlural, formatScore } from '../base/format';
import { present } from '../base/jsonShape';
import type { BuiltinEvaluator } from '../model/evalConfig';
import type { EvalFinding, EvalResult, EvalVerdict, FoundIssue } from '../model/evalResult';
import type { EvaluatorOutcome } from './evaluator';
import type { EvaluatorSides, SideOutcome, SidesOptions } from './evalRunnerSides';
import { fingerprinted } from './fingerprints';
import { inlineAcceptance } from './inlineAcceptance';
import { LineReader } from './lineReader';
import { bySeverity, forbiddenFindings, uncomparedFindings, type NewFindingsRule } from './gate';

/** Enough for a person and for every format of a report. */
const mostFindings = 2_000;
/** More than anybody reads or any baseline holds: they are counted, and the worst are looked at. */
const mostCompared = 50_000;

/** What these find is of the change itself, so all of it is new: on the base alone there is nothing to compare with. */
const ofTheChange: readonly (BuiltinEvaluator | undefined)[] = ['diff-size', 'dependency-changes', 'integrity', 'llm-judge'];

export interface ResultOptions extends Pick<SidesOptions, 'request' | 'config' | 'evaluator'> {
  readonly sides: EvaluatorSides;
  /** What the whole suite asks of new findings. */
  readonly suiteRule: NewFindingsRule;
}

/** What is told of one evaluator: its outcome on the head, compared with the base where somebody asks for that. Lacks only its duration. */
export async function resultOf({ outcome: found, trials, cached }: SideOutcome, options: ResultOptions): Promise<EvalResult> {
  const { request, config, sides } = options;
  const outcome = await lostJudgement(found, options);
  const issues = [...outcome.issues].sort(bySeverity).slice(0, mostCompared);
  const lines = new LineReader(request.input.head);
  const prints = await fingerprinted(issues, { evaluator: config.name, tree: request.input.head, lines });
  const known = await basePrints(issues, options);
  const findings: EvalFinding[] = [];
  for (const { issue, fingerprint } of prints) {
    const isNew = known === 'all-new' ? true : known && !known.has(fingerprint);
    const accepted = request.definition.baseline.get(fingerprint) ?? request.accepted?.get(fingerprint) ?? (await inlineAcceptance(issue, lines, request.input.changes));
    findings.push({ ...issue, evaluator: config.name, fingerprint, ...present({ isNew, accepted }) });
  }
  const judged = judge(outcome, findings, options);
  const kept = [...findings].sort(worstFirst).slice(0, mostFindings);
  const runs = trials.runs > 1 ? `${trials.passed} of ${formatPlural(trials.runs, 'run')} passed.` : undefined;
  const details = [judged.why, runs, outcome.details].filter((text) => text !== undefined).join('\n');
  return {
    id: newId(),
    name: config.name,
    score: judged.verdict === 'passed' || judged.verdict === 'failed' ? outcome.score : null,
    verdict: judged.verdict,
    passed: judged.verdict === 'passed',
    duration: 0,
    findings: kept,
    isolation: outcome.isolation,
    weight: config.weight ?? 1,
    required: config.required ?? false,
    ...present({
      moreFindings: outcome.issues.length > kept.length ? outcome.issues.length - kept.length : undefined,
      details: details === '' ? undefined : details,
      error: judged.verdict === 'errored' || judged.verdict === 'unscored' ? (judged.error ?? outcome.error) : undefined,
      metrics: outcome.metrics,
      trials: trials.runs > 1 ? trials : undefined,
      cached: cached || undefined,
    }),
  };

  async function basePrints(some: readonly FoundIssue[], { evaluator, suiteRule }: ResultOptions): Promise<ReadonlySet<string> | 'all-new' | undefined> {
    if (some.length === 0) return undefined;
    if (evaluator.dependsOnBase && ofTheChange.includes(config.use)) return 'all-new';
    const isAsked = [config.noNewFindings, suiteRule].some((rule) => rule !== undefined && rule !== false);
    const base = await (isAsked ? sides.base() : sides.knownBase());
    if (!base) return undefined;
    const renamed = new Map(request.input.changes.flatMap(({ previousPath, path }) => (previousPath === undefined ? [] : [[previousPath, path] as const])));
    return new Set((await fingerprinted(base.issues, { evaluator: config.name, tree: request.input.base, renamed })).map(({ fingerprint }) => fingerprint));
  }
}

/**
 * Something required that has nothing to judge blocks nobody, unless it had something on the base: tests or a configuration that a change
 * takes away would open the gate.
 */
async function lostJudgement(outcome: EvaluatorOutcome, { config, evaluator, sides }: ResultOptions): Promise<EvaluatorOutcome> {
  if (outcome.verdict !== 'unscored' || config.required !== true || !(evaluator.baseStandsAlone ?? !evaluator.dependsOnBase)) return outcome;
  const base = await sides.base();
  if (base?.verdict !== 'passed' && base?.verdict !== 'failed') return outcome;
  return { ...outcome, verdict: 'errored', error: `It could be judged on the base, and with this change it cannot: ${outcome.error ?? 'nobody knows why.'}` };
}

interface Judgement {
  readonly verdict: EvalVerdict;
  readonly why?: string;
  readonly error?: string;
}

/** The evaluator's own verdict, and what the configuration asks beyond it. */
function judge({ verdict, score }: EvaluatorOutcome, findings: readonly EvalFinding[], { config }: ResultOptions): Judgement {
  if (score === null || (verdict !== 'passed' && verdict !== 'failed')) return { verdict };
  const isLivedWith = verdict === 'failed' && isAllAccepted(findings);
  if (verdict === 'failed' && !isLivedWith) return { verdict };
  if (config.minScore !== undefined && score < config.minScore) return { verdict: 'failed', why: `Its score of ${formatScore(score)} is below ${formatScore(config.minScore)}.` };
  const forbidden = forbiddenFindings(findings, config.noNewFindings).length;
  if (forbidden > 0) return { verdict: 'failed', why: `${formatPlural(forbidden, 'finding')} ${forbidden === 1 ? 'is' : 'are'} not in the base.` };
  if (uncomparedFindings(findings, config.noNewFindings).length > 0) return { verdict: 'errored', error: 'Nobody can say which findings are new: it could not be run on the base.' };
  return isLivedWith ? { verdict: 'passed', why: 'All findings that it failed for are accepted.' } : { verdict };
}

/** The findings that it must have failed for: its errors, or all of them where none is one. */
function isAllAccepted(findings: readonly EvalFinding[]): boolean {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const counting = errors.length > 0 ? errors : findings;
  return counting.length > 0 && counting.every(({ accepted }) => accepted !== undefined);
}

/** The worst, then what is open and new, then by place. */
function worstFirst(a: EvalFinding, b: EvalFinding): number {
  return bySeverity(a, b) || concern(b) - concern(a) || byPlace(a, b);
}

function concern({ accepted, isNew }: EvalFinding): number {
  return accepted !== undefined ? 0 : isNew === false ? 1 : 2;
}

function byPlace(a: EvalFinding, b: EvalFinding): number {
  const [first, second] = [a.file ?? '', b.file ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return (a.range?.startLine ?? 0) - (b.range?.startLine ?? 0) || (a.range?.startColumn ?? 0) - (b.range?.startColumn ?? 0);
}
