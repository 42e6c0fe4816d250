import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import type { CostContract } from '../../src/protocol/costDashboard';
import type { PageApi } from '../shared/host';
import { connectHost } from '../shared/host';
import { mountPage } from '../shared/mountPage';
import { CostDashboard } from './App';
import { readPageState, wishOf } from './pageState';
import { readSnapshot } from './readSnapshot';

/** Shows the cost dashboard in `root`. */
export function mountCosts(root: HTMLElement, api: PageApi, incoming: Listen<unknown>): Disposable {
  const host = connectHost<CostContract>(api, incoming, readSnapshot);
  const initial = readPageState(api.getState());
  // Before the page is ready: its first snapshot is to be what it shows.
  host.act('show', wishOf(initial));
  return mountPage(root, { host, what: 'The costs', comfort: 'The costs themselves are not affected.', onShowLog: () => host.act('showLog', {}), children: <CostDashboard host={host} api={api} initial={initial} /> });
}
