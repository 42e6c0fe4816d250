import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { TestTree } from './testTree';

const pauseMs = 500;

/** Marks results as outdated: those of a checkout when one of its files changes, those of a session when it or its base moves. */
export class StaleTests implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly heads = new Map<string, string>();
  private pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly tree: TestTree,
    private readonly places: EvaluatedPlaces,
  ) {
    const watcher = this.disposables.add(vscode.workspace.createFileSystemWatcher('**/*'));
    for (const listen of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) this.disposables.add(listen((uri) => { this.fileChanged(uri); }));
  }

  /** Compares each session with how it was when this was last asked. */
  async lookAtSessions(): Promise<void> {
    const places = (await this.places.places()).flatMap((place) => (place.session ? [{ ...place, session: place.session }] : []));
    for (const { key, orchestrator, session } of places) {
      const { git } = orchestrator.repository;
      const [head, base] = await Promise.all([git.resolveCommit(`refs/heads/${session.branch}`), git.resolveCommit(`refs/heads/${session.baseBranch}`)]);
      const now = `${head ?? ''} ${base ?? ''}`;
      const before = this.heads.get(key);
      this.heads.set(key, now);
      const item = this.tree.placeItem(key);
      if (item && before !== undefined && before !== now) this.controller.invalidateTestResults(item);
    }
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.disposables.dispose();
  }

  private fileChanged(uri: vscode.Uri): void {
    if (/[\\/]\.git([\\/]|$)/.test(uri.fsPath)) return;
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      const checkouts = [...this.controller.items].map(([, item]) => item).filter((item) => {
        const meaning = this.tree.meaning(item);
        return meaning?.kind === 'place' && meaning.place.target.kind === 'checkout';
      });
      if (checkouts.length > 0) this.controller.invalidateTestResults(checkouts);
    }, pauseMs);
  }
}
