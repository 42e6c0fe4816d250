import type { ReactElement } from 'react';
import { memo } from 'react';
import { formatCount, formatDuration, formatExactCost, formatTokens } from '../../../../src/base/format';
import { Icon } from '../../../shared/ui/Icon';
import { useTick } from '../../../shared/useTick';
import type { NodeBadgeProps, NodeRun } from '../../slots';
import { runLook } from './nodeRun';
import { wholeSeconds } from './runFigures';

/** What an execution did with a node, in one line for its box: status, time, cost, tokens, runs and retries. */
export const NodeBadge = memo(function NodeBadge({ run }: NodeBadgeProps): ReactElement {
  const look = runLook(run);
  const { pass, attempts, cost, costNano, tokens, problem } = run;
  return (
    <span className={`node-badge tone-${look.tone}`} title={problem === undefined ? look.label : `${look.label}: ${problem}`}>
      <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} />
      <span className="visually-hidden">{look.label}</span>
      <Elapsed run={run} />
      {cost !== undefined && <span title={costNano === undefined ? undefined : `Cost ${formatExactCost(costNano)}`}>{cost}</span>}
      {tokens !== undefined && tokens > 0 && <span title={`${formatCount(tokens)} tokens`}>{formatTokens(tokens)}</span>}
      {pass > 1 && <span title={`It has been run ${pass} times`}>run {pass}</span>}
      {attempts > 1 && (
        <span title={`Attempt ${attempts}`}>
          <span aria-hidden="true">↻{attempts - 1}</span>
          <span className="visually-hidden">attempt {attempts}</span>
        </span>
      )}
    </span>
  );
});

/** Milliseconds; of a run that goes on it is renewed once a second. */
export function Elapsed({ run: { elapsedMs, since } }: { readonly run: Pick<NodeRun, 'elapsedMs' | 'since'> }): ReactElement {
  const now = useTick(since !== undefined);
  return <span className="elapsed">{formatDuration(since === undefined ? elapsedMs : wholeSeconds(now - since))}</span>;
}
