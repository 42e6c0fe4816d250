import * as vscode from 'vscode';
import { formatPlural } from '../../base/format';
import { evalBaselineFile } from '../../model/evalFiles';
import { codeBlock, findingSentence, promptWith } from '../diagnostics/findingPrompt';
import type { ShownFinding } from '../diagnostics/findingDiagnostics';
import { findingReference } from '../diagnostics/quickFixes';
import { suppression } from '../diagnostics/suppression';
import { checkoutFolder, type EvaluatedPlace } from '../evaluations/evaluatedPlace';
import { commandIds } from '../manifest';
import { isWorkable } from '../views/sessionNodes';
import type { CommandContext } from './commandContext';
import { sendPrompt } from './sendPrompt';

/** The finding that a quick fix was offered at; says so when it is not there any more. */
function chosenFinding({ findings }: CommandContext, invokedOn: unknown): ShownFinding | undefined {
  const reference = findingReference(invokedOn);
  const found = reference && findings.find(reference.placeKey, reference.evaluator, reference.fingerprint);
  if (!found) void vscode.window.showInformationMessage('This finding is not there any more. Run the evaluations again.');
  return found;
}

export async function sendFinding(context: CommandContext, invokedOn: unknown): Promise<void> {
  const shown = chosenFinding(context, invokedOn);
  if (!shown) return;
  const { place, finding, uri } = shown;
  const text = await vscode.workspace.openTextDocument(uri).then((document) => document.getText(), () => '');
  const [line = '', ...rest] = promptWith(findingSentence(finding), finding.file, codeBlock(finding, text)).split('\n');
  const receiver = await chooseReceiver(context, place);
  if (!receiver) return;
  if (receiver.sessionId === undefined) await vscode.commands.executeCommand(commandIds.newSession, { prompt: [line, ...rest].join('\n') });
  else await sendPrompt(context, receiver.sessionId, { line, rest: rest.join('\n') });
}

/** Without a session it is a new one. */
interface Receiver {
  readonly sessionId: string | undefined;
}

/** The session that a finding is of comes first; without any that takes prompts it is a new one. */
async function chooseReceiver({ places }: CommandContext, place: EvaluatedPlace): Promise<Receiver | undefined> {
  const sessions = (await places.places()).flatMap(({ session, orchestrator }) => (session && orchestrator === place.orchestrator && isWorkable(session) ? [session] : []));
  const receivers = place.session ? sessions.sort((a, b) => Number(b.id === place.session?.id) - Number(a.id === place.session?.id)) : [];
  if (receivers.length === 0) return { sessionId: undefined };
  const items = [
    ...receivers.map(({ id, name, branch }) => ({ label: name, description: id === place.session?.id ? 'has this finding' : branch, iconPath: new vscode.ThemeIcon('git-branch'), sessionId: id })),
    { label: 'New Session…', description: '', iconPath: new vscode.ThemeIcon('add'), sessionId: undefined },
  ];
  return vscode.window.showQuickPick<Receiver & vscode.QuickPickItem>(items, { title: 'Send to Session', placeHolder: 'Who shall fix it?', matchOnDescription: true });
}

export async function rerunEvaluator(context: CommandContext, invokedOn: unknown): Promise<void> {
  const reference = findingReference(invokedOn);
  if (reference) await context.tests.evaluate(reference.placeKey, [reference.evaluator]);
}

export async function acceptFinding(context: CommandContext, invokedOn: unknown): Promise<void> {
  const shown = chosenFinding(context, invokedOn);
  if (!shown) return;
  const { place: { orchestrator }, finding } = shown;
  const reason = await vscode.window.showInputBox({ title: `Accept: ${finding.ruleId}`, prompt: `Why does the team live with it? It is written to ${evalBaselineFile}; may be left empty.`, ignoreFocusOut: true });
  if (reason === undefined) return;
  const file = await orchestrator.evaluations.addToBaseline(checkoutFolder(orchestrator), [finding], reason.trim() || undefined);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
  void vscode.window.showInformationMessage(`${formatPlural(1, 'finding')} was added to ${evalBaselineFile}. It counts for merges once that file is committed to the base branch.`);
}

export async function suppressFinding(context: CommandContext, invokedOn: unknown): Promise<void> {
  const shown = chosenFinding(context, invokedOn);
  if (!shown) return;
  const { place, finding, uri, diagnostic } = shown;
  const use = await evaluatorUse(place, finding.evaluator);
  const canComment = finding.file !== undefined && suppression({ ...finding, use, file: finding.file }, '') !== undefined;
  const reason = await vscode.window.showInputBox({
    title: `Suppress: ${finding.ruleId}`,
    prompt: canComment ? 'Why may it stay? The reason is written into the code.' : 'Why may it stay? This file has no comments, so the reason is kept on this computer only.',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'Give a reason.' : undefined),
  });
  if (reason === undefined) return;
  const comment = finding.file === undefined ? undefined : suppression({ ...finding, use, file: finding.file }, reason);
  if (comment) await writeComment(uri, diagnostic.range.start.line, comment);
  await place.orchestrator.evaluations.accept({ fingerprint: finding.fingerprint, evaluator: finding.evaluator, ruleId: finding.ruleId, reason: reason.trim(), ...(finding.file === undefined ? {} : { file: finding.file }) });
}

/** A person may have named the evaluator otherwise than what it is made of. */
async function evaluatorUse({ orchestrator, target }: EvaluatedPlace, name: string): Promise<string | undefined> {
  const definition = await orchestrator.evaluations.definition(target, target.kind === 'checkout' ? 'tree' : 'base').catch(() => undefined);
  return definition?.evaluators.find((config) => config.name === name)?.use;
}

async function writeComment(uri: vscode.Uri, lineNumber: number, { text, place }: NonNullable<ReturnType<typeof suppression>>): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const line = document.lineAt(Math.min(lineNumber, document.lineCount - 1));
  const edit = new vscode.WorkspaceEdit();
  if (place === 'end') edit.insert(uri, line.range.end, `  ${text}`);
  else edit.insert(uri, line.range.start, `${line.text.slice(0, line.firstNonWhitespaceCharacterIndex)}${text}${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}`);
  await vscode.workspace.applyEdit(edit);
}
