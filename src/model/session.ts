import type { NanoDollars } from './money';
import type { UsageByModel } from './usageByModel';

export const agentNames = ['amp', 'claudeCode', 'codex', 'gemini', 'opencode', 'command', 'replay'] as const;
export type AgentName = (typeof agentNames)[number];

/**
 * `ready`: nothing runs, work can go on or be merged · `running`: an iteration runs · `failed`: the last iteration failed ·
 * `stopped`: the last one was stopped by a person · `budget-exceeded`: a limit was reached in the last one, which holds until it is raised · `interrupted`: its process ended without a word ·
 * `conflict`: the last merge met conflicts · `merging` and `deleting`: that is under way · `merged`: its commit is on the base branch ·
 * `deleted`: worktree and branch are gone, the work is kept under its trash ref.
 */
export const sessionStatuses = ['ready', 'running', 'failed', 'stopped', 'budget-exceeded', 'interrupted', 'conflict', 'merging', 'merged', 'deleting', 'deleted'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** Statuses that a process holds while it works; when it ends without a word, the session is `interrupted`. */
export const heldStatuses: readonly SessionStatus[] = ['running', 'merging', 'deleting'];

/** The `sessionId` of spans that belong to no session. */
export const outsideSessions = 'outside';

/** One goal worked on in one worktree and branch. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly prompt: string;
  readonly agent: AgentName;
  /** What the driver needs beyond its name: a model, the argv of `command`, the recording of `replay`. */
  readonly agentOptions: AgentOptions;
  readonly baseBranch: string;
  /** Commit that the session's branch started from (later: was last rebased onto). */
  readonly baseSha: string;
  readonly branch: string;
  readonly worktree: string;
  readonly status: SessionStatus;
  /** Why it needs attention, in a person's words; absent when it does not. */
  readonly attention?: string;
  /** The commit on the base branch, once merged. */
  readonly mergedSha?: string;
  readonly trashRef?: string;
  /** The session's own limit; absent where the repository's default holds. */
  readonly budgetNano?: NanoDollars;
  /** The workflow execution that it belongs to. */
  readonly executionId?: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AgentOptions {
  readonly model?: string;
  /** Program and arguments of the `command` agent; `{prompt}` is replaced in any argument, else the prompt goes to stdin. */
  readonly argv?: readonly string[];
  /** File of the `replay` agent. */
  readonly recording?: string;
  /** 1 is the recorded speed, 0 is as fast as possible. */
  readonly speed?: number;
}

export const iterationStatuses = ['running', 'succeeded', 'failed', 'stopped', 'interrupted'] as const;
export type IterationStatus = (typeof iterationStatuses)[number];

/** One agent run in a session; ends with at most one commit made by the orchestrator. */
export interface Iteration {
  readonly id: string;
  readonly sessionId: string;
  /** 1-based. */
  readonly number: number;
  readonly prompt: string;
  readonly status: IterationStatus;
  readonly errorMessage?: string;
  /** The agent's own closing text. */
  readonly summary?: string;
  readonly commitSha?: string;
  readonly changedFiles: readonly ChangedFile[];
  /** The agent's own conversation id, for resuming. */
  readonly agentSessionId?: string;
  /** Usage of that whole conversation so far, as the agent told it: what the next run is measured from. */
  readonly conversationTotals?: UsageByModel;
  /** Set by any process that wants the run to end; the process that runs it obeys. */
  readonly stopRequestedAt?: number;
  readonly tsStart: number;
  readonly tsEnd?: number;
}

/** What a list of many sessions shows of each. */
export type SessionSummary = Pick<Session, 'id' | 'name' | 'branch' | 'status' | 'updatedAt' | 'budgetNano'>;

/** When an iteration ran and what came of it: what sums over many need to know. */
export type IterationRun = Pick<Iteration, 'sessionId' | 'number' | 'status' | 'tsStart' | 'tsEnd'>;

/** What a session is once its last iteration has ended and no limit holds it back. */
export function statusAfter({ status }: Pick<Iteration, 'status'>): SessionStatus {
  if (status === 'succeeded') return 'ready';
  return status === 'stopped' || status === 'interrupted' ? status : 'failed';
}

export interface ChangedFile {
  /** Relative to the worktree, with forward slashes. */
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  readonly previousPath?: string;
  /** Absent for binary files. */
  readonly linesAdded?: number;
  readonly linesDeleted?: number;
}

/** What the spans of a session (or of a day) add up to. */
export interface SpanTotals {
  readonly spans: number;
  readonly errors: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Sum of the known costs. */
  readonly costNano: NanoDollars;
  /** Spans with cost basis `unknown`: when above zero, `costNano` is a lower bound. */
  readonly unknownCosts: number;
  /** Spans with cost basis `approximate`. */
  readonly approximateCosts: number;
}
