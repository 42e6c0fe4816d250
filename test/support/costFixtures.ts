import type { BudgetLimits } from '../../src/model/budget';
import type { CostQuery, CostReport } from '../../src/model/costReport';
import { importedSessionPrefix, type ImportedCall, type ImportedSession } from '../../src/model/importedCall';
import type { CostBasis } from '../../src/model/money';
import { outsideSessions, type Iteration, type Session } from '../../src/model/session';
import type { AmpTraceEvent, Provider } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';
import { latencyBase, type CallTotals, type LatencyKind, type LatencyRow, type UsageDimension, type UsageRow } from '../../src/model/usageRow';
import { addTotals, noCalls } from '../../src/model/callTotals';
import { costPeriod } from '../../src/telemetry/report/costPeriod';
import { costReport, type PeriodTotals } from '../../src/telemetry/report/costReport';
import { addDays, startOfDay } from '../../src/base/localDay';

/** Model calls as the cost dashboard may meet them: as spans for a store, and added up here as a store would. */
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

export const lastWeek: CostQuery = { range: { kind: '7d' }, group: 'model', imported: true };

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

const models: readonly (readonly [Provider, string, number])[] = [
  ['anthropic', 'claude-sonnet-4-5', 1],
  ['anthropic', 'claude-opus-4-5', 2.4],
  ['openai', 'gpt-5.1-codex', 0.7],
  ['google', 'gemini-3-pro', 0.6],
  ['anthropic', 'claude-haiku-4-5', 0.2],
  ['openai', 'gpt-5-mini', 0.1],
  ['openai', 'gpt-5-nano', 0.02],
  ['local', 'qwen3-coder:30b', 0],
];
const agents = ['claudeCode', 'codex', 'gemini', 'amp'] as const;
const goals = ['Fix rounding in invoice totals', 'Dark mode for settings', 'Upgrade router', 'Faster search', 'Import of CSV files', 'Retry failed payments', 'Typed events', 'Smaller images'];

/** Work of `days` days: so many sessions, models of several prices, one without a price, errors, imported runs, limits. Always the same. */
export function busyCosts(now: number, { sessions: count = 24, days = 20, imported = 3 } = {}): CostStory {
  const random = sequence(7);
  const sessions: Session[] = [];
  const iterations = new Map<string, readonly Iteration[]>();
  const calls: CostCall[] = [];
  for (let index = 0; index < count; index++) {
    const id = `session-${String(index).padStart(4, '0')}`;
    // No work on every sixth day: a gap.
    const daysAgo = Math.floor((index * days) / count);
    const start = Math.min(addDays(startOfDay(now), -(daysAgo % 6 === 4 ? daysAgo + 1 : daysAgo)) + (9 + random() * 3) * 3_600_000, now - 1_800_000 * random() - 60_000);
    const runs = 1 + Math.floor(random() * 3);
    const agent = agents[index % agents.length] ?? 'amp';
    const list: Iteration[] = [];
    for (let run = 0; run < runs; run++) {
      const begin = Math.min(start + run * 1_200_000, now - 30_000);
      const running = index === 0 && run === runs - 1;
      const { tsEnd, ...open } = costIteration(id, run + 1, begin, { tsEnd: Math.min(begin + 240_000, now), status: running ? 'running' : random() < 0.12 ? 'failed' : 'succeeded' });
      list.push(running || tsEnd === undefined ? open : { ...open, tsEnd });
      const [provider, model, price] = models[Math.floor(random() * random() * models.length)] ?? ['anthropic', 'claude-sonnet-4-5', 1];
      const rounds = 3 + Math.floor(random() * 9);
      for (let round = 0; round < rounds; round++) {
        const ts = Math.min(begin + round * 20_000, now - 1_000);
        calls.push(busyCall({ sessionId: id, agent, provider, model, ts, price, round, random }));
      }
    }
    const last = list.at(-1);
    iterations.set(id, list);
    sessions.push(
      costSession(id, {
        name: `${goals[index % goals.length] ?? ''}${index >= goals.length ? ` ${Math.floor(index / goals.length) + 1}` : ''}`,
        agent,
        branch: `amp/${id}`,
        status: index === 0 ? 'running' : last?.status === 'failed' ? 'failed' : index % 3 === 0 ? 'merged' : 'ready',
        createdAt: start - 1_000,
        updatedAt: Math.min((last?.tsEnd ?? now) + 500, now),
        ...(index % 7 === 0 ? { budgetNano: 1_500_000_000 } : {}),
      }),
    );
  }
  const importedSessions = Array.from({ length: imported }, (_, index): ImportedSession => {
    const firstTs = addDays(now, -index * 2) - 7_200_000;
    for (let round = 0; round < 6; round++) {
      calls.push(costCall(`${importedSessionPrefix}claudeCode:${index}`, firstTs + round * 60_000, { model: 'claude-opus-4-5', costNano: 61_234_567 }));
    }
    return { id: `${importedSessionPrefix}claudeCode:${index}`, agent: 'claudeCode', title: `Terminal run ${index + 1}`, cwd: '/home/ada/invoices', branch: 'main', firstTs, lastTs: firstTs + 360_000 };
  });
  calls.push(costCall(outsideSessions, now - 5_000_000, { agent: 'api', provider: 'openai', model: 'gpt-5-mini', costNano: 1_200_000, costBasis: 'approximate' }));
  return { sessions, importedSessions, iterations, calls, limits: { dayNano: 10_000_000_000 }, now };
}

interface BusyCall {
  readonly sessionId: string;
  readonly agent: string;
  readonly provider: Provider;
  readonly model: string;
  readonly ts: number;
  readonly price: number;
  readonly round: number;
  readonly random: () => number;
}

function busyCall({ sessionId, agent, provider, model, ts, price, round, random }: BusyCall): CostCall {
  const usage: Usage = {
    input: { text: 400 + Math.floor(random() * 2_000), cacheRead: 6_000 + round * 3_000, cacheWrite5m: 800, cacheWrite1h: 0 },
    output: { text: 300 + Math.floor(random() * 900), reasoning: Math.floor(random() * 400) },
  };
  const { costNano: _costNano, ...call } = costCall(sessionId, ts);
  return {
    ...call,
    agent,
    provider,
    model,
    usage,
    durationMs: 1_500 + random() * random() * 30_000,
    firstTokenMs: 300 + random() * 1_500,
    failed: random() < 0.03,
    costBasis: price === 0 ? 'unknown' : 'computed',
    ...(price === 0 ? {} : { costNano: Math.round((usage.input.text * 3_000 + usage.input.cacheRead * 300 + usage.output.text * 15_000) * price * 2) }),
  };
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

/** The report of a story, added up without a store. */
export function storyReport(story: CostStory, query: CostQuery = lastWeek): CostReport {
  const { now, sessions, importedSessions, iterations, limits } = story;
  const compared = costPeriod(query.range, now);
  const within = ({ fromMs = -Infinity, toMs }: { readonly fromMs?: number; readonly toMs: number }, imported: boolean): readonly CostCall[] =>
    story.calls.filter((call) => call.ts >= fromMs && call.ts < toMs && (imported || !isImportedCall(call)));
  const totals = (period: { readonly fromMs?: number; readonly toMs: number }): PeriodTotals => ({
    all: total(within(period, query.imported)),
    own: total(within(period, false)),
    outside: total(within(period, false).filter(({ sessionId }) => sessionId === outsideSessions)),
  });
  const calls = within(compared.period, query.imported);
  const today = within({ fromMs: startOfDay(now), toMs: now }, false);
  const grouped: Record<CostQuery['group'], readonly UsageDimension[]> = { model: ['hour', 'provider', 'model'], session: ['hour', 'session'], agent: ['hour', 'agent'], branch: ['hour', 'session'] };
  return costReport({
    query,
    compared,
    period: totals(compared.period),
    previous: compared.previous && totals(compared.previous),
    byHour: usageRows(calls, grouped[query.group], 1_800_000),
    byModel: usageRows(calls, ['provider', 'model']),
    bySession: usageRows(calls, ['session', 'agent']),
    latencies: latencyRows(calls),
    outcomes: [],
    limits,
    today: total(today),
    hoursToday: usageRows(today, ['hour']),
    spentBySession: usageRows(within({ toMs: now }, false), ['session']),
    sessions,
    importedSessions: query.imported ? importedSessions : [],
    iterations,
    now,
  });
}

/** Hours may be shorter: no time zone begins its days at another time than a half-hour. */
export function usageRows(calls: readonly CostCall[], by: readonly UsageDimension[], hourMs = 3_600_000): readonly UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const call of calls) {
    const group = {
      ...(by.includes('hour') ? { hour: Math.floor(call.ts / hourMs) * hourMs } : {}),
      ...(by.includes('session') ? { sessionId: call.sessionId } : {}),
      ...(by.includes('agent') ? { agent: call.agent } : {}),
      ...(by.includes('provider') ? { provider: call.provider } : {}),
      ...(by.includes('model') ? { model: call.model } : {}),
    };
    const key = JSON.stringify(group);
    rows.set(key, { ...group, ...addTotals(rows.get(key) ?? noCalls, callTotals(call)) });
  }
  return [...rows.values()];
}

function latencyRows(calls: readonly CostCall[]): readonly LatencyRow[] {
  const rows = new Map<string, { readonly row: Omit<LatencyRow, 'buckets'>; readonly counts: Map<number, number> }>();
  const add = ({ provider, model }: CostCall, kind: LatencyKind, ms: number): void => {
    const key = `${provider} ${model} ${kind}`;
    const { counts } = rows.get(key) ?? rows.set(key, { row: { provider, model, kind }, counts: new Map() }).get(key) ?? { counts: new Map<number, number>() };
    const bucket = Math.max(0, Math.floor(Math.log(ms) / Math.log(latencyBase)));
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  for (const call of calls) {
    // Logs of agents do not say how long a call took.
    if (call.failed || isImportedCall(call)) continue;
    add(call, 'duration', call.durationMs);
    if (call.firstTokenMs !== undefined) add(call, 'firstToken', call.firstTokenMs);
  }
  return [...rows.values()].map(({ row, counts }) => ({ ...row, buckets: [...counts].map(([bucket, count]) => ({ bucket, count })) }));
}

function total(calls: readonly CostCall[]): CallTotals {
  return calls.map(callTotals).reduce(addTotals, noCalls);
}

function callTotals({ usage, costNano, costBasis, failed }: CostCall): CallTotals {
  return { calls: 1, errors: failed ? 1 : 0, usage, costNano: costNano ?? 0, unknownCosts: costBasis === 'unknown' ? 1 : 0, approximateCosts: costBasis === 'approximate' ? 1 : 0 };
}

/** Numbers from 0 to 1 that look random and are always the same. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
