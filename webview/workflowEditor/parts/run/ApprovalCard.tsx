import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { formatClock, formatPlural, formatTimestamp } from '../../../../src/base/format';
import type { ApprovalState } from '../../../../src/model/workflow/state';
import { FactList, optional } from '../../../shared/Facts';
import { Button } from '../../../shared/ui/Button';
import { Icon } from '../../../shared/ui/Icon';
import type { EditorHost } from '../../slots';
import { RecordedValue } from './RecordedValue';
import { Remark } from './Remark';

interface ApprovalCardProps {
  readonly execution: string;
  readonly approval: ApprovalState;
  /** Why nothing can be decided here and now. */
  readonly barred: string | undefined;
  readonly now: number;
  readonly host: EditorHost;
}

/** That it is open, the step says already. */
const verdictLooks = {
  approved: { icon: 'pass', tone: 'success', label: 'Approved' },
  rejected: { icon: 'error', tone: 'error', label: 'Rejected' },
  timeout: { icon: 'watch', tone: 'warning', label: 'Nobody decided in time' },
  cancelled: { icon: 'circle-slash', tone: 'quiet', label: 'Cancelled' },
} as const;

/** A question to people, what was decided, and the decision. */
export function ApprovalCard({ execution, approval, barred, now, host }: ApprovalCardProps): ReactElement {
  const { id, message, hash, quorum, decisions, content, session, dueAt, reopened, status } = approval;
  const look = status === 'open' ? undefined : verdictLooks[status];
  const approved = decisions.filter(({ decision }) => decision === 'approved').length;
  return (
    <section className="approval-card" aria-label="Approval">
      {look !== undefined && (
        <p className={`status tone-${look.tone}`}>
          <Icon name={look.icon} tone={look.tone} />
          {look.label}
        </p>
      )}
      <p className="approval-message" dir="auto">
        {message}
      </p>
      {reopened > 0 && (
        <p className="remark tone-warning">
          <Icon name="warning" tone="warning" /> The content has changed since it was decided: it is asked again.
        </p>
      )}
      <FactList
        facts={[
          ...(quorum > 1 ? [{ name: 'Approvals', value: `${approved} of ${quorum}` }] : []),
          ...optional('Session', session),
          { name: 'Bound to', value: hash.slice(0, 12), title: `A decision holds for the content with this hash: ${hash}` },
          ...(dueAt === undefined ? [] : [{ name: 'Until', value: formatClock(dueAt, now), title: formatTimestamp(dueAt) }]),
        ]}
      />
      {content !== undefined && <RecordedValue name="Content" recorded={content} host={host} />}
      {decisions.length > 0 && (
        <ul className="decisions" aria-label="Decisions">
          {decisions.map(({ decision, by, comment, at }) => (
            <li key={by} dir="auto">
              <Icon name={decision === 'approved' ? 'pass' : 'error'} tone={decision === 'approved' ? 'success' : 'error'} /> {by} {decision} <span className="quiet">{formatClock(at, now)}</span>
              {comment !== undefined && <p className="quiet">{comment}</p>}
            </li>
          ))}
        </ul>
      )}
      {status === 'open' && <Deciding key={`${id} ${hash} ${decisions.length}`} barred={barred} left={quorum - approved} decide={(decision, comment) => host.act('decide', { execution, approval: id, decision, hash, ...(comment === '' ? {} : { comment }) })} host={host} />}
    </section>
  );
}

interface DecidingProps {
  readonly barred: string | undefined;
  readonly left: number;
  readonly decide: (decision: 'approved' | 'rejected', comment: string) => void;
  readonly host: EditorHost;
}

function Deciding({ barred, left, decide, host }: DecidingProps): ReactElement {
  const [comment, setComment] = useState('');
  const [sent, setSent] = useSent(host);
  const why = barred ?? (sent ? 'The decision is on its way' : undefined);
  const take = (decision: 'approved' | 'rejected'): void => {
    setSent();
    decide(decision, comment.trim());
  };
  return (
    <div className="deciding">
      <label className="form-field">
        <span className="form-label">Comment</span>
        <textarea rows={2} maxLength={10_000} value={comment} disabled={barred !== undefined} onChange={(event) => setComment(event.target.value)} />
      </label>
      <div className="details-actions">
        <Button icon="check" disabled={why !== undefined} title={why ?? (left > 1 ? `${formatPlural(left, 'approval')} needed` : 'The workflow goes on')} onClick={() => take('approved')}>
          Approve
        </Button>
        <Button icon="close" disabled={why !== undefined} title={why ?? 'One rejection rejects'} onClick={() => take('rejected')}>
          Reject
        </Button>
      </div>
      <Remark text={why} />
    </div>
  );
}

/** Whether something was sent; an error that comes back makes it possible to send it again. */
export function useSent(host: EditorHost): readonly [boolean, () => void] {
  const [sent, setSent] = useState(false);
  useEffect(() => {
    const listening = host.onError(() => setSent(false));
    return () => listening.dispose();
  }, [host]);
  return [sent, () => setSent(true)];
}
