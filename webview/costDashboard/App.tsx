import type { ReactElement } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { dayName } from '../../src/base/localDay';
import type { CostReport } from '../../src/model/costReport';
import type { CostContract, CostSnapshot } from '../../src/protocol/costDashboard';
import { Banner } from '../shared/Banner';
import { ErrorState, noAnswer } from '../shared/ErrorState';
import type { Host, PageApi } from '../shared/host';
import { useSnapshot } from '../shared/useSnapshot';
import { useSlow, useTick } from '../shared/useTick';
import { assignColours } from './colours';
import { costFigure } from './figures';
import type { PageState } from './pageState';
import { answers, savePageState, wishOf } from './pageState';
import { Breakdown } from './parts/Breakdown';
import { Cards } from './parts/Cards';
import { Head } from './parts/Head';
import { Quality } from './parts/Quality';
import { CostSection, TokenSection } from './parts/Sections';
import { SessionBudgets } from './parts/SessionBudgets';
import { EmptyState, NothingInRange, Skeleton } from './parts/States';
import { Success } from './parts/Success';
import { readSnapshot } from './readSnapshot';

interface AppProps {
  readonly host: Host<CostContract>;
  readonly api: PageApi;
  readonly initial: PageState;
}

/** The cost dashboard. */
export function CostDashboard({ host, api, initial }: AppProps): ReactElement | null {
  const { latest, error, silent, retry } = useSnapshot(host, isLive, readSnapshot);
  const [state, setState] = useState(initial);
  const slow = useSlow(latest === undefined && error === undefined && !silent);
  const tick = useTick(silent || error !== undefined);
  const snapshot = latest?.value;
  const report = snapshot?.report;

  const change = useCallback((part: Partial<PageState>) => setState((before) => ({ ...before, ...part })), []);
  useWish(host, state);
  useColours(report, state, change);
  useEffect(() => savePageState(api, state), [api, state]);
  const open = useCallback((sessionId: string) => host.act('openSession', { sessionId }), [host]);

  const showLog = (): void => host.act('showLog', {});
  if (latest === undefined || snapshot === undefined) {
    if (error !== undefined) return <ErrorState what="The costs" error={error} onRetry={retry} onShowLog={showLog} />;
    if (silent) return <ErrorState what="The costs" error={noAnswer} onRetry={retry} onShowLog={showLog} />;
    return slow ? <Skeleton /> : null;
  }

  const empty = report === undefined || isEmpty(report);
  const otherWanted = state.repository !== snapshot.repository && snapshot.repositories.some(({ id }) => id === state.repository);
  const waiting = report !== undefined && (otherWanted || !answers(report.query, state));
  return (
    <div className="costs">
      <Head
        state={state}
        repositories={snapshot.repositories}
        repository={snapshot.repository}
        days={daysOf(report)}
        live={isLive(snapshot)}
        canExport={!empty}
        onChange={change}
        onExport={() => host.act('export', {})}
      />
      {(error !== undefined || silent) && <Banner error={error} takenAt={snapshot.takenAt} ageMs={Math.max(tick - latest.receivedAt, 0)} onRetry={retry} onShowLog={showLog} />}
      {empty ? (
        <EmptyState onNewSession={() => host.act('newSession', {})} />
      ) : (
        <main className={waiting ? 'sections waiting' : 'sections'} aria-busy={waiting}>
          <Cards report={report} onSetBudget={() => host.act('setBudget', {})} />
          {hasCalls(report) ? (
            <>
              <CostSection report={report} state={state} onChange={change} onOpen={open} />
              <TokenSection report={report} state={state} onChange={change} />
              <Breakdown report={report} host={host} tab={state.tab} onTab={(tab) => change({ tab })} sort={state.sorts[state.tab]} onSort={(sort) => change({ sorts: { ...state.sorts, [state.tab]: sort } })} />
              <Quality report={report} sort={state.sorts['quality']} onSort={(sort) => change({ sorts: { ...state.sorts, quality: sort } })} />
            </>
          ) : (
            <NothingInRange words={report.period.words} onAllTime={state.range.kind === 'all' ? undefined : () => change({ range: { kind: 'all' } })} />
          )}
          <Success success={report.success} words={report.period.words} />
          {report.budgets.sessions.length > 0 && <SessionBudgets budgets={report.budgets} onOpen={open} onSetBudget={(sessionId) => host.act('setBudget', { sessionId })} />}
        </main>
      )}
      <div role="status" aria-live="polite" className="visually-hidden">
        {report !== undefined && !waiting && `Costs of ${report.period.words}: ${costFigure(report.totals).text}`}
      </div>
    </div>
  );
}

/** Tells the host what is wanted whenever that changes; the first wish was told before the page was drawn. */
function useWish(host: Host<CostContract>, state: PageState): void {
  const wish = JSON.stringify(wishOf(state));
  const told = useRef(wish);
  useEffect(() => {
    if (told.current === wish) return;
    told.current = wish;
    host.act('show', wishOf(state));
  }, [host, wish, state]);
}

/** Remembers the colours of what is shown for the first time. */
function useColours(report: CostReport | undefined, state: PageState, change: (part: Partial<PageState>) => void): void {
  useEffect(() => {
    if (report === undefined) return;
    const colours = assignColours(report.series.filter(({ rest }) => rest === undefined).map(({ key }) => key), state.colours);
    if (colours !== state.colours) change({ colours });
  }, [report, state.colours, change]);
}

function isLive({ report }: CostSnapshot): boolean {
  return report !== undefined && report.runningSessions > 0;
}

function isEmpty(report: CostReport): boolean {
  return report.sessions === 0 && report.importedSessions === 0 && !hasCalls(report);
}

function hasCalls({ totals, series }: CostReport): boolean {
  return totals.calls > 0 || totals.costNano !== 0 || series.length > 0;
}

function daysOf(report: CostReport | undefined): { readonly from: string; readonly to: string } {
  const [first, last] = [report?.buckets[0], report?.buckets.at(-1)];
  const today = dayName(report?.takenAt ?? Date.now());
  return { from: first?.day ?? dayName(first?.fromMs ?? Date.now()), to: last?.day ?? today };
}
