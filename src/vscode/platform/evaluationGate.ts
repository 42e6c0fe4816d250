import * as vscode from 'vscode';
import type { GateMode } from '../../orchestrator';
import { settingIds, settingSection } from '../manifest';

/** When merges are evaluated. Read at each merge; what is no mode evaluates. */
export function gateMode(): GateMode {
  const mode = vscode.workspace.getConfiguration(settingSection).get<string>(settingIds.evaluationGate);
  return mode === 'off' || mode === 'configured' ? mode : 'always';
}
