import { busyCosts } from './busyCosts';
import { costCall, costIteration, costSession, emptyCosts, type CostCall, type CostStory } from './costFixtures';

/** Costs that try a page's layout. */

export function oneSessionCosts(now: number): CostStory {
  const session = costSession('only', { name: 'Fix rounding in invoice totals', status: 'running', createdAt: now - 90_000, updatedAt: now - 1_000 });
  return { ...emptyCosts(now), sessions: [session], iterations: new Map([['only', [{ ...costIteration('only', 1, now - 80_000), status: 'running' }]]]), calls: [costCall('only', now - 60_000), costCall('only', now - 20_000)] };
}

/** Names that break layouts: very long, right to left, emoji; models without a price; a used-up limit. */
export function hardNamesCosts(now: number): CostStory {
  const names = ['Refactor '.repeat(23).slice(0, 200), 'تصحيح التقريب في مجموع الفواتير', 'תיקון עיגול בחשבוניות', '🧾👩‍👩‍👧‍👦🇩🇪 invoice ✅', 'x'.repeat(200)];
  const sessions = names.map((name, index) => costSession(`hard-${index}`, { name, branch: `amp/${name.slice(0, 40)}`, createdAt: now - 90_000, updatedAt: now - 1_000, budgetNano: 30_000_000 + index * 50_000_000 }));
  return {
    ...emptyCosts(now),
    sessions,
    iterations: new Map(sessions.map(({ id }) => [id, [costIteration(id, 1, now - 80_000)]])),
    calls: sessions.flatMap(({ id }, index): readonly CostCall[] => {
      const { costNano, ...call } = costCall(id, now - 60_000 - index * 3_600_000, { model: `${['vendor/', 'فاتورة-', '🦙'][index % 3] ?? ''}${'very-long-model-name-'.repeat(index + 1)}v${index}` });
      return index % 2 === 0 ? [{ ...call, costNano: (costNano ?? 0) * (index + 1) }] : [{ ...call, costBasis: 'unknown' as const }];
    }),
    limits: { dayNano: 40_000_000 },
  };
}

export function thousandSessionCosts(now: number): CostStory {
  return busyCosts(now, { sessions: 1_000, days: 60, imported: 30 });
}
