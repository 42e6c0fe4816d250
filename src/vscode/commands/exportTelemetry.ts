import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat } from '../../model/telemetryExport';
import type { Orchestrator } from '../../orchestrator';
import { pickOne, steps } from '../platform/multiStep';
import type { CommandContext } from './commandContext';
import { chooseSession } from './pickSession';

interface FormatItem extends vscode.QuickPickItem {
  readonly value: ExportFormat;
  readonly extension: string;
}

const formats: readonly FormatItem[] = [
  { label: 'JSON', detail: 'Sessions and their spans with usage and cost', value: 'json', extension: 'json' },
  { label: 'CSV', detail: 'One row a span, for a spreadsheet', value: 'csv', extension: 'csv' },
  { label: 'Perfetto', detail: 'A trace that ui.perfetto.dev opens', value: 'perfetto', extension: 'trace.json' },
  { label: 'OTLP', detail: 'OpenTelemetry JSON, a request a line, for a collector\'s file receiver', value: 'otlp', extension: 'otlp.jsonl' },
];

type Scope = 'all' | 'week' | 'session';

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** Asks for the format, what of it, whether with content, and where to; then writes the file. */
export async function exportTelemetry(context: CommandContext, invokedOn: unknown): Promise<void> {
  const answers: { format: ExportFormat; scope: Scope; content: boolean } = { format: 'json', scope: invokedOn === undefined ? 'all' : 'session', content: false };
  const answered = await steps('Export Telemetry', [
    { ask: async (step) => { answers.format = await pickOne(step, 'Select a format', formats); } },
    {
      needed: () => invokedOn === undefined,
      ask: async (step) => {
        answers.scope = await pickOne<Scope>(step, 'Select what to export', [
          { label: 'All Sessions', value: 'all' },
          { label: 'The Last Seven Days', value: 'week' },
          { label: 'One Session…', value: 'session' },
        ]);
      },
    },
    {
      ask: async (step) => {
        answers.content = await pickOne(step, 'Select how much leaves', [
          { label: 'Steps, Times, Tokens and Cost', detail: 'Nothing that a person or a model wrote', value: false },
          { label: 'Content Too', detail: 'Prompts, answers, tool arguments and outputs. Known secrets are taken out', value: true },
        ]);
      },
    },
  ]);
  if (!answered) return;
  const { format, scope, content } = answers;
  const target = scope === 'session' ? await oneSession(context, invokedOn) : await oneRepository(context);
  if (!target) return;
  const file = await askForFile(target.orchestrator, format);
  if (!file) return;
  const request = { format, content, sessionId: target.sessionId, ...(scope === 'week' ? { since: Date.now() - weekMs } : {}) };
  const { spans } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Exporting telemetry …' }, () => target.orchestrator.telemetryExports.writeFile(request, file));
  const show = 'Show in Folder';
  const chosen = await vscode.window.showInformationMessage(`${spans} ${spans === 1 ? 'span' : 'spans'} exported to ${path.basename(file)}.`, show);
  if (chosen === show) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(file));
}

interface Target {
  readonly orchestrator: Orchestrator;
  readonly sessionId?: string;
}

async function oneSession({ engines }: CommandContext, invokedOn: unknown): Promise<Target | undefined> {
  const chosen = await chooseSession(engines, invokedOn, { title: 'Export Telemetry', fits: /^session/, none: 'There is no session yet. Start one with "Amp: New Session...".' });
  return chosen && { orchestrator: chosen.orchestrator, sessionId: chosen.item.session.id };
}

async function oneRepository({ engines }: CommandContext): Promise<Target | undefined> {
  const orchestrators = await engines.require();
  const [only] = orchestrators;
  if (orchestrators.length === 1 && only) return { orchestrator: only };
  const picked = await vscode.window.showQuickPick(
    orchestrators.map((orchestrator) => ({ label: path.basename(orchestrator.repository.root), description: orchestrator.repository.root, orchestrator })),
    { title: 'Export Telemetry', placeHolder: 'Select a repository' },
  );
  return picked && { orchestrator: picked.orchestrator };
}

/** Beside the repository, not in it: what is exported is not to be committed by accident. */
async function askForFile({ repository }: Orchestrator, format: ExportFormat): Promise<string | undefined> {
  const { label, extension } = formats.find(({ value }) => value === format) ?? { label: 'JSON', extension: 'json' };
  const name = `${path.basename(repository.root)}-telemetry-${new Date().toISOString().slice(0, 10)}.${extension}`;
  const uri = await vscode.window.showSaveDialog({ title: 'Export Telemetry', defaultUri: vscode.Uri.file(path.join(path.dirname(repository.root), name)), filters: { [label]: [extension.split('.').at(-1) ?? extension] } });
  return uri?.fsPath;
}
