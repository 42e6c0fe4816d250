import type { ReactElement } from 'react';
import type { Rate, SuccessMetrics } from '../../../src/model/costReport';
import { formatCount } from '../../../src/base/format';
import { formatShare } from '../figures';

interface Measure {
  readonly name: string;
  readonly title: string;
  readonly rate: Rate | undefined;
}

/** What came of it all. What does not exist yet says so, and is no zero. */
export function Success({ success, words }: { readonly success: SuccessMetrics; readonly words: string }): ReactElement {
  const measures: readonly Measure[] = [
    { name: 'Sessions completed', title: 'Sessions whose last ended iteration succeeded', rate: success.sessions },
    { name: 'Iterations succeeded', title: 'Iterations that ended', rate: success.iterations },
    { name: 'Evaluations passed', title: 'Checks that ran', rate: success.evaluations },
    { name: 'Workflows succeeded', title: 'Workflow runs that ended', rate: success.workflows },
    { name: 'Templates used', title: 'Workflow templates that were run', rate: undefined },
  ];
  return (
    <section className="card" aria-label="Success">
      <div className="section-head">
        <h2>Success</h2>
        <span className="quiet section-note">{words}</span>
      </div>
      <dl className="measures">
        {measures.map(({ name, title, rate }) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>
              {rate === undefined || rate.total === 0 ? (
                <span className="quiet">none yet</span>
              ) : (
                <>
                  <strong>{formatShare(rate.succeeded, rate.total)}</strong>{' '}
                  <span className="quiet">
                    {formatCount(rate.succeeded)} of {formatCount(rate.total)}
                  </span>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
