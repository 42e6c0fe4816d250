import type * as vscode from 'vscode';
import type { PeerLog } from '../../protocol/hostPeer';

export function panelLog(log: vscode.LogOutputChannel): PeerLog {
  return { warn: (message) => { log.warn(message); }, error: (message, error) => { log.error(message, error ?? ''); } };
}
