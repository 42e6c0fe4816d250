import { useEffect, useState, useSyncExternalStore } from 'react';
import type { WorkflowEditorSnapshot } from '../../../../src/protocol/workflowEditor';
import type { EditorHost, RunOverlay } from '../../slots';
import { createRunStore } from './runStore';

/** The execution that the snapshot shows, at the place where the person looks. */
export function useRunOverlay(host: EditorHost, snapshot: WorkflowEditorSnapshot | undefined): RunOverlay {
  const [store] = useState(() => createRunStore(host));
  useEffect(() => () => store.dispose(), [store]);
  useEffect(() => {
    if (snapshot !== undefined) store.show(snapshot);
  }, [store, snapshot]);
  return useSyncExternalStore(store.subscribe, store.overlay);
}
