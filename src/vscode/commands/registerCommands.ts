import * as vscode from 'vscode';
import { commandIds } from '../manifest';
import { reportError } from '../platform/report';
import type { CommandContext } from './commandContext';

/** The commands of the manifest; what they do is loaded when the first one is called. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const names = Object.keys(commandIds) as (keyof typeof commandIds)[];
  return vscode.Disposable.from(
    ...names.map((name) =>
      vscode.commands.registerCommand(commandIds[name], async (invokedOn: unknown) => {
        try {
          const { commands } = await import('./commandTable');
          await commands[name](context, invokedOn);
        } catch (error) {
          void reportError(error, context.log);
        }
      }),
    ),
  );
}
