import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import { formatDuration, formatPlural } from '../../../src/base/format';
import type { TimelineSnapshot } from '../../../src/protocol/sessionTimeline';
import { sessionLooks } from '../../shared/looks';

/** Tells screen readers when a run ends. */
export function Announcer({ snapshot, workMs }: { readonly snapshot: TimelineSnapshot; readonly workMs: number }): ReactElement {
  const { status } = snapshot.session;
  const [message, setMessage] = useState('');
  const before = useRef(status);
  useEffect(() => {
    if (before.current === 'running' && status !== 'running') {
      setMessage(`The run ended: ${sessionLooks[status].label}. ${formatPlural(snapshot.totals.spans, 'step')} in ${formatDuration(workMs)}.`);
    }
    before.current = status;
  }, [status, snapshot, workMs]);
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {message}
    </div>
  );
}
