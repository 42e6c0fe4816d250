import type { Command } from '../command';
import { commandOf } from '../subcommands';
import { workflowAnswerCommand } from './workflowAnswer';
import { workflowCancelCommand } from './workflowCancel';
import { workflowApproveCommand, workflowRejectCommand } from './workflowDecide';
import { workflowForkCommand } from './workflowFork';
import { workflowListCommand } from './workflowList';
import { workflowResumeCommand } from './workflowResume';
import { workflowRunCommand } from './workflowRun';
import { workflowShowCommand } from './workflowShow';
import { workflowValidateCommand } from './workflowValidate';

export const workflowCommand: Command = commandOf({
  name: 'workflow',
  summary: 'Check and run workflows, decide what they ask, go on with them and fork them',
  subcommands: [
    workflowValidateCommand, workflowRunCommand, workflowResumeCommand, workflowListCommand, workflowShowCommand, workflowApproveCommand,
    workflowRejectCommand, workflowAnswerCommand, workflowCancelCommand, workflowForkCommand,
  ],
  question: 'What is to be done with workflows?',
});
