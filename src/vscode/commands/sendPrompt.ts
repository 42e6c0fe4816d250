import * as vscode from 'vscode';
import type { CommandContext } from './commandContext';
import { runWithProgress } from './runSession';

/** A prompt whose first line a person can edit: an input box holds no more than one. */
export interface EditablePrompt {
  readonly line: string;
  /** What is added behind it. */
  readonly rest: string;
}

/** Gives a session its next prompt, after a person has seen it, and runs the iteration. */
export async function sendPrompt(context: CommandContext, sessionId: string, { line, rest }: EditablePrompt): Promise<void> {
  for (const orchestrator of await context.engines.require()) {
    const session = await orchestrator.store.sessions.get(sessionId);
    if (!session) continue;
    const edited = await vscode.window.showInputBox({
      title: `Send to Session: ${session.name}`,
      prompt: rest === '' ? 'The next prompt of the session.' : 'The next prompt of the session. The findings and lines of code it is about are added to it.',
      value: line,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? 'Say what the agent shall do.' : undefined),
    });
    if (edited === undefined) return;
    return runWithProgress(context, orchestrator, session, { prompt: rest === '' ? edited : `${edited}\n${rest}` });
  }
  void vscode.window.showInformationMessage('This session is not there any more.');
}
