import type { CostBasis, NanoDollars } from './money';
import type { Provider } from './span';
import type { Usage } from './usage';

/** Programs whose own logs on disk are read. */
export const importAgents = ['claudeCode', 'codex', 'gemini', 'opencode', 'amp'] as const;
export type ImportAgent = (typeof importAgents)[number];

/** One model call that an agent made outside the product, as its own log says. */
export interface ImportedCall {
  /** The same for the same call wherever it is found again; the last word wins. */
  readonly key: string;
  /** Id of the `ImportedSession`. */
  readonly sessionId: string;
  readonly agent: ImportAgent;
  /** Epoch milliseconds. */
  readonly ts: number;
  readonly model?: string;
  readonly provider: Provider;
  readonly usage: Usage;
  readonly costNano?: NanoDollars;
  readonly costBasis: CostBasis;
}

export interface ImportedSession {
  /** `import:<agent>:<the agent's own id>`: never that of a session of ours. */
  readonly id: string;
  readonly agent: ImportAgent;
  readonly title?: string;
  readonly cwd: string;
  readonly branch?: string;
  readonly firstTs: number;
  readonly lastTs: number;
}

/** How far a log has been read. */
export interface ImportedFile {
  readonly path: string;
  readonly agent: ImportAgent;
  readonly size: number;
  readonly mtimeMs: number;
  /** Bytes that have been read; always the end of a line. */
  readonly offset: number;
  /** What its reader needs to go on from there: JSON, opaque to the store. */
  readonly state: string;
}

export const importedSessionPrefix = 'import:';
