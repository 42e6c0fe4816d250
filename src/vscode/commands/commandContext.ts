import type * as vscode from 'vscode';
import type { CostDocument } from '../documents/costDocument';
import type { Engines } from '../platform/engines';
import type { SessionTree } from '../views/sessionTree';

/** What commands work with. */
export interface CommandContext {
  readonly extensionUri: vscode.Uri;
  readonly engines: Engines;
  readonly tree: SessionTree;
  readonly costs: CostDocument;
  readonly log: vscode.LogOutputChannel;
  readonly openTimeline: (sessionId: string) => Promise<void>;
}
