import type { commandIds } from '../manifest';
import type { CommandContext } from './commandContext';
import { createEvaluationConfig, runEvaluations, showEvaluationReport } from './evaluationCommands';
import { approveStep, cancelExecution, forkExecution, openExecution, rejectStep, resumeExecution } from './executionCommands';
import { exportTelemetry } from './exportTelemetry';
import { acceptFinding, rerunEvaluator, sendFinding, suppressFinding } from './findingCommands';
import { mergeSession } from './mergeSession';
import { newSession } from './newSession';
import { newWorkflow } from './newWorkflow';
import { deleteSession, runIteration, stopSession } from './runSession';
import { openTimeline, openWorktree, showChanges } from './seeSession';
import { setApiKey } from './setApiKey';
import { setBudget } from './setBudget';
import { openWorkflow, openWorkflowAsText, runWorkflow } from './workflowCommands';

type Command = (context: CommandContext, invokedOn: unknown) => Promise<void>;

/** What each command does. A bundle of its own: loaded when the first one is called. */
export const commands: Record<keyof typeof commandIds, Command> = {
  newSession,
  runIteration,
  stop: stopSession,
  showChanges,
  merge: mergeSession,
  delete: deleteSession,
  openTimeline,
  openCostDashboard: ({ costs }) => costs.show(),
  setBudget,
  setApiKey: (context) => setApiKey(context, context.keys),
  exportTelemetry,
  openWorktree,
  runEvaluations,
  showEvaluationReport,
  createEvaluationConfig,
  sendFinding,
  rerunEvaluator,
  acceptFinding,
  suppressFinding,
  newWorkflow,
  openWorkflow,
  openWorkflowAsText,
  runWorkflow,
  openExecution,
  resumeExecution,
  cancelExecution,
  forkExecution,
  approveStep,
  rejectStep,
  refresh: ({ engines }) => engines.refresh(),
  showLog: ({ log }) => {
    log.show();
    return Promise.resolve();
  },
};
