import * as vscode from 'vscode';
import { formatCost, formatExactCost, formatPlural, formatTotalCost } from '../../base/format';
import { sumTotals } from '../../model/callTotals';
import { tokensIn, tokensOut } from '../../model/usage';
import type { CallTotals } from '../../model/usageRow';
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
    const totals = sumTotals(await Promise.all(open.map((orchestrator) => orchestrator.totalsToday())));
    item.text = `$(credit-card) ${costToday(totals)} today`;
    item.tooltip = `Amp: ${formatExactCost(totals.costNano)} today in ${formatPlural(totals.calls, 'model call')}${totals.unknownCosts > 0 ? '. Nobody knows what some calls cost, so it is at least this.' : ''}`;
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
function costToday(totals: CallTotals): string {
  const tokens = { tokensIn: tokensIn(totals.usage), tokensOut: tokensOut(totals.usage) };
  return totals.calls === 0 ? formatCost(totals.costNano) : formatTotalCost({ ...totals, ...tokens });
}
