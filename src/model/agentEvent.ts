import type { CostBasis, NanoDollars } from './money';
import type { Attributes, AttributeValue, Provider } from './span';
import type { Usage } from './usage';

/**
 * What any agent tells us, in one vocabulary. Drivers translate their program's output into a stream of these; nothing after them knows
 * which program ran. `ts` is epoch milliseconds: the agent's own time where it gives one, else when the line arrived.
 */
export type AgentEvent =
  | { readonly kind: 'sessionStarted'; readonly ts: number; readonly agentSessionId: string; readonly model?: string; readonly attrs?: Attributes }
  /** A model call became visible. `callId` is what later events of that call name. */
  | { readonly kind: 'callStarted'; readonly ts: number; readonly callId: string; readonly model?: string; readonly provider: Provider; readonly parentToolId?: string }
  /** `firstTokenMs`: from the request to the first piece of the answer, where the stream tells both. `usageIsFinal`: the last word on what it used was told before. */
  | { readonly kind: 'callFinished'; readonly ts: number; readonly callId: string; readonly stopReason?: string; readonly errorMessage?: string; readonly firstTokenMs?: number; readonly usageIsFinal?: true }
  | { readonly kind: 'text'; readonly ts: number; readonly text: string; readonly callId?: string; readonly parentToolId?: string }
  | { readonly kind: 'thought'; readonly ts: number; readonly text: string; readonly callId?: string; readonly parentToolId?: string }
  | { readonly kind: 'toolStarted'; readonly ts: number; readonly toolId: string; readonly name: string; readonly input: AttributeValue; readonly callId?: string; readonly parentToolId?: string }
  | { readonly kind: 'toolFinished'; readonly ts: number; readonly toolId: string; readonly isError: boolean; readonly output: string; readonly denied?: boolean }
  | UsageEvent
  /** The stream's own verdict on the run. */
  | { readonly kind: 'turnFinished'; readonly ts: number; readonly ok: boolean; readonly text?: string; readonly errorMessage?: string; readonly attrs?: Attributes }
  /** Something to show that does not end the run (a retry, a warning, a denied permission). */
  | { readonly kind: 'notice'; readonly ts: number; readonly severity: 'info' | 'warning' | 'error'; readonly message: string }
  /** A line that is valid JSON but of no known shape: kept in the recording, ignored otherwise. */
  | { readonly kind: 'raw'; readonly ts: number; readonly line: string };

export interface UsageEvent {
  readonly kind: 'usage';
  readonly ts: number;
  /** `call`: all that is known of one call so far, replaces what was known of it · `run`: the exact total of this run for one model, sub-agents included. */
  readonly scope: 'call' | 'run';
  readonly callId?: string;
  readonly model?: string;
  readonly provider: Provider;
  readonly usage: Usage;
  readonly costNano?: NanoDollars;
  readonly costBasis: CostBasis;
  /** Of a run: the program could not or did not tell all of it. `usage` is a lower bound (often nothing), and what the run cost is unknown. Of a call: the same for good, whatever is told of it besides; `usage` is nothing. */
  readonly incomplete?: true;
}
