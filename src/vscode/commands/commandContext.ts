import type * as vscode from 'vscode';
import type { ApiKeys } from '../platform/apiKeys';
import type { Engines } from '../platform/engines';
import type { LazyCosts } from '../panels/lazyCosts';
import type { SessionTree } from '../views/sessionTree';

/** What commands work with. */
export interface CommandContext {
  readonly extensionUri: vscode.Uri;
  readonly engines: Engines;
  readonly tree: SessionTree;
  readonly costs: LazyCosts;
  readonly keys: ApiKeys;
  readonly log: vscode.LogOutputChannel;
  readonly openTimeline: (sessionId: string) => Promise<void>;
}
