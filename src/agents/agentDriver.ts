import type { OrchestratorError } from '../base/errors';
import type { Redactor } from '../base/redactor';
import type { AgentEvent } from '../model/agentEvent';
import type { AgentName, AgentOptions } from '../model/session';
import type { UsageByModel } from '../model/usageByModel';

/** The reason with which a run's signal is aborted when the program that runs it is closing. */
export const shutdownReason = 'shutdown';
/** The reason with which it is aborted when a budget is used up. */
export const budgetReason = 'budget';

export interface AgentRequest {
  readonly prompt: string;
  /** Absolute path of the session's worktree: the only place where the agent may work. */
  readonly cwd: string;
  readonly options: AgentOptions;
  /** The agent's own conversation to go on with. */
  readonly resume?: string;
  /** The `conversationTotals` of the last run of that conversation: some programs only tell the totals, and the difference is this run. */
  readonly mark?: UsageByModel;
  /** Marks every process of this run through its environment, so that strays can be found and ended. */
  readonly runMarker: string;
  /** The W3C trace context of this run, for tools of the agent that trace as well: https://www.w3.org/TR/trace-context/ */
  readonly traceparent?: string;
  /** Ends the run: in-protocol where there is a protocol, else the three-step kill. Aborted with `shutdownReason` it has to end within 4 s. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
  /** For what is cut before it is told: half a secret is not known as one. Events and lines are given as they came. */
  readonly redactor?: Redactor;
  /** Every line of the agent's output, before it is parsed. */
  readonly onLine: (line: string) => void;
}

export interface AgentOutcome {
  readonly status: 'succeeded' | 'failed' | 'stopped';
  /** Why it failed; absent otherwise. */
  readonly error?: OrchestratorError;
  readonly agentSessionId?: string;
  /** The agent's closing text. */
  readonly summary?: string;
  /** Usage of the whole conversation so far, as the program told it. Plain JSON, to be kept with `agentSessionId`. */
  readonly conversationTotals?: UsageByModel;
}

/** One kind of agent program. `run` never rejects for what the agent did wrong: that is the outcome. */
export interface AgentDriver {
  readonly name: AgentName;
  /** As a person knows it: "Claude Code". */
  readonly label: string;
  /** Throws `agent-missing` or `agent-not-configured` (or a `recording-…` error) when a run could not even start. */
  check(options: AgentOptions): Promise<void>;
  run(request: AgentRequest): Promise<AgentOutcome>;
}
