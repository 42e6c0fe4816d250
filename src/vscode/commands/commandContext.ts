import type * as vscode from 'vscode';
import type { FindingDiagnostics } from '../diagnostics/findingDiagnostics';
import type { ReportDocuments } from '../documents/reportDocuments';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { LazyWorkflowEditors } from '../editors/lazyWorkflowEditors';
import type { ApiKeys } from '../platform/apiKeys';
import type { Engines } from '../platform/engines';
import type { LazyCosts } from '../panels/lazyCosts';
import type { EvaluationTests } from '../testing/evaluationTests';
import type { SessionTree } from '../views/sessionTree';

/** What commands work with. */
export interface CommandContext {
  readonly extensionUri: vscode.Uri;
  readonly engines: Engines;
  readonly tree: SessionTree;
  readonly costs: LazyCosts;
  readonly places: EvaluatedPlaces;
  readonly tests: EvaluationTests;
  readonly findings: FindingDiagnostics;
  readonly reports: ReportDocuments;
  readonly workflows: LazyWorkflowEditors;
  readonly keys: ApiKeys;
  readonly log: vscode.LogOutputChannel;
  readonly openTimeline: (sessionId: string) => Promise<void>;
}
