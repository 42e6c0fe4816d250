import { costGroups, namedRanges, type CostReport } from '../../src/model/costReport';
import type { CostlyStep, CostSnapshot } from '../../src/protocol/costDashboard';
import { isRecord } from '../shared/host';

type Fields = Readonly<Record<string, unknown>>;

/** The snapshot in a message, or undefined when anything in it is not as the page needs it. */
export function readSnapshot(value: unknown): CostSnapshot | undefined {
  if (!isRecord(value)) return undefined;
  const { repositories, repository, takenAt, report } = value;
  const fits = listOf(repositories, (one) => texts(one, ['id', 'name'])) && typeof repository === 'string' && isNumber(takenAt) && (report === undefined || isReport(report));
  return fits ? (value as unknown as CostSnapshot) : undefined;
}

export function readSteps(value: unknown): readonly CostlyStep[] | undefined {
  const fits = listOf(value, (one) => texts(one, ['id', 'name']) && numbers(one, ['tsStart', 'costNano', 'tokens']));
  return fits ? (value as readonly CostlyStep[]) : undefined;
}

function isReport(value: unknown): value is CostReport {
  if (!isRecord(value)) return false;
  const { query, period, totals, iterations, previous, buckets, series, groups, models, success, budgets } = value;
  return (
    isQuery(query) &&
    numbers(value, ['takenAt', 'sessions', 'runningSessions', 'importedSessions']) &&
    isRecord(period) && texts(period, ['words']) && numbers(period, ['toMs']) &&
    isTotals(totals) &&
    isIterations(iterations) &&
    (previous === undefined || (isRecord(previous) && texts(previous, ['words']) && isTotals(previous['totals']) && isIterations(previous['iterations']))) &&
    listOf(buckets, (one) => texts(one, ['label']) && numbers(one, ['fromMs', 'toMs']) && isTotals(one['totals'])) &&
    listOf(series, isSeries) &&
    isRecord(groups) && costGroups.every((group) => isTable(groups[group])) &&
    listOf(models, (one) => texts(one, ['key', 'model', 'provider']) && isTotals(one['totals']) && optional(one['duration'], isPercentiles) && optional(one['firstToken'], isPercentiles)) &&
    isRecord(success) && ['sessions', 'iterations', 'evaluations', 'workflows'].every((name) => isRecord(success[name]) && numbers(success[name], ['succeeded', 'total'])) &&
    isRecord(budgets) && isRecord(budgets['day']) && isTotals(budgets['day']['spent']) && numbers(budgets, ['moreSessions']) &&
    listOf(budgets['sessions'], (one) => texts(one, ['sessionId', 'label']) && numbers(one, ['limitNano']) && isTotals(one['spent']))
  );
}

function isQuery(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value['range'])) return false;
  const { range, group, imported } = value;
  const named = namedRanges.some((name) => name === range['kind']) || (range['kind'] === 'custom' && texts(range, ['from', 'to']));
  return named && costGroups.some((name) => name === group) && typeof imported === 'boolean';
}

function isTotals(value: unknown): boolean {
  if (!isRecord(value) || !numbers(value, ['calls', 'errors', 'costNano', 'unknownCosts', 'approximateCosts'])) return false;
  const { usage } = value;
  return isRecord(usage) && isRecord(usage['input']) && isRecord(usage['output']) && numbers(usage['input'], ['text', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']) && numbers(usage['output'], ['text', 'reasoning']);
}

function isIterations(value: unknown): boolean {
  return isRecord(value) && numbers(value, ['count']) && isTotals(value['totals']);
}

function isSeries(one: Fields): boolean {
  const { cells } = one;
  return texts(one, ['key', 'label']) && Array.isArray(cells) && cells.every((cell: unknown) => cell === null || (isRecord(cell) && numbers(cell, ['costNano', 'unknownCosts', 'approximateCosts', 'tokens'])));
}

function isTable(value: unknown): boolean {
  return isRecord(value) && listOf(value['rows'], (one) => texts(one, ['key', 'label']) && isTotals(one['totals'])) && optional(value['rest'], (rest) => numbers(rest, ['count']) && isTotals(rest['totals']));
}

function isPercentiles(value: Fields): boolean {
  return numbers(value, ['p50', 'p95', 'count']);
}

function optional(value: unknown, check: (value: Fields) => boolean): boolean {
  return value === undefined || (isRecord(value) && check(value));
}

function listOf(value: unknown, check: (one: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((one: unknown) => isRecord(one) && check(one));
}

function texts(value: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function numbers(value: Fields, names: readonly string[]): boolean {
  return names.every((name) => isNumber(value[name]));
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
