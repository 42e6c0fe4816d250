import type { BudgetLimits } from '../../src/model/budget';
import { importedSessionPrefix, type ImportedCall, type ImportedSession } from '../../src/model/importedCall';
import type { CostBasis } from '../../src/model/money';
import type { Iteration, Session } from '../../src/model/session';
import type { AmpTraceEvent, Provider } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';

/** Model calls as the cost dashboard may meet them. */
export interface CostCall {
  readonly sessionId: string;
  readonly agent: string;
  readonly provider: Provider;
  readonly model: string;
  readonly ts: number;
  readonly usage: Usage;
  readonly costNano?: number;
  readonly costBasis: CostBasis;
  readonly durationMs: number;
  readonly firstTokenMs?: number;
  readonly failed?: boolean;
}

export interface CostStory {
  readonly sessions: readonly Session[];
  readonly importedSessions: readonly ImportedSession[];
  readonly iterations: ReadonlyMap<string, readonly Iteration[]>;
  readonly calls: readonly CostCall[];
  readonly limits: BudgetLimits;
  readonly now: number;
}

export function costSession(id: string, part: Partial<Session> = {}): Session {
  return { id, name: `Session ${id}`, prompt: 'Do it', agent: 'claudeCode', agentOptions: {}, baseBranch: 'main', baseSha: 'a'.repeat(40), branch: `amp/${id}`, worktree: `/trees/${id}`, status: 'ready', createdAt: 0, updatedAt: 0, ...part };
}

export function costIteration(sessionId: string, number: number, tsStart: number, part: Partial<Iteration> = {}): Iteration {
  return { id: `${sessionId}-${number}`, sessionId, number, prompt: 'Do it', status: 'succeeded', changedFiles: [], tsStart, tsEnd: tsStart + 60_000, ...part };
}

/** A call of 1,000 uncached and 9,000 cached tokens in, 500 out, for two cents. */
export function costCall(sessionId: string, ts: number, part: Partial<CostCall> = {}): CostCall {
  return {
    sessionId,
    agent: 'claudeCode',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    ts,
    usage: { input: { text: 1_000, cacheRead: 9_000, cacheWrite5m: 400, cacheWrite1h: 0 }, output: { text: 400, reasoning: 100 } },
    costNano: 20_000_000,
    costBasis: 'computed',
    durationMs: 4_000,
    firstTokenMs: 700,
    ...part,
  };
}

export function emptyCosts(now: number): CostStory {
  return { sessions: [], importedSessions: [], iterations: new Map(), calls: [], limits: {}, now };
}

export function spanOf(call: CostCall, id: string): AmpTraceEvent {
  const { sessionId, agent, provider, model, ts, usage, costNano, costBasis, durationMs, firstTokenMs, failed } = call;
  return {
    id,
    sessionId,
    tsStart: ts,
    tsEnd: ts + durationMs,
    type: 'agent',
    name: `${provider}:chat`,
    attrs: {},
    status: failed ? 'error' : 'success',
    agent,
    provider,
    model,
    usage,
    costBasis,
    ...(costNano === undefined ? {} : { costNano }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
  };
}

export function importedCallOf(call: CostCall, key: string): ImportedCall {
  const { sessionId, provider, model, ts, usage, costNano, costBasis } = call;
  return { key, sessionId, agent: 'claudeCode', ts, model, provider, usage, costBasis, ...(costNano === undefined ? {} : { costNano }) };
}

export function isImportedCall({ sessionId }: CostCall): boolean {
  return sessionId.startsWith(importedSessionPrefix);
}
