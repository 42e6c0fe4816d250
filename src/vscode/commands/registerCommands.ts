import * as vscode from 'vscode';
import { commandIds } from '../manifest';
import { reportError } from '../platform/report';
import type { CommandContext } from './commandContext';
import { exportTelemetry } from './exportTelemetry';
import { newSession } from './newSession';
import { deleteSession, mergeSession, runIteration, stopSession } from './runSession';
import { openTimeline, openWorktree, showChanges } from './seeSession';
import { setApiKey } from './setApiKey';
import { setBudget } from './setBudget';

type Command = (context: CommandContext, invokedOn: unknown) => Promise<void>;

const commands: Record<keyof typeof commandIds, Command> = {
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
  refresh: ({ engines }) => engines.refresh(),
  showLog: ({ log }) => {
    log.show();
    return Promise.resolve();
  },
};

export function registerCommands(context: CommandContext): vscode.Disposable {
  const names = Object.keys(commands) as (keyof typeof commands)[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commandIds[name], async (invokedOn: unknown) => {
        try {
          await commands[name](context, invokedOn);
        } catch (error) {
          void reportError(error, context.log);
        }
      }),
    ),
  );
}
