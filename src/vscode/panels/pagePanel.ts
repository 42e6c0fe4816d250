import * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { DisposableStore } from '../../base/disposable';
import type { Listen } from '../../base/events';
import type { HostHandlers, PeerLog } from '../../protocol/hostPeer';
import { HostPeer } from '../../protocol/hostPeer';
import type { PageContract, PageMessageOf } from '../../protocol/messages';
import type { Validate } from '../../protocol/validate';
import { SnapshotFeed } from './snapshotFeed';
import { webviewHtml } from './webviewHtml';

export type PanelContext = Pick<vscode.ExtensionContext, 'extensionUri'> & { readonly log: PeerLog };

export interface PagePanelOptions<C extends PageContract> {
  /** Name of the page's script and style sheet. */
  readonly page: string;
  /** `media/<icon>-{light,dark}.svg` */
  readonly icon: string;
  /** What the page is about: kept in its state, by which it is found again after a reload. */
  readonly subject: string;
  /** For the log: "The timeline of session x". */
  readonly what: string;
  readonly check: Validate<PageMessageOf<C>>;
  readonly read: () => Promise<C['snapshot']>;
  /** Fires when a snapshot may be different; may fire often. */
  readonly onDidChange: Listen<void>;
  readonly onSnapshot?: (snapshot: C['snapshot']) => void;
  readonly handlers: Pick<HostHandlers<C>, 'request' | 'action'>;
}

const mediaFolder = 'media';
const pageFolder = ['dist', 'webview'];

/** One page in a panel: its document, its messages, and snapshots whenever it can be seen and something changed. */
export class PagePanel<C extends PageContract> implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly peer: HostPeer<C>;
  private readonly feed: SnapshotFeed<C['snapshot']>;
  private ready = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    context: PanelContext,
    options: PagePanelOptions<C>,
  ) {
    const { webview } = panel;
    const pages = vscode.Uri.joinPath(context.extensionUri, ...pageFolder);
    const media = vscode.Uri.joinPath(context.extensionUri, mediaFolder);
    panel.iconPath = { light: vscode.Uri.joinPath(media, `${options.icon}-light.svg`), dark: vscode.Uri.joinPath(media, `${options.icon}-dark.svg`) };
    webview.options = { enableScripts: true, enableForms: false, enableCommandUris: false, localResourceRoots: [pages] };

    this.peer = this.disposables.add(
      new HostPeer<C>(
        { post: (message) => void webview.postMessage(message), onMessage: (listener) => webview.onDidReceiveMessage(listener) },
        options.check,
        { ready: () => this.becomeReady(), ...options.handlers },
        context.log,
      ),
    );
    this.feed = this.disposables.add(
      new SnapshotFeed<C['snapshot']>({
        read: options.read,
        send: (snapshot) => {
          options.onSnapshot?.(snapshot);
          this.peer.sendSnapshot(snapshot);
        },
        fail: (error) => {
          context.log.error(`${options.what} could not be read.`, error);
          this.peer.sendError('snapshot', error);
        },
        clock: systemClock,
        later,
      }),
    );
    this.disposables.add(options.onDidChange(() => this.feed.changed()));
    this.disposables.add(panel.onDidChangeViewState(() => this.feed.setOpen(this.ready && panel.visible)));
    webview.html = webviewHtml({
      title: panel.title,
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, `${options.page}.js`)).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(pages, `${options.page}.css`)).toString(),
      subject: options.subject,
    });
  }

  /** Sends a snapshot soon. */
  refresh(): void {
    this.feed.changed();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private becomeReady(): void {
    this.ready = true;
    this.feed.setOpen(this.panel.visible);
  }
}

/** An action whose failure is told to the person, not to the page. */
export function guarded<P>(run: (params: P) => Promise<void> | void, failed: (error: unknown) => void): (params: P) => Promise<void> {
  return async (params) => {
    try {
      await run(params);
    } catch (error) {
      failed(error);
    }
  };
}

function later(run: () => void, milliseconds: number): Disposable {
  const timer = setTimeout(run, milliseconds);
  return { dispose: () => clearTimeout(timer) };
}
