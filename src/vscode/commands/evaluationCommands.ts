import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { formatScore } from '../../base/format';
import { evalConfigFile } from '../../model/evalFiles';
import { evalFileText } from '../../model/evalFileText';
import type { EvalReport } from '../../model/evalReport';
import { checkoutFolder, type EvaluatedPlace } from '../evaluations/evaluatedPlace';
import { commandIds, viewIds } from '../manifest';
import type { CommandContext } from './commandContext';
import { choosePlace } from './pickPlace';

const showReport = 'Show Report';

/** Evaluates a session or the checkout in the Test Explorer, and tells how it went. */
export async function runEvaluations(context: CommandContext, invokedOn: unknown): Promise<void> {
  const place = await choosePlace(context, invokedOn, 'Run Evaluations');
  if (!place) return;
  const reports = await vscode.window.withProgress({ location: { viewId: viewIds.sessions } }, () => context.tests.evaluate(place.key));
  const report = reports.find(({ verdict }) => verdict !== 'passed') ?? reports[0];
  if (!report) {
    void vscode.window.showWarningMessage(`${subject(place)} was not evaluated. The test output says why.`);
    return;
  }
  const said = await (report.verdict === 'passed' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage)(sentence(place, report), showReport);
  if (said === showReport) await vscode.commands.executeCommand(commandIds.showEvaluationReport, { placeKey: place.key });
}

export async function showEvaluationReport(context: CommandContext, invokedOn: unknown): Promise<void> {
  const place = await choosePlace(context, invokedOn, 'Show Evaluation Report');
  if (place) await context.reports.show(place);
}

/** Writes what is evaluated without a file into one, so that it can be changed; opens the one that is there. */
export async function createEvaluationConfig({ engines }: CommandContext): Promise<void> {
  const [orchestrator] = await engines.require();
  if (!orchestrator) return;
  const file = path.join(checkoutFolder(orchestrator), evalConfigFile);
  const exists = await access(file).then(() => true, () => false);
  if (!exists) {
    const definition = await orchestrator.evaluations.definition({ kind: 'checkout' }, 'tree');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, evalFileText(definition), { flag: 'wx' });
  }
  await vscode.window.showTextDocument(vscode.Uri.file(file));
  if (!exists) void vscode.window.showInformationMessage(`${evalConfigFile} was made from what is evaluated now. It counts for merges once it is committed to the base branch.`);
}

function sentence(place: EvaluatedPlace, { verdict, score, reasons }: EvalReport): string {
  const words = verdict === 'errored' ? 'could not be judged' : verdict;
  const first = reasons[0];
  return `Evaluations of ${place.session ? `"${place.label}"` : 'this checkout'} ${words}${score === null ? '' : ` with ${formatScore(score)} of 100`}.${first ? ` ${first.message}` : ''}`;
}

function subject({ session, label }: EvaluatedPlace): string {
  return session ? `"${label}"` : 'The checkout';
}
