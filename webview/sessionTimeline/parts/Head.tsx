import type { ReactElement } from 'react';
import { formatDuration, formatPlural, unknownValue } from '../../../src/base/format';
import type { TimelineContract, TimelineSnapshot } from '../../../src/protocol/sessionTimeline';
import type { Host } from '../../shared/host';
import { Button } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';
import { costFigure, tokenFigure } from '../../shared/figures';
import { agentLabel, sessionLooks } from '../../shared/looks';

interface HeadProps {
  readonly snapshot: TimelineSnapshot;
  /** Milliseconds in which something ran. */
  readonly workMs: number;
  readonly host: Host<TimelineContract>;
}

export function Head({ snapshot, workMs, host }: HeadProps): ReactElement {
  const { session, totals, iterations, spans } = snapshot;
  const look = sessionLooks[session.status];
  const tokens = tokenFigure(totals);
  const cost = costFigure({
    costNano: totals.costNano,
    costs: spans.some((span) => span.costNano !== undefined) ? 1 : 0,
    unknownCosts: totals.unknownCosts,
    approximateCosts: totals.approximateCosts,
  });
  const running = session.status === 'running';
  const changed = iterations.some((iteration) => iteration.changedFiles > 0);
  return (
    <header className="head">
      <div className="head-line">
        <h1 dir="auto" title={session.name}>
          {session.name}
        </h1>
        <span className={`status tone-${look.tone}`} title={session.attention}>
          <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} />
          {look.label}
        </span>
        <span className="head-actions">
          {running && (
            <Button icon="debug-stop" onClick={() => host.act('stop', {})} title="Ends the agent; what it changed so far stays in the worktree">
              Stop
            </Button>
          )}
          {changed && (
            <Button icon="diff-multiple" onClick={() => host.act('showChanges', {})}>
              Show changes
            </Button>
          )}
        </span>
      </div>
      <div className="head-facts">
        <Fact icon="watch" text={formatDuration(workMs)} title="Time in which something ran" />
        <Fact icon="credit-card" text={cost?.text ?? unknownValue} title={cost ? `Cost of all model calls: ${cost.title}` : 'No model call has reported a cost'} />
        <Fact icon="symbol-numeric" text={tokens === undefined ? '0 tokens' : `${tokens.text} tokens`} title={tokens?.title ?? 'No model call has reported tokens'} />
        <Fact icon="list-tree" text={formatPlural(totals.spans, 'step')} />
        <Fact icon="play-circle" text={formatPlural(iterations.length, 'iteration')} />
        {totals.errors > 0 && <Fact icon="error" tone="error" text={formatPlural(totals.errors, 'error')} />}
        <Fact icon="robot" text={session.model === undefined ? agentLabel(session.agent) : `${agentLabel(session.agent)} · ${session.model}`} title="Agent" />
        <Fact icon="git-branch" text={session.branch} title={`Branch ${session.branch}, from ${session.baseBranch}`} />
      </div>
      {session.attention !== undefined && !running && (
        <p className="attention" dir="auto">
          <Icon name="warning" tone="warning" /> {session.attention}
        </p>
      )}
    </header>
  );
}

interface FactProps {
  readonly icon: string;
  readonly text: string;
  readonly title?: string;
  readonly tone?: 'error';
}

function Fact({ icon, text, title, tone }: FactProps): ReactElement {
  return (
    <span className={tone === undefined ? 'fact' : `fact tone-${tone}`} title={title ?? text}>
      <Icon name={icon} />
      <span className="fact-text">{text}</span>
    </span>
  );
}
