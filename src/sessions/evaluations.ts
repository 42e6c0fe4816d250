import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { explain, isOrchestratorError, OrchestratorError } from '../base/errors';
import { Emitter, type Listen } from '../base/events';
import { present } from '../base/jsonShape';
import type { EvalConfigIssue, EvalDefinition } from '../evaluation/evalDefinition';
import { parseEvalFile } from '../evaluation/evalFile';
import { workTreeAsTree } from '../git/trees/workTreeAsTree';
import type { Acceptance } from '../model/acceptance';
import { evalConfigFile } from '../model/evalConfig';
import type { EvalReport, EvalTarget, GateBinding } from '../model/evalReport';
import type { EvalFinding } from '../model/evalResult';
import { outsideSessions, type Session } from '../model/session';
import { addToBaseline } from './baselineFile';
import { checkoutBase } from './checkoutBase';
import { evaluateComparison, type Comparison, type ComparisonContext } from './comparison';
import { EvalDefinitions } from './evalDefinitions';
import type { CheckoutOptions, EvaluateOptions, EvaluationService, GateState, ScriptLine } from './evaluationService';
import { integratedWork } from './integratedWork';
import type { GateOptions } from './mergeGate';
import { sessionById } from './sessionContext';

export interface EvaluationsOptions extends ComparisonContext {
  readonly clock: Clock;
  readonly printed: Listen<ScriptLine>;
  /** Ends what evaluators run on. */
  readonly onDispose: () => void;
}

/** A session's work on its base branch. */
export interface MergedWork {
  readonly base: string;
  /** The session's last commit. */
  readonly head: string;
  /** The work on the base. */
  readonly commit: string;
  /** Span of the merge. */
  readonly parentId?: string;
}

const baseNotice = `${evalConfigFile} of this tree is not in the base yet, so it does not count for a merge.`;

/** Evaluates sessions as a merge would make them, and the checkout as it is; keeps the reports. */
export class Evaluations implements EvaluationService, Disposable {
  private readonly changed = new Emitter<void>();
  private readonly storeListener: Disposable;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly definitions: EvalDefinitions;
  readonly onDidChange: Listen<void> = this.changed.listen;
  readonly onDidPrint: Listen<ScriptLine>;

  constructor(private readonly options: EvaluationsOptions) {
    this.onDidPrint = options.printed;
    this.definitions = new EvalDefinitions(options.repository.git);
    this.storeListener = options.store.onDidChange(({ tables }) => {
      if (tables.includes('eval_results') || tables.includes('sessions')) this.changed.fire();
    });
  }

  async definition(target: EvalTarget, from: 'base' | 'tree' = 'base'): Promise<EvalDefinition> {
    const { opened } = this.options.repository;
    if (from === 'tree') return this.definitions.at(await workTreeAsTree(opened));
    switch (target.kind) {
      case 'session':
        return this.definitions.at(`refs/heads/${(await sessionById(this.options, target.sessionId)).baseBranch}`);
      case 'checkout':
        return this.definitions.at(await checkoutBase(this.options.repository));
      case 'commit':
        return this.definitions.at(target.commit);
    }
  }

  issues(text: string): readonly EvalConfigIssue[] {
    const parsed = parseEvalFile(text);
    return 'issues' in parsed ? parsed.issues : [];
  }

  async evaluateSession(sessionId: string, options: EvaluateOptions = {}): Promise<EvalReport> {
    return this.tracked(async () => {
      const session = await sessionById(this.options, sessionId);
      const work = await integratedWork(this.options, session);
      return this.evaluate(await this.ofSession(session, work), options);
    });
  }

  /** The same for a merge that is under way: what passed on exactly this is not run again. */
  async evaluateMerge(session: Session, work: MergedWork, options: Pick<GateOptions, 'signal' | 'onProgress'>): Promise<EvalReport> {
    return this.tracked(async () => {
      const comparison = await this.ofSession(session, work);
      const known = await this.known(comparison);
      return known?.verdict === 'passed' ? known : this.evaluate(comparison, options);
    });
  }

  /** What is known of such a merge without evaluating anything. */
  async evaluatedMerge(session: Session, work: MergedWork): Promise<EvalReport | undefined> {
    return this.known(await this.ofSession(session, work));
  }

  async evaluateCheckout(options: CheckoutOptions = {}): Promise<EvalReport> {
    return this.tracked(() => this.ofCheckout(options));
  }

  async gate(sessionId: string): Promise<GateState> {
    const report = await this.latest({ kind: 'session', sessionId });
    if (!report) return { state: 'none' };
    try {
      const session = await sessionById(this.options, sessionId);
      const work = await integratedWork(this.options, session);
      const { hash } = await this.definitions.at(work.base);
      const why = staleBecause(report, { baseSha: work.base, headSha: work.head, definitionHash: hash }, session);
      return why === undefined ? { state: 'fresh', report } : { state: 'stale', report, why };
    } catch (error) {
      if (!isOrchestratorError(error)) throw error;
      return { state: 'stale', report, why: explain(error) };
    }
  }

  async latest(target: EvalTarget): Promise<EvalReport | undefined> {
    const { evaluations } = this.options.store;
    const [newest] = await evaluations.byTarget(target, 1);
    // Reports can be large: others are read only where the newest one is not the answer.
    if (newest?.partial !== true) return newest;
    return (await evaluations.byTarget(target, 20)).find(({ partial }) => !partial) ?? newest;
  }

  async accept(acceptance: Omit<Acceptance, 'acceptedAt'>): Promise<void> {
    await this.options.store.evaluations.accept({ ...acceptance, acceptedAt: this.options.clock.now() });
  }

  addToBaseline(folder: string, findings: readonly EvalFinding[], reason?: string): Promise<string> {
    return addToBaseline(folder, findings, reason);
  }

  /** Resolves when what is under way has ended; it is told to by the program's closing. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.underWay]);
  }

  dispose(): void {
    this.storeListener.dispose();
    this.changed.dispose();
    this.options.onDispose();
  }

  private async ofCheckout({ base: named, definition: from = 'base', ...options }: CheckoutOptions): Promise<EvalReport> {
    const { repository } = this.options;
    const [base, tree] = await Promise.all([checkoutBase(repository, named), workTreeAsTree(repository.opened)]);
    const [definition, own] = await Promise.all([this.definitions.at(from === 'base' ? base : tree), from === 'base' ? this.definitions.at(tree).catch(() => undefined) : undefined]);
    return this.evaluate(
      {
        target: { kind: 'checkout' },
        definition,
        base,
        head: tree,
        binding: { baseSha: base, headSha: tree, definitionHash: definition.hash },
        origin: { sessionId: outsideSessions },
        notices: own?.source === 'file' && own.hash !== definition.hash ? [baseNotice] : [],
      },
      options,
    );
  }

  private async evaluate(comparison: Omit<Comparison, 'previous'>, options: EvaluateOptions): Promise<EvalReport> {
    return evaluateComparison(this.options, { ...comparison, previous: await this.latest(comparison.target) }, options);
  }

  private known({ binding, definition }: Pick<Comparison, 'binding' | 'definition'>): Promise<EvalReport | undefined> {
    return this.options.store.evaluations.byBinding(binding, definition.gate.suite);
  }

  private async ofSession(session: Session, { base, head, commit, parentId }: MergedWork): Promise<Omit<Comparison, 'previous'>> {
    const definition = await this.definitions.at(base);
    return {
      target: { kind: 'session', sessionId: session.id },
      definition,
      base,
      head: commit,
      binding: { baseSha: base, headSha: head, definitionHash: definition.hash },
      origin: { sessionId: session.id, ...present({ parentId, executionId: session.executionId }) },
      worktree: session.worktree,
    };
  }

  /** What is under way is waited for when the program closes, and nothing begins after that. */
  private async tracked(work: () => Promise<EvalReport>): Promise<EvalReport> {
    if (this.options.closing.aborted) throw new OrchestratorError('stopped', 'The program is closing.', 'Evaluate again when it is open.');
    const running = work();
    this.underWay.add(running);
    try {
      return await running;
    } finally {
      this.underWay.delete(running);
    }
  }
}

function staleBecause({ binding, partial }: EvalReport, now: GateBinding, { baseBranch }: Session): string | undefined {
  if (partial) return 'Only some evaluators were run.';
  if (binding.headSha !== now.headSha) return 'The session has changed since.';
  if (binding.baseSha !== now.baseSha) return `${baseBranch} has moved since.`;
  return binding.definitionHash === now.definitionHash ? undefined : 'What is evaluated has changed since.';
}
