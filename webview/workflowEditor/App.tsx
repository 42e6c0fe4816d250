import type { ReactElement } from 'react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ReactFlowProvider } from 'reactflow';
import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import { Banner } from '../shared/Banner';
import { ErrorState, noAnswer } from '../shared/ErrorState';
import type { PageApi } from '../shared/host';
import { useSnapshot } from '../shared/useSnapshot';
import { useSlow, useTick } from '../shared/useTick';
import { Editor } from './Editor';
import { savePageState, type PageState } from './pageState';
import { KnownSizes } from './parts/KnownHandles';
import { useRunOverlay } from './parts/run/useRunOverlay';
import { Skeleton, Unreadable } from './parts/States';
import { readSnapshot } from './readSnapshot';
import { nothingSelected, type EditorHost } from './slots';
import { snapshotHost } from './snapshotHost';
import type { Reveal } from './useReveal';
import { useShownWorkflow } from './useShownWorkflow';

interface AppProps {
  readonly host: EditorHost;
  readonly api: PageApi;
  readonly initial: PageState;
}

export function App({ host, api, initial }: AppProps): ReactElement | null {
  const [state, setState] = useState(initial);
  const [wanted, setWanted] = useState<Reveal>({ nodes: [], number: 0 });
  const reveal = useCallback((nodes: readonly string[]) => setWanted((before) => ({ nodes, number: before.number + 1 })), []);
  const changeState = useCallback((change: (before: PageState) => Partial<PageState>) => setState((before) => ({ ...before, ...change(before) })), []);
  // Before the first snapshot is asked for, so that none is missed.
  useEffect(() => {
    const listening = host.onSnapshot(({ reveal: node }) => {
      if (node === undefined) return;
      changeState(() => ({ selection: { ...nothingSelected, nodes: [node] }, current: node, inspectorOpen: true }));
      reveal([node]);
    });
    return () => listening.dispose();
  }, [host, changeState, reveal]);
  const asking = useMemo(() => snapshotHost(host), [host]);
  const { latest, error, silent, retry } = useSnapshot(asking, isLive, readSnapshot);
  const slow = useSlow(latest === undefined && error === undefined && !silent);
  const snapshot = latest?.value;
  const overlay = useRunOverlay(host, snapshot);
  const [showPinned, setShowPinned] = useState<string>();
  const shown = useShownWorkflow(snapshot, showPinned !== undefined && showPinned === snapshot?.execution?.id);
  const tick = useTick(silent || error !== undefined);
  useEffect(() => savePageState(api, state), [api, state]);

  const showLog = (): void => host.act('showLog', {});
  if (latest === undefined || snapshot === undefined) {
    if (error !== undefined) return <ErrorState what="The workflow" error={error} onRetry={retry} onShowLog={showLog} />;
    if (silent) return <ErrorState what="The workflow" error={noAnswer} onRetry={retry} onShowLog={showLog} />;
    return slow ? <Skeleton /> : null;
  }
  if (shown === undefined) return <Unreadable snapshot={snapshot} host={host} />;
  const ageMs = Math.max(tick - latest.receivedAt, 0);
  return (
    <ReactFlowProvider>
      <KnownSizes>
        <div className="page">
          {(error !== undefined || silent) && <Banner error={error} takenAt={performance.timeOrigin + latest.receivedAt} ageMs={ageMs} onRetry={retry} onShowLog={showLog} />}
          <Editor host={host} snapshot={snapshot} shown={shown} overlay={overlay} state={state} changeState={changeState} wanted={wanted} reveal={reveal} onShowPinned={setShowPinned} />
        </div>
      </KnownSizes>
    </ReactFlowProvider>
  );
}

function isLive({ execution, executions }: WorkflowEditorSnapshot): boolean {
  return executions.some(({ id, status }) => id === execution?.id && status === 'running');
}
