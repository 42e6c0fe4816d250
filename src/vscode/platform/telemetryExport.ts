import * as vscode from 'vscode';
import { explain } from '../../base/errors';
import type { ExportStatus } from '../../model/telemetryExport';
import type { Orchestrator } from '../../orchestrator';
import { commandIds, settingSection } from '../manifest';
import type { Engines } from './engines';

const section = `${settingSection}.export.otlp`;
const showLog = 'Show Log';

interface Running {
  readonly orchestrator: Orchestrator;
  readonly settings: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts and stops the live export of the opened repositories as the settings say. Off while no endpoint is set. An orchestrator that is
 * closed ends its exports itself.
 */
export class TelemetryExport implements vscode.Disposable {
  private readonly running = new Map<Orchestrator, Running>();
  private readonly listeners: vscode.Disposable[];
  /** Changes are made one after the other: stopping waits for what is queued. */
  private turn: Promise<void> = Promise.resolve();
  private problem: string | undefined;

  constructor(
    private readonly engines: Engines,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      engines.onDidChange(() => { this.follow(); }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(section)) return;
        this.problem = undefined;
        this.follow();
      }),
    ];
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.running.clear();
  }

  private follow(): void {
    this.turn = this.turn.then(() => this.reconcile()).catch((error: unknown) => { this.log.error(`The telemetry export could not be changed: ${explain(error)}`); });
  }

  private async reconcile(): Promise<void> {
    const settings = configured();
    const wanted = settings === undefined ? '' : JSON.stringify(settings);
    const opened = await this.engines.opened();
    for (const [orchestrator, running] of this.running) {
      if (running.settings === wanted && opened.includes(orchestrator)) continue;
      this.running.delete(orchestrator);
      await running.stop();
    }
    if (settings === undefined || this.problem === wanted) return;
    for (const orchestrator of opened) {
      if (this.running.has(orchestrator)) continue;
      try {
        await this.start(orchestrator, settings, wanted);
      } catch (error) {
        // Said once for these settings, not at every change of a session.
        this.problem = wanted;
        this.log.error(`The telemetry export is off: ${explain(error)}`);
        void this.warn(explain(error));
        return;
      }
    }
  }

  private async start(orchestrator: Orchestrator, settings: object, wanted: string): Promise<void> {
    const live = await orchestrator.telemetryExports.startLive(settings);
    this.log.info(`Telemetry of ${orchestrator.repository.root} is sent to ${live.status().endpoint}`);
    let warned = false;
    const listener = live.onDidChange((status) => {
      this.log.debug(`Telemetry export: ${describe(status)}`);
      if (status.dropped === 0 || warned) return;
      warned = true;
      this.log.warn(`Telemetry export: ${describe(status)}`);
      void this.warn(`Some telemetry did not reach ${status.endpoint}: ${status.lastError ?? 'the receiver does not say why'}. Sessions go on as before.`);
    });
    const stop = async (): Promise<void> => {
      listener.dispose();
      await orchestrator.telemetryExports.stopLive(live);
      this.log.info(`Telemetry export of ${orchestrator.repository.root} ended: ${describe(live.status())}`);
    };
    this.running.set(orchestrator, { orchestrator, settings: wanted, stop });
  }

  private async warn(message: string): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(`Telemetry export: ${message}`, showLog, 'Open Settings');
    if (chosen === showLog) await vscode.commands.executeCommand(commandIds.showLog);
    else if (chosen !== undefined) await vscode.commands.executeCommand('workbench.action.openSettings', section);
  }
}

/** As a person wrote them; they are checked where they are used. Undefined when no endpoint is set. */
function configured(): object | undefined {
  const configuration = vscode.workspace.getConfiguration(section);
  const endpoint = configuration.get<string>('endpoint')?.trim() ?? '';
  if (endpoint === '') return undefined;
  return { endpoint, protocol: configuration.get('protocol'), headers: configuration.get('headers'), content: configuration.get('content'), metrics: configuration.get('metrics'), dialect: configuration.get('dialect') };
}

function describe({ sent, dropped, queued, lastError }: ExportStatus): string {
  return `${sent} sent, ${queued} waiting, ${dropped} dropped${lastError === undefined ? '' : `, last error: ${lastError}`}`;
}
