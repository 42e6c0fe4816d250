import type { ReactElement } from 'react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { TimelineContract, TimelineSnapshot } from '../../src/protocol/sessionTimeline';
import { Banner } from '../shared/Banner';
import { ErrorState, noAnswer } from '../shared/ErrorState';
import type { Host, PageApi } from '../shared/host';
import { useSnapshot } from '../shared/useSnapshot';
import { useSlow, useTick } from '../shared/useTick';
import { parseFilter } from './filter';
import { allNodes, buildTree, parentKeys, timelineRows } from './model';
import type { PageState } from './pageState';
import { savePageState } from './pageState';
import { Announcer } from './parts/Announcer';
import { Details } from './parts/Details';
import { Head } from './parts/Head';
import { List } from './parts/List';
import { EmptyState, NoMatch, Skeleton } from './parts/States';
import { Toolbar } from './parts/Toolbar';
import { readSnapshot } from './readSnapshot';
import { timeAxis } from './timeAxis';

interface AppProps {
  readonly host: Host<TimelineContract>;
  readonly api: PageApi;
  readonly initial: PageState;
}

export function App({ host, api, initial }: AppProps): ReactElement | null {
  const [state, setState] = useState(initial);
  const change = useCallback((part: Partial<PageState>) => setState((before) => ({ ...before, ...part })), []);
  // Before the first snapshot is asked for, so that none is missed.
  useEffect(() => {
    const listening = host.onSnapshot(({ select }) => {
      if (select !== undefined) change({ selected: select, detailsOpen: true, filter: '', collapsed: [], follow: false });
    });
    return () => listening.dispose();
  }, [host, change]);
  const { latest, error, silent, retry } = useSnapshot(host, isLive, readSnapshot);
  const slow = useSlow(latest === undefined && error === undefined && !silent);
  const snapshot = latest?.value;
  const running = snapshot !== undefined && isLive(snapshot);
  const tick = useTick(running || silent || error !== undefined);

  useEffect(() => savePageState(api, state), [api, state]);

  const tree = useMemo(() => (snapshot === undefined ? [] : buildTree(snapshot)), [snapshot]);
  const filter = useMemo(() => parseFilter(state.filter), [state.filter]);
  const collapsed = useMemo(() => new Set(state.collapsed), [state.collapsed]);
  const rows = useMemo(() => timelineRows(tree, { collapsed, filter }), [tree, collapsed, filter]);
  const matches = useMemo(() => (filter === undefined ? undefined : allNodes(tree).filter((node) => filter.matches(node)).length), [tree, filter]);
  const selected = useMemo(() => allNodes(tree).find((node) => node.key === state.selected), [tree, state.selected]);

  const showLog = (): void => host.act('showLog', {});
  if (latest === undefined || snapshot === undefined) {
    if (error !== undefined) return <ErrorState what="The timeline" error={error} onRetry={retry} onShowLog={showLog} />;
    if (silent) return <ErrorState what="The timeline" error={noAnswer} onRetry={retry} onShowLog={showLog} />;
    return slow ? <Skeleton /> : null;
  }

  const ageMs = Math.max(tick - latest.receivedAt, 0);
  // The host's clock, carried on by ours: in a remote window the two may differ.
  const now = snapshot.takenAt + ageMs;
  const axis = timeAxis(tree, running ? now : snapshot.takenAt);
  const follow = state.follow ?? running;
  const setCollapsed = (key: string, isCollapsed: boolean): void => change({ collapsed: isCollapsed ? [...state.collapsed, key] : state.collapsed.filter((other) => other !== key) });

  return (
    <div className="page">
      <Head snapshot={snapshot} workMs={axis.busyMs} host={host} />
      {(error !== undefined || silent) && <Banner error={error} takenAt={snapshot.takenAt} ageMs={ageMs} onRetry={retry} onShowLog={showLog} />}
      {snapshot.spans.length === 0 && snapshot.iterations.length === 0 ? (
        <EmptyState session={snapshot.session} host={host} />
      ) : (
        <>
          <Toolbar
            filter={state.filter}
            matches={matches}
            onFilter={(text) => change({ filter: text })}
            follow={follow}
            onFollow={(on) => change({ follow: on })}
            onCollapseAll={() => change({ collapsed: [...parentKeys(tree)] })}
            onExpandAll={() => change({ collapsed: [] })}
          />
          <div className="split">
            {rows.length === 0 ? (
              <NoMatch onClear={() => change({ filter: '' })} />
            ) : (
              <List
                rows={rows}
                axis={axis}
                now={now}
                selected={state.selected}
                reveal={snapshot.select}
                detailsOpen={state.detailsOpen && selected !== undefined}
                follow={follow}
                onFollow={(on) => change({ follow: on })}
                onSelect={(key) => change({ selected: key })}
                onOpen={(key) => change({ selected: key, detailsOpen: true })}
                onClose={() => change({ detailsOpen: false })}
                onCollapse={setCollapsed}
              />
            )}
            {state.detailsOpen && selected !== undefined && <Details key={selected.key} node={selected} now={now} host={host} onClose={() => change({ detailsOpen: false })} />}
          </div>
        </>
      )}
      <Announcer snapshot={snapshot} workMs={axis.busyMs} />
    </div>
  );
}

function isLive({ session, spans }: TimelineSnapshot): boolean {
  return session.status === 'running' || session.status === 'merging' || spans.some((span) => span.status === 'running');
}
