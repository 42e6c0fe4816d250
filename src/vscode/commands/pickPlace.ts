import * as vscode from 'vscode';
import { sessionKey, type EvaluatedPlace } from '../evaluations/evaluatedPlace';
import type { EvaluatedPlaces } from '../evaluations/evaluatedPlaces';
import type { CommandContext } from './commandContext';

/** The session or checkout that a command is for: the one it was invoked on, else the only one, else the one a person picks. */
export async function choosePlace({ engines, places }: Pick<CommandContext, 'engines'> & { readonly places: EvaluatedPlaces }, invokedOn: unknown, title: string): Promise<EvaluatedPlace | undefined> {
  await engines.require();
  const all = await places.places();
  const key = placeKeyOf(invokedOn);
  if (key !== undefined) {
    const found = all.find((place) => place.key === key);
    if (!found) void vscode.window.showInformationMessage('There is nothing to evaluate: the session has no changes, or is merged.');
    return found;
  }
  if (all.length < 2) return all[0];
  const items = all.map((place) => ({ label: place.label, description: place.session ? `into ${place.session.baseBranch}` : place.folder, iconPath: new vscode.ThemeIcon(place.session ? 'git-branch' : 'folder'), place }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Select a session or the checkout', matchOnDescription: true }))?.place;
}

/** A place, a session by its id, or a node of the sessions view. */
function placeKeyOf(invokedOn: unknown): string | undefined {
  if (typeof invokedOn === 'string') return sessionKey(invokedOn);
  if (typeof invokedOn !== 'object' || invokedOn === null) return undefined;
  if ('placeKey' in invokedOn && typeof invokedOn.placeKey === 'string') return invokedOn.placeKey;
  const session = 'session' in invokedOn ? invokedOn.session : undefined;
  return typeof session === 'object' && session !== null && 'id' in session && typeof session.id === 'string' ? sessionKey(session.id) : undefined;
}
