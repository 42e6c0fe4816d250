import * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Listen } from '../../base/events';
import type { CostContract, CostlyStep, CostSnapshot, CostWish } from '../../protocol/costDashboard';
import { CostPageMessage } from '../../protocol/costDashboard';
import type { HostHandlers } from '../../protocol/hostPeer';
import { validator } from '../../protocol/validate';
import { costViewType } from './costViewType';
import { guarded, PagePanel, type PanelContext } from './pagePanel';

export interface CostSource {
  readonly snapshot: (wish: CostWish) => Promise<CostSnapshot>;
  readonly costlySteps: (wish: CostWish, sessionId: string) => Promise<readonly CostlyStep[]>;
  /** Fires when anything of any session changed; may fire often. */
  readonly onDidChange: Listen<void>;
}

/** What a person can start from the page. */
export interface CostActions {
  /** Its timeline; with a step, at that. */
  readonly openSession: (sessionId: string, stepId: string | undefined) => Promise<void> | void;
  readonly newSession: () => Promise<void> | void;
  /** Without a session: the limits that hold for all. */
  readonly setBudget: (sessionId: string | undefined) => Promise<void> | void;
  readonly export: (wish: CostWish) => Promise<void> | void;
  readonly showLog: () => Promise<void> | void;
  /** A failure of one of the above, to be told to the person. */
  readonly failed: (error: unknown) => void;
}

export interface CostPanel extends Disposable, vscode.WebviewPanelSerializer {
  /** Shows the dashboard beside the editor, or brings the open one to the front. */
  readonly open: () => void;
}

const checkMessage = validator(CostPageMessage);
/** Ranges and forecasts move with the time, also when nothing is spent. */
const timePassesMs = 60_000;
/** A store that another process makes tells nobody: until there is one, it is looked for. */
const lookForStoreMs = 1_000;
const title = 'Costs';

/** The cost dashboard, at most one in a window. */
export function createCostPanel(context: PanelContext, source: CostSource, actions: CostActions): CostPanel {
  let shown: PagePanel<CostContract> | undefined;
  const adopt = (panel: vscode.WebviewPanel): void => {
    let hasStore = false;
    let refreshedAt = systemClock.now();
    const read = async (wish: CostWish): Promise<CostSnapshot> => {
      const snapshot = await source.snapshot(wish);
      hasStore = snapshot.report !== undefined;
      refreshedAt = systemClock.now();
      return snapshot;
    };
    const page = costPage(panel, context, { ...source, snapshot: read }, actions);
    const timer = setInterval(() => {
      if (!hasStore || systemClock.now() - refreshedAt >= timePassesMs) page.refresh();
    }, lookForStoreMs);
    shown = page;
    panel.onDidDispose(() => {
      if (shown === page) shown = undefined;
      clearInterval(timer);
      page.dispose();
    });
  };
  return {
    open: () => {
      if (shown) shown.panel.reveal();
      else adopt(vscode.window.createWebviewPanel(costViewType, title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false }, {}));
    },
    deserializeWebviewPanel: (panel) => {
      if (shown) panel.dispose();
      else adopt(panel);
      return Promise.resolve();
    },
    dispose: () => shown?.panel.dispose(),
  };
}

function costPage(panel: vscode.WebviewPanel, context: PanelContext, source: CostSource, actions: CostActions): PagePanel<CostContract> {
  let wish: CostWish = { repository: '', query: { range: { kind: '7d' }, group: 'model', imported: true } };
  const handlers: Pick<HostHandlers<CostContract>, 'request' | 'action'> = {
    request: {
      snapshot: () => source.snapshot(wish),
      costlySteps: ({ sessionId }) => source.costlySteps(wish, sessionId),
    },
    action: {
      show: (wanted) => {
        wish = wanted;
        page.refresh();
      },
      openSession: guarded(({ sessionId, stepId }) => actions.openSession(sessionId, stepId), actions.failed),
      newSession: guarded(() => actions.newSession(), actions.failed),
      setBudget: guarded(({ sessionId }) => actions.setBudget(sessionId), actions.failed),
      export: guarded(() => actions.export(wish), actions.failed),
      showLog: guarded(() => actions.showLog(), actions.failed),
    },
  };
  const page = new PagePanel<CostContract>(panel, context, {
    page: 'costDashboard',
    icon: 'costs',
    subject: 'costs',
    what: 'The costs',
    check: checkMessage,
    read: () => source.snapshot(wish),
    onDidChange: source.onDidChange,
    handlers,
  });
  return page;
}
