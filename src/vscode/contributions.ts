import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands';
import { ConfigDiagnostics } from './diagnostics/configDiagnostics';
import { FindingDiagnostics } from './diagnostics/findingDiagnostics';
import { registerQuickFixes } from './diagnostics/quickFixes';
import { registerGitDocuments } from './documents/gitDocuments';
import { registerPinnedWorkflows } from './documents/pinnedWorkflows';
import { ReportDocuments } from './documents/reportDocuments';
import { LazyWorkflowEditors } from './editors/lazyWorkflowEditors';
import { EvaluatedPlaces } from './evaluations/evaluatedPlaces';
import { ApiKeys } from './platform/apiKeys';
import { BudgetWarnings } from './platform/budgetWarnings';
import { Engines } from './platform/engines';
import { TelemetryExport } from './platform/telemetryExport';
import { LazyCosts } from './panels/lazyCosts';
import { LazyTimelines } from './panels/lazyTimelines';
import { EvaluationTests } from './testing/evaluationTests';
import { registerChangeDecorations } from './views/changeDecorations';
import { SessionTree } from './views/sessionTree';
import { createCostStatus } from './views/statusBar';
import { LazyWorkflows } from './workflows/lazyWorkflows';

let engines: Engines | undefined;

/**
 * Puts the extension together. Every contribution is caught alone: one that fails is logged and sinks nothing else. Nothing here
 * loads an engine; stores that exist already are opened after activation has returned.
 */
export function activateContributions(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Amp Session Orchestrator', { log: true });
  context.subscriptions.push(log);
  const contribute = <T extends vscode.Disposable>(name: string, make: () => T): T | undefined => {
    try {
      const made = make();
      context.subscriptions.push(made);
      return made;
    } catch (error) {
      log.error(`${name} could not be set up`, error);
      void vscode.window.showErrorMessage(`Amp Session Orchestrator: ${name} could not be set up. The log has the details.`);
      return undefined;
    }
  };

  const keys = new ApiKeys(context.secrets);
  const opened = new Engines(vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath, log, keys);
  engines = opened;
  contribute('Diffs', () => registerGitDocuments(opened));
  contribute('File decorations', () => registerChangeDecorations());
  contribute('The cost status', () => createCostStatus(opened, log));
  contribute('The budget warnings', () => new BudgetWarnings(opened, log));
  contribute('The telemetry export', () => new TelemetryExport(opened, log));
  const places = contribute('The evaluations', () => new EvaluatedPlaces(opened));
  const tree = places && contribute('The sessions view', () => new SessionTree(opened, places, log));
  const tests = places && contribute('The evaluations in the Test Explorer', () => new EvaluationTests(places, opened, log));
  const findings = places && contribute('The findings', () => new FindingDiagnostics(places, log));
  const reports = places && contribute('The evaluation reports', () => new ReportDocuments(places));
  if (findings) contribute('The quick fixes', () => registerQuickFixes(findings));
  contribute('The check of the configuration', () => new ConfigDiagnostics(opened, log));
  contribute('The definitions of executions', () => registerPinnedWorkflows(opened));
  contribute('The workflows view', () => new LazyWorkflows(opened, log));
  const workflows = contribute('The workflow editor', () => new LazyWorkflowEditors(context, opened, log));
  const timelines = contribute('The timeline', () => new LazyTimelines(context.extensionUri, opened, log));
  const costs = timelines && contribute('The cost dashboard', () => new LazyCosts(context.extensionUri, opened, log, (sessionId, stepId) => timelines.open(sessionId, stepId)));
  if (costs && tree && timelines && places && tests && findings && reports && workflows) {
    contribute('The commands', () => registerCommands({ extensionUri: context.extensionUri, engines: opened, tree, costs, places, tests, findings, reports, workflows, keys, log, openTimeline: (sessionId) => timelines.open(sessionId) }));
  }
  setImmediate(() => { void opened.refresh(); });
}

export async function deactivateContributions(): Promise<void> {
  await engines?.dispose();
  engines = undefined;
}
