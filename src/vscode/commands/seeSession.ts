import * as vscode from 'vscode';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ChangedFile } from '../../model/session';
import { gitUri, nothingUri } from '../documents/gitDocuments';
import { filesShownAs } from '../views/sessionNodes';
import type { CommandContext } from './commandContext';
import { chooseSession, type ChosenSession } from './pickSession';

/** Opens what a session or an iteration changed in one multi-file diff, or one file in a diff. */
export async function showChanges(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Show Changes', fits: /\.changed$/, none: 'No session has changed anything yet.' });
  if (!chosen) return;
  const { sessions } = chosen.orchestrator;
  const { session } = chosen.item;
  const target = changeTarget(invokedOn);
  const { from, to, files } = await sessions.changes(session.id, target.iterationId);
  const wanted = filesShownAs(target.path, files);
  if (wanted.length === 0) {
    void vscode.window.showInformationMessage(`"${session.name}" has changed nothing yet.`);
    return;
  }
  const live = target.iterationId === undefined && session.status !== 'merged';
  const diffs = wanted.map((file) => ({ file, ...diffOf(chosen, file, { from, to, live }) }));
  const [only, ...others] = diffs;
  const title = target.iterationId === undefined ? session.name : `${session.name}, iteration ${chosen.item.iterations.find(({ id }) => id === target.iterationId)?.number ?? ''}`;
  if (target.path !== undefined && only && others.length === 0) {
    await vscode.commands.executeCommand('vscode.diff', only.original ?? nothingUri(only.file.path), only.modified ?? nothingUri(only.file.path), `${path.posix.basename(target.path)} (${title})`);
  } else {
    await vscode.commands.executeCommand('vscode.changes', `Changes: ${title}`, diffs.map(({ original, modified }) => [modified ?? original, original, modified]));
  }
}

interface Diff {
  readonly original: vscode.Uri | undefined;
  readonly modified: vscode.Uri | undefined;
}

/** While the worktree stands, the right side is its file, so it can be edited there. An added file has no left side, a deleted one no right side. */
function diffOf({ orchestrator, item }: ChosenSession, file: ChangedFile, { from, to, live }: { from: string; to: string; live: boolean }): Diff {
  const repository = orchestrator.repository.root;
  const onDisk = path.join(item.session.worktree, file.path);
  const before = file.previousPath ?? file.path;
  const original = file.change === 'added' ? undefined : gitUri(path.join(item.session.worktree, before), { repository, commit: from, path: before });
  if (file.change === 'deleted') return { original, modified: undefined };
  return { original, modified: live && existsSync(onDisk) ? vscode.Uri.file(onDisk) : gitUri(onDisk, { repository, commit: to, path: file.path }) };
}

function changeTarget(invokedOn: unknown): { iterationId?: string; path?: string } {
  if (typeof invokedOn !== 'object' || invokedOn === null || !('iteration' in invokedOn)) return {};
  const { iteration } = invokedOn as { iteration: { id: string } };
  const file = 'file' in invokedOn ? (invokedOn.file as ChangedFile) : undefined;
  return { iterationId: iteration.id, ...(file ? { path: file.path } : {}) };
}

export async function openTimeline(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Open Timeline', fits: /^session/, none: 'There is no session yet. Start one with "Amp: New Session...".' });
  if (chosen) await context.openTimeline(chosen.item.session.id);
}

export async function openWorktree(context: CommandContext, invokedOn: unknown): Promise<void> {
  const chosen = await chooseSession(context.engines, invokedOn, { title: 'Open Worktree', fits: /^session\.(workable|running|merged)/, none: 'No session has a worktree.' });
  if (!chosen) return;
  if (!existsSync(chosen.item.session.worktree)) {
    void vscode.window.showInformationMessage(`The worktree of "${chosen.item.session.name}" was removed when it was merged.`);
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(chosen.item.session.worktree), { forceNewWindow: true });
}
