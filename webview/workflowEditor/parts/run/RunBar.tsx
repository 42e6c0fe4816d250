import type { ReactElement } from 'react';
import { useState } from 'react';
import { formatPlural } from '../../../../src/base/format';
import { Button, IconButton } from '../../../shared/ui/Button';
import { Icon } from '../../../shared/ui/Icon';
import { useTick } from '../../../shared/useTick';
import { nothingSelected, type RunBarProps } from '../../slots';
import { eventNames } from './eventWords';
import { ExecutionStatus } from './ExecutionStatus';
import { History } from './History';
import { RunAnnouncer } from './RunAnnouncer';
import { Scrubber } from './Scrubber';

/** Starts executions of the workflow, and shows and steers the one that is laid over the graph. */
export function RunBar(props: RunBarProps): ReactElement {
  const { snapshot, workflow, overlay, host } = props;
  const { replay } = overlay;
  const canReplay = replay !== undefined && replay.lastSeq > 0;
  const cannot = whyNot(props);
  const tick = useTick(replay !== undefined && overlay.state?.endedAt === undefined);
  const now = tick + (replay !== undefined && !Number.isNaN(replay.clockOffset) ? replay.clockOffset : performance.timeOrigin);
  return (
    <section className="run-bar" aria-label="Run">
      <div className="run-line">
        <Button primary icon="play" disabled={cannot !== undefined} title={cannot ?? 'Run the whole workflow'} onClick={() => host.act('run', { mode: 'all' })}>
          Run
        </Button>
        <Button icon="beaker" disabled={cannot !== undefined} title={cannot ?? 'Run it for trying out: nodes with a pinned output give that and are not run'} onClick={() => host.act('run', { mode: 'trial' })}>
          Try out
        </Button>
        <Problems {...props} />
        {snapshot.cannotRun !== undefined && <span className="run-note">{snapshot.cannotRun}</span>}
        <ExecutionStatus {...props} now={now} />
        {!canReplay && <History snapshot={snapshot} host={host} now={now} />}
      </div>
      {canReplay && (
        <div className="run-line">
          <Scrubber replay={replay} names={eventNames(workflow.nodes, replay.events)} now={now} isLive={overlay.state?.endedAt === undefined} />
          <History snapshot={snapshot} host={host} now={now} />
        </div>
      )}
      {replay?.problem !== undefined && (
        <p className="run-problem" role="alert">
          <Icon name="warning" tone="warning" />
          <span>The execution cannot be shown in full: {replay.problem}</span>
          <IconButton icon="refresh" label="Try again" onClick={replay.retry} />
        </p>
      )}
      <RunAnnouncer replay={replay} names={eventNames(workflow.nodes, replay?.events ?? [])} />
    </section>
  );
}

function whyNot({ snapshot, issues }: RunBarProps): string | undefined {
  if (snapshot.cannotRun !== undefined) return snapshot.cannotRun;
  if (snapshot.unreadable !== undefined) return 'The file is no JSON that can be read.';
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  return errors === 0 ? undefined : `It has ${formatPlural(errors, 'error')}. Mend what the problems say, then run it.`;
}

/** How many problems there are; each press goes to the next one. */
function Problems({ issues, onSelect }: RunBarProps): ReactElement {
  const [next, setNext] = useState(0);
  if (issues.length === 0) {
    return (
      <span className="run-fact" role="status">
        <Icon name="pass" tone="success" />
        No problems
      </span>
    );
  }
  const hasError = issues.some(({ severity }) => severity === 'error');
  const issue = issues[next % issues.length];
  const show = (): void => {
    setNext((next % issues.length) + 1);
    if (issue === undefined) return;
    if (issue.edge !== undefined) onSelect({ ...nothingSelected, edges: [issue.edge] });
    else onSelect(issue.node === undefined ? nothingSelected : { ...nothingSelected, nodes: [issue.node] });
  };
  return (
    <button type="button" className="link run-fact" title={`Show: ${issue?.message ?? ''}`} onClick={show}>
      <Icon name={hasError ? 'error' : 'warning'} tone={hasError ? 'error' : 'warning'} />
      {formatPlural(issues.length, 'problem')}
    </button>
  );
}
