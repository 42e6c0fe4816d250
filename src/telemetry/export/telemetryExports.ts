import type { Writable } from 'node:stream';
import type { Clock } from '../../base/clock';
import { newId } from '../../base/ids';
import type { ExportFormat, ExportScope, ExportSettings, ExportStatus, ExportSummary } from '../../model/telemetryExport';
import type { AmpTracer } from '../tracer';
import { csvFile } from './csvFile';
import { settingsFromEnvironment } from './environmentSettings';
import { ExportHeaders } from './exportHeaders';
import { exportSettings } from './exportSettings';
import { jsonFile } from './jsonFile';
import type { LeavingOptions } from './leavingSpan';
import { defaultLiveExportLimits, LiveExport, type LiveExportLimits } from './liveExport';
import type { OtlpEncoder } from './otlpEncoder';
import { perfettoFile } from './perfettoFile';
import type { ExportRedactor } from './redactor';
import { otlpFile, sendSessions } from './sendSessions';
import { sessionSpans, type SessionSpans, type SpanSource } from './sessionSpans';
import { TraceSender } from './traceSender';
import { streamText, writeText } from './writeText';

export interface TelemetryExportsContext {
  readonly tracer: AmpTracer;
  readonly source: SpanSource;
  readonly redactor: ExportRedactor;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly log: { warn(message: string): void };
  readonly limits?: LiveExportLimits;
}

export interface FileExport extends ExportScope {
  readonly format: ExportFormat;
  /** Also prompts, answers, tool arguments and outputs, redacted. */
  readonly content: boolean;
}

/** How telemetry leaves a repository's store. Nothing leaves unless one of these is called. */
export class TelemetryExports {
  private readonly live = new Set<LiveExport>();
  /** Tells the processes that send to one receiver apart. */
  private readonly instanceId = newId();

  constructor(private readonly context: TelemetryExportsContext) {}

  /**
   * Sends spans as they end, until it is closed.
   * @throws OrchestratorError `endpoint-invalid`, `invalid-argument`, `key-missing`
   */
  async startLive(given: unknown): Promise<LiveExport> {
    const settings = exportSettings(given);
    const encoder = await this.encoderFor(settings);
    const live = new LiveExport({ ...this.context, settings, encoder, limits: this.context.limits ?? defaultLiveExportLimits });
    this.live.add(live);
    return live;
  }

  /** The same with what the environment says; undefined when it names no endpoint. Throws as `startLive`. */
  async startFromEnvironment(): Promise<LiveExport | undefined> {
    const settings = settingsFromEnvironment(this.context.env);
    return settings && this.startLive(settings);
  }

  /** What the environment says of the export; undefined when it names no endpoint. Throws as `startLive`. */
  environmentSettings(): ExportSettings | undefined {
    return settingsFromEnvironment(this.context.env);
  }

  /** Of the exports that run. */
  status(): ExportStatus[] {
    return [...this.live].map((live) => live.status());
  }

  async stopLive(live: LiveExport): Promise<void> {
    this.live.delete(live);
    await live.close();
    const { dropped, sent, endpoint, lastError } = live.status();
    if (dropped > 0) this.context.log.warn(`Telemetry export: ${dropped} of ${dropped + sent} spans did not reach ${endpoint}${lastError === undefined ? '' : `: ${lastError}`}.`);
  }

  /**
   * Sends what is on record to a receiver, once.
   * @throws OrchestratorError as `startLive`, `session-missing`, `export-failed`
   */
  async send(given: unknown, scope: ExportScope, signal: AbortSignal): Promise<ExportSummary> {
    const settings = exportSettings(given);
    const encoder = await this.encoderFor(settings);
    const sender = new TraceSender({ ...this.context, settings, encoder, policy: (this.context.limits ?? defaultLiveExportLimits).send, signal });
    return sendSessions(sessionSpans(this.context.source, scope), sender, { ...settings, redactor: this.context.redactor });
  }

  /**
   * Writes a file, whole or not at all.
   * @throws OrchestratorError `session-missing`, `disk-full`, `export-failed`, `stopped`
   */
  async writeFile(request: FileExport, file: string, signal?: AbortSignal): Promise<ExportSummary> {
    const summary = emptySummary();
    await writeText(file, this.textOf(request, summary), signal);
    return summary;
  }

  /** Writes the text of a file to a stream, which stays open. Throws as `writeFile`. */
  async writeTo(stream: Writable, request: FileExport, signal?: AbortSignal): Promise<ExportSummary> {
    const summary = emptySummary();
    await streamText(stream, this.textOf(request, summary), signal);
    return summary;
  }

  /** Ends what runs, within two seconds. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.live].map((live) => this.stopLive(live)));
  }

  /** In pieces: memory holds a few pages of spans, however many there are. */
  private async *textOf(request: FileExport, summary: Summary): AsyncGenerator<string | Uint8Array> {
    const policy: LeavingOptions = { content: request.content, redactor: this.context.redactor, dialect: 'v1.41' };
    const sessions = sessionSpans(this.context.source, request);
    switch (request.format) {
      case 'json':
        return yield* jsonFile(counted(sessions, summary), policy, this.context.clock.now());
      case 'csv':
        return yield* csvFile(counted(sessions, summary), policy);
      case 'perfetto':
        return yield* perfettoFile(counted(sessions, summary), policy);
      case 'otlp':
        return yield* otlpFile(sessions, await this.loadEncoder({ protocol: 'http/json', dialect: policy.dialect }), policy, summary);
    }
  }

  /** Made before anything is sent: a header without its value is better known at once. */
  private async encoderFor(settings: ExportSettings): Promise<OtlpEncoder> {
    new ExportHeaders(settings.headers, this.context.env, this.context.redactor).resolve();
    return this.loadEncoder(settings);
  }

  private async loadEncoder(settings: Pick<ExportSettings, 'protocol' | 'dialect'>): Promise<OtlpEncoder> {
    const { createOtlpEncoder } = await import('./otlpSerializers');
    return createOtlpEncoder(settings, this.instanceId);
  }
}

type Summary = { -readonly [K in keyof ExportSummary]: ExportSummary[K] };

function emptySummary(): Summary {
  return { sessions: 0, spans: 0, leftOut: 0 };
}

async function* counted(sessions: AsyncIterable<SessionSpans>, summary: Summary): AsyncGenerator<SessionSpans> {
  for await (const each of sessions) {
    summary.sessions++;
    let counting = true;
    yield {
      ...each,
      async *pages() {
        // Whoever reads them twice writes them once.
        const first = counting;
        counting = false;
        for await (const page of each.pages()) {
          if (first) summary.spans += page.length;
          yield page;
        }
      },
    };
  }
}
