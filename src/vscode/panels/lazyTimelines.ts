import * as vscode from 'vscode';
import { OrchestratorError } from '../../base/errors';
import type { Orchestrator } from '../../orchestrator';
import { timelineSnapshot } from '../../protocol/timelineSnapshot';
import { commandIds } from '../manifest';
import type { Engines } from '../platform/engines';
import { reportError } from '../platform/report';
import { panelLog } from './panelLog';
import type { TimelineActions, TimelinePanels, TimelineSource } from './timelinePanel';
import { timelineViewType } from './timelineViewType';

/** The timelines, whose panel (with its schema compiler) is loaded when the first one is opened or brought back after a reload. */
export class LazyTimelines implements vscode.Disposable {
  private loaded: Promise<TimelinePanels> | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(timelineViewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => (await this.panels()).deserializeWebviewPanel(panel, state),
    });
  }

  async open(sessionId: string, stepId?: string): Promise<void> {
    const { session } = await this.find(sessionId);
    (await this.panels()).open(sessionId, session.name, stepId);
  }

  dispose(): void {
    this.serializer.dispose();
    void this.loaded?.then((panels) => { panels.dispose(); });
  }

  private panels(): Promise<TimelinePanels> {
    this.loaded ??= import('./panels').then(({ createTimelinePanels }) =>
      createTimelinePanels({ extensionUri: this.extensionUri, log: panelLog(this.log) }, this.source(), this.actions()),
    );
    return this.loaded;
  }

  private source(): TimelineSource {
    return {
      onDidChange: this.engines.onDidChange,
      snapshot: async (sessionId) => {
        const { orchestrator, session } = await this.find(sessionId);
        const { iterations, spans } = orchestrator.store;
        const takenAt = Date.now();
        const [runs, steps, totals] = await Promise.all([iterations.bySession(sessionId), spans.bySession(sessionId), spans.totals({ sessionId })]);
        return timelineSnapshot({ session, iterations: runs, spans: steps, totals, takenAt });
      },
      span: async (sessionId, spanId) => {
        const { orchestrator } = await this.find(sessionId);
        const span = await orchestrator.store.spans.get(spanId);
        return span?.sessionId === sessionId ? span : undefined;
      },
    };
  }

  private actions(): TimelineActions {
    const command = async (id: string, argument?: unknown): Promise<void> => { await vscode.commands.executeCommand(id, argument); };
    return {
      showChanges: async (sessionId, iterationId) => {
        const { orchestrator, session } = await this.find(sessionId);
        const iteration = iterationId === undefined ? undefined : await orchestrator.store.iterations.get(iterationId);
        await command(commandIds.showChanges, iteration ? { session, iteration } : sessionId);
      },
      openCommit: async (sessionId, sha) => {
        const { orchestrator, session } = await this.find(sessionId);
        const iteration = (await orchestrator.store.iterations.bySession(sessionId)).find(({ commitSha }) => commitSha === sha);
        await command(commandIds.showChanges, iteration ? { session, iteration } : sessionId);
      },
      stop: (sessionId) => command(commandIds.stop, sessionId),
      runIteration: (sessionId) => command(commandIds.runIteration, sessionId),
      showLog: () => command(commandIds.showLog),
      failed: (error) => { void reportError(error, this.log); },
    };
  }

  private async find(sessionId: string): Promise<{ orchestrator: Orchestrator; session: Awaited<ReturnType<Orchestrator['sessions']['get']>> }> {
    for (const orchestrator of await this.engines.openExisting()) {
      const session = await orchestrator.store.sessions.get(sessionId);
      if (session) return { orchestrator, session };
    }
    throw new OrchestratorError('session-missing', 'This session is not in the workspace any more.', 'Open the folder it belongs to.');
  }
}
