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
  setBudget: 'ampOrchestrator.setBudget',
  setApiKey: 'ampOrchestrator.setApiKey',
  exportTelemetry: 'ampOrchestrator.exportTelemetry',
  openWorktree: 'ampOrchestrator.openWorktree',
  runEvaluations: 'ampOrchestrator.runEvaluations',
  showEvaluationReport: 'ampOrchestrator.showEvaluationReport',
  createEvaluationConfig: 'ampOrchestrator.createEvaluationConfig',
  sendFinding: 'ampOrchestrator.sendFinding',
  rerunEvaluator: 'ampOrchestrator.rerunEvaluator',
  acceptFinding: 'ampOrchestrator.acceptFinding',
  suppressFinding: 'ampOrchestrator.suppressFinding',
  newWorkflow: 'ampOrchestrator.newWorkflow',
  openWorkflow: 'ampOrchestrator.openWorkflow',
  openWorkflowAsText: 'ampOrchestrator.openWorkflowAsText',
  runWorkflow: 'ampOrchestrator.runWorkflow',
  openExecution: 'ampOrchestrator.openExecution',
  resumeExecution: 'ampOrchestrator.resumeExecution',
  cancelExecution: 'ampOrchestrator.cancelExecution',
  forkExecution: 'ampOrchestrator.forkExecution',
  approveStep: 'ampOrchestrator.approveStep',
  rejectStep: 'ampOrchestrator.rejectStep',
  refresh: 'ampOrchestrator.refresh',
  showLog: 'ampOrchestrator.showLog',
} as const;

export const viewIds = { sessions: 'ampOrchestrator.sessions', workflows: 'ampOrchestrator.workflows' } as const;

/** Not in package.json: a test controller is made by code alone. */
export const testControllerId = 'ampOrchestrator.evaluations';

export const settingIds = {
  defaultAgent: 'agents.default',
  claudeCodeProgram: 'agents.claudeCode.program',
  ampProgram: 'agents.amp.program',
  codexProgram: 'agents.codex.program',
  geminiProgram: 'agents.gemini.program',
  opencodeProgram: 'agents.opencode.program',
  commandArgv: 'agents.command.argv',
  replaySpeed: 'agents.replay.speed',
  importAgentLogs: 'costs.importAgentLogs',
  pricesFile: 'costs.pricesFile',
  exportEndpoint: 'export.otlp.endpoint',
  exportProtocol: 'export.otlp.protocol',
  exportHeaders: 'export.otlp.headers',
  exportContent: 'export.otlp.content',
  exportMetrics: 'export.otlp.metrics',
  exportDialect: 'export.otlp.dialect',
  evaluationGate: 'evaluations.gate',
} as const;

export const settingSection = 'ampOrchestrator';

/** What the sessions view's welcome texts depend on: `noRepository | ready | failed`. */
export const stateContextKey = 'ampOrchestrator.state';
export type ViewState = 'noRepository' | 'ready' | 'failed';
