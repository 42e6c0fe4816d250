/** The ids that package.json declares, typed once. A test holds the two against each other. */

export const commandIds = {
  newSession: 'ampOrchestrator.newSession',
  runIteration: 'ampOrchestrator.runIteration',
  stop: 'ampOrchestrator.stop',
  showChanges: 'ampOrchestrator.showChanges',
  merge: 'ampOrchestrator.merge',
  delete: 'ampOrchestrator.delete',
  openTimeline: 'ampOrchestrator.openTimeline',
  openCostDashboard: 'ampOrchestrator.openCostDashboard',
  openWorktree: 'ampOrchestrator.openWorktree',
  refresh: 'ampOrchestrator.refresh',
  showLog: 'ampOrchestrator.showLog',
} as const;

export const viewIds = { sessions: 'ampOrchestrator.sessions' } as const;

export const settingIds = {
  defaultAgent: 'agents.default',
  claudeCodeProgram: 'agents.claudeCode.program',
  ampProgram: 'agents.amp.program',
  commandArgv: 'agents.command.argv',
  replaySpeed: 'agents.replay.speed',
} as const;

export const settingSection = 'ampOrchestrator';

/** What the sessions view's welcome texts depend on: `noRepository | ready | failed`. */
export const stateContextKey = 'ampOrchestrator.state';
export type ViewState = 'noRepository' | 'ready' | 'failed';
