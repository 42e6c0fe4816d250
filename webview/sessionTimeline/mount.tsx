import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import type { TimelineContract } from '../../src/protocol/sessionTimeline';
import type { PageApi } from '../shared/host';
import { connectHost } from '../shared/host';
import { mountPage } from '../shared/mountPage';
import { App } from './App';
import { readPageState } from './pageState';
import { readSnapshot } from './readSnapshot';

/** Shows the timeline in `root`, whose `data-subject` names the session. */
export function mountTimeline(root: HTMLElement, api: PageApi, incoming: Listen<unknown>): Disposable {
  const host = connectHost<TimelineContract>(api, incoming, readSnapshot);
  const initial = readPageState(api.getState(), root.dataset['subject'] ?? '');
  return mountPage(root, {
    host,
    what: 'The timeline',
    comfort: 'The session itself is not affected.',
    onShowLog: () => host.act('showLog', {}),
    children: <App host={host} api={api} initial={initial} />,
  });
}
