import * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { DisposableStore } from '../../base/disposable';
import { OrchestratorError } from '../../base/errors';
import type { Listen } from '../../base/events';
import type { AmpTraceEvent } from '../../model/span';
import type { HostHandlers, PeerLog } from '../../protocol/hostPeer';
import { HostPeer } from '../../protocol/hostPeer';
import type { TimelineContract, TimelineSnapshot } from '../../protocol/sessionTimeline';
import { TimelinePageMessage, TimelineStateSchema } from '../../protocol/sessionTimeline';
import { spanDetails } from '../../protocol/timelineSnapshot';
import { validator } from '../../protocol/validate';
import { SnapshotFeed } from './snapshotFeed';
import { timelineViewType } from './timelineViewType';
import { webviewHtml } from './webviewHtml';

export interface TimelineSource {
  /** Rejects with `session-missing` when there is no such session. */
  readonly snapshot: (sessionId: string) => Promise<TimelineSnapshot>;
  readonly span: (sessionId: string, spanId: string) => Promise<AmpTraceEvent | undefined>;
  /** Fires when anything of any session changed; may fire often. */
  readonly onDidChange: Listen<void>;
}

/** What a person can start from the page. Errors are shown by the page's caller: reject with what went wrong. */
export interface TimelineActions {
  readonly showChanges: (sessionId: string, iterationId: string | undefined) => Promise<void> | void;
  readonly openCommit: (sessionId: string, sha: string) => Promise<void> | void;
  readonly stop: (sessionId: string) => Promise<void> | void;
  readonly runIteration: (sessionId: string) => Promise<void> | void;
  readonly showLog: () => Promise<void> | void;
  /** A failure of one of the above, to be told to the person. */
  readonly failed: (error: unknown) => void;
}

export interface TimelinePanels extends Disposable, vscode.WebviewPanelSerializer {
  /** Shows a session's timeline beside the editor, or brings the open one to the front. */
  readonly open: (sessionId: string, sessionName: string) => void;
}

type PanelContext = Pick<vscode.ExtensionContext, 'extensionUri'> & { readonly log: PeerLog };

const checkMessage = validator(TimelinePageMessage);
const checkState = validator(TimelineStateSchema);
const mediaFolder = 'media';
const pageFolder = ['dist', 'webview'];

/** The timelines that are open, at most one a session. */
export function createTimelinePanels(context: PanelContext, source: TimelineSource, actions: TimelineActions): TimelinePanels {
  const open = new Map<string, TimelinePanel>();
  const adopt = (panel: vscode.WebviewPanel, sessionId: string): void => {
    const timeline = new TimelinePanel(panel, sessionId, context, source, actions);
    open.set(sessionId, timeline);
    panel.onDidDispose(() => {
      if (open.get(sessionId) === timeline) open.delete(sessionId);
      timeline.dispose();
    });
  };
  return {
    open: (sessionId, sessionName) => {
      const existing = open.get(sessionId);
      if (existing) existing.reveal();
      else adopt(vscode.window.createWebviewPanel(timelineViewType, panelTitle(sessionName), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false }, {}), sessionId);
    },
    deserializeWebviewPanel: (panel, state: unknown) => {
      const saved = checkState(state);
      if (!saved.ok || open.has(saved.value.subject)) panel.dispose();
      else adopt(panel, saved.value.subject);
      return Promise.resolve();
    },
    dispose: () => {
      for (const timeline of [...open.values()]) timeline.close();
      open.clear();
    },
  };
}

class TimelinePanel implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly peer: HostPeer<TimelineContract>;
  private readonly feed: SnapshotFeed<TimelineSnapshot>;
  private ready = false;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly sessionId: string,
    context: PanelContext,
    source: TimelineSource,
    actions: TimelineActions,
  ) {
    const { webview } = panel;
    const pages = vscode.Uri.joinPath(context.extensionUri, ...pageFolder);
    const media = vscode.Uri.joinPath(context.extensionUri, mediaFolder);
    panel.iconPath = { light: vscode.Uri.joinPath(media, 'timeline-light.svg'), dark: vscode.Uri.joinPath(media, 'timeline-dark.svg') };
    webview.options = { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: [pages] };

    this.peer = this.disposables.add(
      new HostPeer<TimelineContract>(
        { post: (message) => void webview.postMessage(message), onMessage: (listener) => webview.onDidReceiveMessage(listener) },
        checkMessage,
        this.handlers(source, actions),
        context.log,
      ),
    );
    this.feed = this.disposables.add(
      new SnapshotFeed<TimelineSnapshot>({
        read: () => source.snapshot(sessionId),
        send: (snapshot) => this.show(snapshot),
        fail: (error) => {
          context.log.error(`The timeline of session ${sessionId} could not be read.`, error);
          this.peer.sendError('snapshot', error);
        },
        clock: systemClock,
        later,
      }),
    );
    this.disposables.add(source.onDidChange(() => this.feed.changed()));
    this.disposables.add(panel.onDidChangeViewState(() => this.feed.setOpen(this.ready && panel.visible)));
    webview.html = webviewHtml({
      title: panel.title,
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, 'sessionTimeline.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, 'sessionTimeline.css')).toString(),
      subject: sessionId,
    });
  }

  reveal(): void {
    this.panel.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private show(snapshot: TimelineSnapshot): void {
    const title = panelTitle(snapshot.session.name);
    if (this.panel.title !== title) this.panel.title = title;
    this.peer.sendSnapshot(snapshot);
  }

  private handlers(source: TimelineSource, actions: TimelineActions): HostHandlers<TimelineContract> {
    const { sessionId } = this;
    const act =
      <P>(run: (params: P) => Promise<void> | void) =>
      async (params: P): Promise<void> => {
        try {
          await run(params);
        } catch (error) {
          actions.failed(error);
        }
      };
    return {
      ready: () => {
        this.ready = true;
        this.feed.setOpen(this.panel.visible);
      },
      request: {
        snapshot: () => source.snapshot(sessionId),
        spanDetails: async ({ spanId }) => {
          const span = await source.span(sessionId, spanId);
          if (span === undefined) throw new OrchestratorError('invalid-argument', 'This step is not in the store any more.', 'Reopen the timeline.');
          return spanDetails(span);
        },
      },
      action: {
        showChanges: act(({ iterationId }) => actions.showChanges(sessionId, iterationId)),
        openCommit: act(({ sha }) => actions.openCommit(sessionId, sha)),
        showLog: act(() => actions.showLog()),
        stop: act(() => actions.stop(sessionId)),
        runIteration: act(() => actions.runIteration(sessionId)),
      },
    };
  }
}

function panelTitle(sessionName: string): string {
  return `Timeline: ${sessionName.length > 60 ? `${sessionName.slice(0, 59)}…` : sessionName}`;
}

function later(run: () => void, milliseconds: number): Disposable {
  const timer = setTimeout(run, milliseconds);
  return { dispose: () => clearTimeout(timer) };
}
