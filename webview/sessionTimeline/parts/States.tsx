import type { ReactElement } from 'react';
import type { TimelineContract, TimelineSession } from '../../../src/protocol/sessionTimeline';
import type { Host } from '../../shared/host';
import { Button } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';

export function EmptyState({ session, host }: { readonly session: TimelineSession; readonly host: Host<TimelineContract> }): ReactElement {
  const running = session.status === 'running';
  return (
    <div className="state">
      <Icon name="list-tree" />
      <h2>{running ? 'The run is starting' : 'Nothing has run yet'}</h2>
      <p>Every step of the agent appears here while it happens: model calls, tools, git and checks, with their time, tokens and cost.</p>
      {session.status === 'ready' && (
        <Button primary onClick={() => host.act('runIteration', {})}>
          Run iteration
        </Button>
      )}
    </div>
  );
}

export function NoMatch({ onClear }: { readonly onClear: () => void }): ReactElement {
  return (
    <div className="state">
      <Icon name="filter" />
      <h2>No step matches the filter</h2>
      <p>
        Try a part of a name, <code>error</code>, <code>tool:bash</code> or <code>type:git</code>.
      </p>
      <Button onClick={onClear}>Clear filter</Button>
    </div>
  );
}

const skeletonWidths = ['w30', 'w60', 'w45', 'w70', 'w40', 'w55', 'w35', 'w65'] as const;

export function Skeleton(): ReactElement {
  return (
    <div className="page" role="status" aria-label="Loading the timeline">
      <div className="skeleton skeleton-head" />
      {skeletonWidths.map((width) => (
        <div key={width} className={`skeleton skeleton-row ${width}`} />
      ))}
    </div>
  );
}
