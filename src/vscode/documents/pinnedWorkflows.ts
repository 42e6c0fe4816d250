import * as vscode from 'vscode';
import type { Engines } from '../platform/engines';
import { pinnedScheme } from '../workflows/executionUri';
import { findExecution } from '../workflows/findExecution';

/** The definitions that executions are pinned to, as read-only documents: a workflow's file may be changed or gone. */
export function registerPinnedWorkflows(engines: Engines): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(pinnedScheme, {
    provideTextDocumentContent: async ({ query }) => {
      const { orchestrator } = await findExecution(engines, query);
      const { definition } = await orchestrator.workflows.execution(query);
      return `${JSON.stringify(definition, null, 2)}\n`;
    },
  });
}
