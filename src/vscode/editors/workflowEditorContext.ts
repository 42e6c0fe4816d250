import type * as vscode from 'vscode';
import type { PanelContext } from '../panels/pagePanel';
import type { Engines } from '../platform/engines';

/** What an editor is to show when it is opened from elsewhere. */
export interface ShownInWorkflow {
  readonly execution?: string | undefined;
  readonly node?: string | undefined;
}

export interface WorkflowEditorContext extends PanelContext {
  /** Folder for texts that are open in editors of their own. */
  readonly fields: vscode.Uri;
  readonly engines: Engines;
  readonly open: (uri: vscode.Uri, shown: ShownInWorkflow) => Promise<void>;
  /** Tells a person what went wrong. */
  readonly failed: (error: unknown) => void;
}
