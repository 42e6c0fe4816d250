import type { AgentName, SessionStatus } from '../../src/model/session';
import type { IconTone } from './ui/Icon';

export interface Look {
  readonly icon: string;
  readonly tone: IconTone;
  readonly label: string;
  readonly spin?: boolean;
}

export const sessionLooks: Readonly<Record<SessionStatus, Look>> = {
  ready: { icon: 'pass', tone: 'success', label: 'Ready' },
  running: { icon: 'loading', tone: 'running', label: 'Running', spin: true },
  failed: { icon: 'error', tone: 'error', label: 'Failed' },
  stopped: { icon: 'circle-slash', tone: 'quiet', label: 'Stopped' },
  'budget-exceeded': { icon: 'warning', tone: 'warning', label: 'Budget exceeded' },
  interrupted: { icon: 'debug-disconnect', tone: 'warning', label: 'Interrupted' },
  conflict: { icon: 'warning', tone: 'warning', label: 'Conflict' },
  merging: { icon: 'loading', tone: 'running', label: 'Merging', spin: true },
  deleting: { icon: 'loading', tone: 'running', label: 'Deleting', spin: true },
  merged: { icon: 'git-merge', tone: 'success', label: 'Merged' },
  deleted: { icon: 'trash', tone: 'quiet', label: 'Deleted' },
};

const agentLabels: Readonly<Record<AgentName | 'api' | 'unknown', string>> = {
  amp: 'Amp',
  claudeCode: 'Claude Code',
  codex: 'Codex',
  gemini: 'Gemini CLI',
  opencode: 'opencode',
  command: 'Command',
  replay: 'Replay',
  api: 'Direct calls',
  unknown: 'Unknown agent',
};

export function agentLabel(agent: string): string {
  return Object.hasOwn(agentLabels, agent) ? agentLabels[agent as AgentName] : agent;
}
