import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import type { WorkflowEditorContract } from '../../src/protocol/workflowEditor';
import type { PageApi } from '../shared/host';
import { connectHost } from '../shared/host';
import { mountPage } from '../shared/mountPage';
import { App } from './App';
import { readPageState } from './pageState';
import { readSnapshot } from './readSnapshot';

/** Shows the workflow editor in `root`, whose `data-subject` names the document. */
export function mountWorkflowEditor(root: HTMLElement, api: PageApi, incoming: Listen<unknown>): Disposable {
  const host = connectHost<WorkflowEditorContract>(api, incoming, readSnapshot);
  const initial = readPageState(api.getState(), root.dataset['subject'] ?? '');
  return mountPage(root, {
    host,
    what: 'The workflow',
    comfort: 'The file itself is not affected: it can be opened as text.',
    onShowLog: () => host.act('showLog', {}),
    children: <App host={host} api={api} initial={initial} />,
  });
}
