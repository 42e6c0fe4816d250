import { costGroups, namedRanges, type CostGroup, type CostQuery, type CostRange } from '../../src/model/costReport';
import type { CostWish } from '../../src/protocol/costDashboard';
import type { PageApi } from '../shared/host';
import { isRecord } from '../shared/host';
import type { SortOrder } from './sorting';

/** What a person set up in the page: kept across reloads. Data is fetched anew. */
export interface PageState {
  /** Folder of the repository; empty until a person chose: the first one. */
  readonly repository: string;
  readonly range: CostRange;
  readonly group: CostGroup;
  readonly imported: boolean;
  /** Charts that are shown as tables. */
  readonly tables: readonly string[];
  /** Cost over time as lines, not as bars. */
  readonly lines: boolean;
  /** What the breakdown is by. */
  readonly tab: CostGroup;
  /** Of each table that was sorted, by its name. */
  readonly sorts: Readonly<Record<string, SortOrder>>;
  /** Which colour a group was given, so that it keeps it. */
  readonly colours: Readonly<Record<string, number>>;
}

export const freshState: PageState = { repository: '', range: { kind: '7d' }, group: 'model', imported: true, tables: [], lines: false, tab: 'session', sorts: {}, colours: {} };

export function readPageState(saved: unknown): PageState {
  if (!isRecord(saved)) return freshState;
  const { repository, range, group, imported, tables, lines, tab, sorts, colours } = saved;
  return {
    repository: typeof repository === 'string' ? repository : freshState.repository,
    range: readRange(range) ?? freshState.range,
    group: readGroup(group) ?? freshState.group,
    imported: typeof imported === 'boolean' ? imported : freshState.imported,
    tables: Array.isArray(tables) ? tables.filter((name) => typeof name === 'string') : [],
    lines: lines === true,
    tab: readGroup(tab) ?? freshState.tab,
    sorts: isRecord(sorts) ? Object.fromEntries(Object.entries(sorts).filter((entry): entry is [string, SortOrder] => isSort(entry[1]))) : {},
    colours: isRecord(colours) ? Object.fromEntries(Object.entries(colours).filter((entry): entry is [string, number] => Number.isInteger(entry[1]))) : {},
  };
}

export function savePageState(api: PageApi, state: PageState): void {
  api.setState(state);
}

export function wishOf({ repository, range, group, imported }: PageState): CostWish {
  return { repository, query: { range, group, imported } };
}

/** Whether a report answers what is asked for now. */
export function answers(query: CostQuery, { range, group, imported }: PageState): boolean {
  return query.group === group && query.imported === imported && sameRange(query.range, range);
}

function sameRange(a: CostRange, b: CostRange): boolean {
  if (a.kind !== b.kind) return false;
  return a.kind !== 'custom' || b.kind !== 'custom' || (a.from === b.from && a.to === b.to);
}

function readRange(value: unknown): CostRange | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, from, to } = value;
  if (kind === 'custom') return typeof from === 'string' && typeof to === 'string' && isDayRange(from, to) ? { kind, from, to } : undefined;
  const named = namedRanges.find((name) => name === kind);
  return named && { kind: named };
}

/** Two days as date fields give them, the earlier one first. */
export function isDayRange(from: string, to: string): boolean {
  const day = /^[1-9]\d{3}-\d\d-\d\d$/;
  return day.test(from) && day.test(to) && from <= to;
}

function readGroup(value: unknown): CostGroup | undefined {
  return costGroups.find((group) => group === value);
}

function isSort(value: unknown): value is SortOrder {
  return isRecord(value) && typeof value['column'] === 'string' && typeof value['descending'] === 'boolean';
}
