import type { ReactElement } from 'react';
import { Button } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';

export function EmptyState({ onNewSession }: { readonly onNewSession: () => void }): ReactElement {
  return (
    <div className="state">
      <Icon name="graph" />
      <h2>No costs yet</h2>
      <p>Every model call of a session appears here while it happens: what it cost, its tokens, and how long it took, by model, session, agent and branch.</p>
      <Button primary onClick={onNewSession}>
        New Session
      </Button>
    </div>
  );
}

/** There is something, but not in this time. */
export function NothingInRange({ words, onAllTime }: { readonly words: string; readonly onAllTime: (() => void) | undefined }): ReactElement {
  return (
    <div className="card wide nothing">
      <p>No model call in this time ({words}).</p>
      {onAllTime && <Button onClick={onAllTime}>Show all time</Button>}
    </div>
  );
}

export function Skeleton(): ReactElement {
  return (
    <div className="costs" role="status" aria-label="Loading the costs">
      <div className="skeleton skeleton-title" />
      <div className="cards">
        {['a', 'b', 'c', 'd'].map((key) => (
          <div key={key} className="skeleton skeleton-card" />
        ))}
      </div>
      <div className="skeleton skeleton-chart" />
    </div>
  );
}
