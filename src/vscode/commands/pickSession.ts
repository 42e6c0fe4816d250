import * as vscode from 'vscode';
import type { Orchestrator } from '../../orchestrator';
import type { Engines } from '../platform/engines';
import { contextValue, sessionDescription, sessionIcon, type SessionItem } from '../views/sessionNodes';

export interface ChosenSession {
  readonly orchestrator: Orchestrator;
  readonly item: SessionItem;
}

/** All sessions of the workspace with the orchestrator each belongs to, newest first. */
async function allSessions(engines: Engines): Promise<ChosenSession[]> {
  const lists = await Promise.all(
    (await engines.require()).map(async (orchestrator) =>
      (await orchestrator.sessions.overview()).map((overview): ChosenSession => ({ orchestrator, item: { kind: 'session', ...overview, repositoryName: undefined } })),
    ),
  );
  return lists.flat();
}

export interface SessionQuestion {
  readonly title: string;
  /** Matches the node's context value, as the menus do. */
  readonly fits: RegExp;
  /** Said when no session fits. */
  readonly none: string;
}

/** The session that a command is for: the one it was invoked on, else the only one that fits, else the one a person picks. */
export async function chooseSession(engines: Engines, invokedOn: unknown, { title, fits, none }: SessionQuestion): Promise<ChosenSession | undefined> {
  const sessions = await allSessions(engines);
  const id = sessionIdOf(invokedOn);
  if (id !== undefined) {
    const found = sessions.find(({ item }) => item.session.id === id);
    if (!found) void vscode.window.showInformationMessage('This session is not there any more.');
    return found;
  }
  const fitting = sessions.filter(({ item }) => fits.test(contextValue(item)));
  if (fitting.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  if (fitting.length === 1) return fitting[0];
  const picked = await vscode.window.showQuickPick(
    fitting.map((choice) => ({ label: choice.item.session.name, description: sessionDescription(choice.item, Date.now()), iconPath: new vscode.ThemeIcon(sessionIcon(choice.item).icon), choice })),
    { title, placeHolder: 'Select a session', matchOnDescription: true },
  );
  return picked?.choice;
}

function sessionIdOf(invokedOn: unknown): string | undefined {
  if (typeof invokedOn === 'string') return invokedOn;
  if (typeof invokedOn !== 'object' || invokedOn === null || !('session' in invokedOn)) return undefined;
  const { session } = invokedOn;
  return typeof session === 'object' && session !== null && 'id' in session && typeof session.id === 'string' ? session.id : undefined;
}
