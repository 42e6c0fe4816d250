import * as vscode from 'vscode';
import { formatCost, formatExactCost, formatPlural, formatTotalCost } from '../../base/format';
import type { SpanTotals } from '../../model/session';
import { commandIds } from '../manifest';
import type { Engines } from '../platform/engines';

const refreshPauseMs = 1_000;

/** Today's cost of all sessions of the workspace; shown once there is a store to read it from. */
export function createCostStatus(engines: Engines, log: vscode.LogOutputChannel): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('ampOrchestrator.cost', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Amp: Cost Today';
  item.command = commandIds.openCostDashboard;
  let pause: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    const open = await engines.opened();
    if (open.length === 0) return;
    const totals = (await Promise.all(open.map((orchestrator) => orchestrator.totalsToday()))).reduce(add);
    item.text = `$(credit-card) ${costToday(totals)} today`;
    item.tooltip = `Amp: ${formatExactCost(totals.costNano)} today in ${formatPlural(totals.spans, 'step')}${totals.unknownCosts > 0 ? '. Some agents do not say what their calls cost, so it is at least this.' : ''}`;
    item.accessibilityInformation = { label: `Cost of agents today: ${costToday(totals)}` };
    item.show();
  }

  const listener = engines.onDidChange(() => {
    pause ??= setTimeout(() => {
      pause = undefined;
      refresh().catch((error: unknown) => { log.error(error instanceof Error ? error : String(error)); });
    }, refreshPauseMs);
  });
  return {
    dispose: () => {
      clearTimeout(pause);
      listener.dispose();
      item.dispose();
    },
  };
}

/** Nothing has cost nothing; calls of which nobody says what they cost are unknown. */
function costToday(totals: SpanTotals): string {
  return totals.tokensIn + totals.tokensOut === 0 ? formatCost(totals.costNano) : formatTotalCost(totals);
}

function add(a: SpanTotals, b: SpanTotals): SpanTotals {
  return {
    spans: a.spans + b.spans,
    errors: a.errors + b.errors,
    tokensIn: a.tokensIn + b.tokensIn,
    tokensOut: a.tokensOut + b.tokensOut,
    costNano: a.costNano + b.costNano,
    unknownCosts: a.unknownCosts + b.unknownCosts,
  };
}
