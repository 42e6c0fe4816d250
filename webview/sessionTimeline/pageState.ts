import type { PageApi } from '../shared/host';
import { isRecord } from '../shared/host';

/** What a person set up in the page: kept across reloads. Data is fetched anew. */
export interface PageState {
  /** The session that the page shows: with it the host brings the page back after a window reload. */
  readonly subject: string;
  readonly selected: string | undefined;
  readonly detailsOpen: boolean;
  readonly collapsed: readonly string[];
  readonly filter: string;
  /** Undefined until a person chose: then a running session is followed and others are not. */
  readonly follow: boolean | undefined;
}

const collapsedLimit = 1_000;

export function readPageState(saved: unknown, subject: string): PageState {
  const fresh: PageState = { subject, selected: undefined, detailsOpen: false, collapsed: [], filter: '', follow: undefined };
  if (!isRecord(saved) || saved['subject'] !== subject) return fresh;
  const { selected, detailsOpen, collapsed, filter, follow } = saved;
  return {
    subject,
    selected: typeof selected === 'string' ? selected : undefined,
    detailsOpen: detailsOpen === true,
    collapsed: Array.isArray(collapsed) ? collapsed.filter((key) => typeof key === 'string') : [],
    filter: typeof filter === 'string' ? filter : '',
    follow: typeof follow === 'boolean' ? follow : undefined,
  };
}

export function savePageState(api: PageApi, state: PageState): void {
  api.setState({ ...state, collapsed: state.collapsed.slice(-collapsedLimit) });
}
