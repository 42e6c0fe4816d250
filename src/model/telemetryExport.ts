/** Formats in which telemetry leaves the store. `otlp` is OTLP as JSON, one request a line, where it goes to a file. */
export const exportFormats = ['otlp', 'json', 'csv', 'perfetto'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const otlpProtocols = ['http/protobuf', 'http/json'] as const;
export type OtlpProtocol = (typeof otlpProtocols)[number];

export const exportDialects = ['v1.41', 'latest'] as const;
export type ExportDialect = (typeof exportDialects)[number];

/** Where spans are sent while they are made. Nothing is sent unless a person has given an endpoint. */
export interface ExportSettings {
  /** Base URL of an OTLP/HTTP receiver, `http:` or `https:`; `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  readonly protocol: OtlpProtocol;
  /** Sent with each request. A value may hold `${env:NAME}`, resolved when it is sent. All of them are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** Also what was written: prompts, answers, tool arguments and outputs, messages of errors, names of branches. Redacted. */
  readonly content: boolean;
  /** Version of OpenTelemetry's GenAI names. */
  readonly dialect: ExportDialect;
  readonly metrics: boolean;
}

export interface ExportStatus {
  /** Without headers. */
  readonly endpoint: string;
  /** Spans that wait to be sent. */
  readonly queued: number;
  readonly sent: number;
  /** Spans that were never taken: the queue was full, or the receiver refused them for good. */
  readonly dropped: number;
  /** In a person's words; absent while all went well. */
  readonly lastError?: string;
  /** Epoch milliseconds. */
  readonly lastSuccessAt?: number;
}

/** Which spans are exported to a file, or sent once. */
export interface ExportScope {
  /** All sessions, if absent. */
  readonly sessionId?: string | undefined;
  /** Epoch milliseconds: spans that were under way then, or started later. */
  readonly since?: number | undefined;
}

export interface ExportSummary {
  readonly sessions: number;
  readonly spans: number;
  /** Spans that have not ended: OTLP knows only ended ones, so they are left out there. */
  readonly leftOut: number;
}
