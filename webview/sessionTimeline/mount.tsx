import { createRoot } from 'react-dom/client';
import type { Disposable } from '../../src/base/disposable';
import type { Listen } from '../../src/base/events';
import type { TimelineContract } from '../../src/protocol/sessionTimeline';
import { ErrorBoundary } from '../shared/ErrorBoundary';
import type { PageApi } from '../shared/host';
import { connectHost } from '../shared/host';
import { registerControls } from '../shared/ui/toolkit';
import { App } from './App';
import { readPageState } from './pageState';
import { ErrorState } from './parts/States';
import { readSnapshot } from './readSnapshot';

/** Shows the timeline in `root`, whose `data-subject` names the session. */
export function mountTimeline(root: HTMLElement, api: PageApi, incoming: Listen<unknown>): Disposable {
  registerControls();
  const host = connectHost<TimelineContract>(api, incoming, readSnapshot);
  const initial = readPageState(api.getState(), root.dataset['subject'] ?? '');
  const react = createRoot(root);
  react.render(
    <ErrorBoundary
      fallback={(error, retry) => (
        <ErrorState
          error={{ code: 'unexpected', message: `The timeline could not be drawn: ${error.message}`, advice: 'The session itself is not affected.' }}
          onRetry={retry}
          onShowLog={() => host.act('showLog', {})}
        />
      )}
    >
      <App host={host} api={api} initial={initial} />
    </ErrorBoundary>,
  );
  return {
    dispose: () => {
      react.unmount();
      host.dispose();
    },
  };
}
