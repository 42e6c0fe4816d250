import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import type { SnapshotHost } from '../shared/useSnapshot';
import type { EditorHost } from './slots';

/** The editor has no resource `snapshot`: whoever asks says that he listens again, and takes what comes next. */
export function snapshotHost(host: EditorHost): SnapshotHost<WorkflowEditorSnapshot> {
  return {
    ready: host.ready,
    onSnapshot: host.onSnapshot,
    onError: host.onError,
    request: (_resource, _params, signal) =>
      new Promise((resolve, reject) => {
        const listening = host.onSnapshot((snapshot) => {
          stop();
          resolve(snapshot);
        });
        const aborted = (): void => {
          stop();
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        function stop(): void {
          listening.dispose();
          signal.removeEventListener('abort', aborted);
        }
        signal.addEventListener('abort', aborted);
        host.ready();
      }),
  };
}
