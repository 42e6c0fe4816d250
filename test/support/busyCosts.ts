import { importedSessionPrefix, type ImportedSession } from '../../src/model/importedCall';
import { outsideSessions, type Iteration, type Session } from '../../src/model/session';
import type { Provider } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';
import { addDays, startOfDay } from '../../src/base/localDay';
import { costCall, costIteration, costSession, type CostCall, type CostStory } from './costFixtures';

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

/** Numbers from 0 to 1 that look random and are always the same. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
