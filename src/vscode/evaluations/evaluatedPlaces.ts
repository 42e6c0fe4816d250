import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { Emitter, type Listen } from '../../base/events';
import type { Iteration, Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import type { Engines } from '../platform/engines';
import { gateBadge, type GateBadge } from '../views/gateBadge';
import { checkoutFolder, checkoutKey, sessionKey, type EvaluatedPlace, type EvaluateOptions } from './evaluatedPlace';
import { newestResults, type KnownResult } from './newestResults';

const pauseMs = 300;
/** Enough for a whole report behind a few runs of single evaluators. */
const reportsLookedAt = 8;

/** What can be evaluated in the workspace, what is known of it, and what is being evaluated in this window. */
export class EvaluatedPlaces implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly reportsChanged = new Emitter<void>();
  private readonly statesChanged = new Emitter<void>();
  private readonly running = new Map<string, number>();
  private pause: NodeJS.Timeout | undefined;
  private reportsWait = false;
  /** A report was stored, by whomever. */
  readonly onDidChangeReports: Listen<void> = this.reportsChanged.listen;
  /** Sessions came, went or moved, or a branch did: what is known may be stale. Fires after each change of reports too. */
  readonly onDidChangeStates: Listen<void> = this.statesChanged.listen;

  constructor(private readonly engines: Engines) {
    this.disposables.add(engines.onDidOpen((orchestrator) => { this.follow(orchestrator); }));
  }

  /** Of the repositories that have a store: each checkout, then its sessions with changes that are not merged, newest first. */
  async places(): Promise<EvaluatedPlace[]> {
    const orchestrators = await this.engines.openExisting();
    const found = await Promise.all(orchestrators.map((orchestrator) => placesOf(orchestrator, orchestrators.length > 1)));
    return found.flat();
  }

  async place(key: string): Promise<EvaluatedPlace | undefined> {
    return (await this.places()).find((place) => place.key === key);
  }

  async known({ orchestrator, target }: EvaluatedPlace): Promise<readonly KnownResult[]> {
    return newestResults(await orchestrator.store.evaluations.byTarget(target, reportsLookedAt));
  }

  /** Evaluates a session as its gate does, a checkout by the definition in its own files: what a person sees is what runs. */
  async evaluate({ key, orchestrator, target }: EvaluatedPlace, options: EvaluateOptions): ReturnType<Orchestrator['evaluations']['evaluateSession']> {
    return this.whileRunning(key, () => {
      const { evaluations } = orchestrator;
      return target.kind === 'session' ? evaluations.evaluateSession(target.sessionId, options) : evaluations.evaluateCheckout({ ...options, definition: 'tree' });
    });
  }

  /** Shows the place as being evaluated until the work has ended. */
  async whileRunning<T>(key: string, work: () => Promise<T>): Promise<T> {
    this.running.set(key, (this.running.get(key) ?? 0) + 1);
    this.statesChanged.fire();
    try {
      return await work();
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
      this.statesChanged.fire();
    }
  }

  isRunning(key: string): boolean {
    return (this.running.get(key) ?? 0) > 0;
  }

  /** The gate of each session that has a report or is being evaluated, by session id. */
  async badges(orchestrator: Orchestrator, sessions: readonly { readonly session: Session; readonly iterations: readonly Iteration[] }[]): Promise<ReadonlyMap<string, GateBadge>> {
    const reports = new Map((await orchestrator.store.evaluations.latestBySession()).map((report) => [report.target.kind === 'session' ? report.target.sessionId : '', report]));
    const tip = branchTips(orchestrator);
    const badges = new Map<string, GateBadge>();
    for (const { session, iterations } of sessions) {
      const report = reports.get(session.id);
      const running = this.isRunning(sessionKey(session.id));
      if (!report && !running) continue;
      const baseTip = report && session.status !== 'merged' ? await tip(session.baseBranch) : undefined;
      badges.set(session.id, gateBadge({ session, iterations, report, running, baseTip }));
    }
    return badges;
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.disposables.dispose();
    this.reportsChanged.dispose();
    this.statesChanged.dispose();
  }

  private follow({ store, repository }: Orchestrator): void {
    this.disposables.add(
      store.onDidChange(({ tables }) => {
        if (tables.includes('eval_results')) this.tellSoon(true);
        else if (tables.includes('sessions')) this.tellSoon(false);
      }),
    );
    // Nobody tells a commit that is made in a terminal, and a branch that moves makes its sessions' results stale.
    const heads = this.disposables.add(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(path.join(repository.commonDirectory, 'refs', 'heads')), '**')));
    for (const listen of [heads.onDidChange, heads.onDidCreate, heads.onDidDelete]) this.disposables.add(listen(() => { this.tellSoon(false); }));
    this.tellSoon(true);
  }

  private tellSoon(reports: boolean): void {
    this.reportsWait ||= reports;
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      if (this.reportsWait) this.reportsChanged.fire();
      this.reportsWait = false;
      this.statesChanged.fire();
    }, pauseMs);
  }
}

async function placesOf(orchestrator: Orchestrator, named: boolean): Promise<EvaluatedPlace[]> {
  const folder = checkoutFolder(orchestrator);
  const checkout: EvaluatedPlace = { key: checkoutKey(orchestrator), orchestrator, target: { kind: 'checkout' }, label: named ? `This checkout of ${path.basename(folder)}` : 'This checkout', folder };
  const sessions = (await orchestrator.sessions.overview())
    .filter(({ session, iterations }) => session.status !== 'merged' && session.status !== 'deleting' && iterations.some(({ commitSha }) => commitSha !== undefined))
    .map(({ session }): EvaluatedPlace => ({ key: sessionKey(session.id), orchestrator, target: { kind: 'session', sessionId: session.id }, label: session.name, folder: session.worktree, session }));
  return [checkout, ...sessions];
}

/** Each branch is looked up once. */
function branchTips({ repository: { git } }: Orchestrator): (branch: string) => Promise<string | undefined> {
  const tips = new Map<string, Promise<string | undefined>>();
  return (branch) => {
    const tip = tips.get(branch) ?? git.resolveCommit(`refs/heads/${branch}`);
    tips.set(branch, tip);
    return tip;
  };
}
