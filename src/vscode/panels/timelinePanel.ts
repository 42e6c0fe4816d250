import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { OrchestratorError } from '../../base/errors';
import type { Listen } from '../../base/events';
import type { AmpTraceEvent } from '../../model/span';
import type { HostHandlers } from '../../protocol/hostPeer';
import type { TimelineContract, TimelineSnapshot } from '../../protocol/sessionTimeline';
import { TimelinePageMessage, TimelineStateSchema } from '../../protocol/sessionTimeline';
import { spanDetails } from '../../protocol/timelineSnapshot';
import { validator } from '../../protocol/validate';
import { guarded, PagePanel, type PanelContext } from './pagePanel';
import { timelineViewType } from './timelineViewType';

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
  /** Shows a session's timeline beside the editor, or brings the open one to the front; with a step, that is selected. */
  readonly open: (sessionId: string, sessionName: string, stepId?: string) => void;
}

const checkMessage = validator(TimelinePageMessage);
const checkState = validator(TimelineStateSchema);

/** The timelines that are open, at most one a session. */
export function createTimelinePanels(context: PanelContext, source: TimelineSource, actions: TimelineActions): TimelinePanels {
  const open = new Map<string, PagePanel<TimelineContract>>();
  const wanted = new Map<string, string>();
  const adopt = (panel: vscode.WebviewPanel, sessionId: string): void => {
    const timeline = timelinePanel(panel, sessionId, context, selecting(source, wanted), actions);
    open.set(sessionId, timeline);
    panel.onDidDispose(() => {
      if (open.get(sessionId) === timeline) open.delete(sessionId);
      timeline.dispose();
    });
  };
  return {
    open: (sessionId, sessionName, stepId) => {
      if (stepId !== undefined) wanted.set(sessionId, stepId);
      const existing = open.get(sessionId);
      if (existing) {
        existing.panel.reveal();
        existing.refresh();
      } else adopt(vscode.window.createWebviewPanel(timelineViewType, panelTitle(sessionName), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false }, {}), sessionId);
    },
    deserializeWebviewPanel: (panel, state: unknown) => {
      const saved = checkState(state);
      if (!saved.ok || open.has(saved.value.subject)) panel.dispose();
      else adopt(panel, saved.value.subject);
      return Promise.resolve();
    },
    dispose: () => {
      for (const { panel } of [...open.values()]) panel.dispose();
      open.clear();
    },
  };
}

/** Tells the page of a wanted step with the next snapshot, once. */
function selecting(source: TimelineSource, wanted: Map<string, string>): TimelineSource {
  return {
    ...source,
    snapshot: async (sessionId) => {
      const snapshot = await source.snapshot(sessionId);
      const select = wanted.get(sessionId);
      wanted.delete(sessionId);
      return select === undefined ? snapshot : { ...snapshot, select };
    },
  };
}

function timelinePanel(panel: vscode.WebviewPanel, sessionId: string, context: PanelContext, source: TimelineSource, actions: TimelineActions): PagePanel<TimelineContract> {
  return new PagePanel<TimelineContract>(panel, context, {
    page: 'sessionTimeline',
    icon: 'timeline',
    subject: sessionId,
    what: `The timeline of session ${sessionId}`,
    check: checkMessage,
    read: () => source.snapshot(sessionId),
    onDidChange: source.onDidChange,
    onSnapshot: (snapshot) => {
      const title = panelTitle(snapshot.session.name);
      if (panel.title !== title) panel.title = title;
    },
    handlers: timelineHandlers(sessionId, source, actions),
  });
}

function timelineHandlers(sessionId: string, source: TimelineSource, actions: TimelineActions): Pick<HostHandlers<TimelineContract>, 'request' | 'action'> {
  const act = <P>(run: (params: P) => Promise<void> | void): ((params: P) => Promise<void>) => guarded(run, actions.failed);
  return {
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

function panelTitle(sessionName: string): string {
  return `Timeline: ${sessionName.length > 60 ? `${sessionName.slice(0, 59)}…` : sessionName}`;
}
