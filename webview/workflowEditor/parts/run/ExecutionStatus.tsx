import type { ReactElement } from 'react';
import { formatCost, formatDuration, formatExactCost, formatPlural, formatTokens, formatCount } from '../../../../src/base/format';
import { hasEnded, type ExecutionState } from '../../../../src/model/workflow/state';
import { Button } from '../../../shared/ui/Button';
import { Icon } from '../../../shared/ui/Icon';
import { nothingSelected, type RunBarProps } from '../../slots';
import { executionLook, runFigures, wholeSeconds } from './runFigures';

/** The execution that is shown: how it stands, what it cost, and what can be done about it. `now` is the host's time. */
export function ExecutionStatus({ snapshot: { execution, cannotRun }, workflow, overlay: { state, replay }, host, onSelect, now }: RunBarProps & { readonly now: number }): ReactElement | null {
  if (execution === undefined || state === undefined || replay === undefined) return null;
  const look = executionLook({ status: state.status, owner: execution.owner }, state.cancelRequested !== undefined);
  const { done, tokensIn, tokensOut, cost, needing } = runFigures(state);
  const isRunning = state.status === 'running' && execution.owner !== 'none';
  const end = state.endedAt ?? (replay.following && isRunning ? now : (replay.events[replay.seq - 1]?.at ?? state.startedAt));
  const goTo = (node: string): void => onSelect({ ...nothingSelected, nodes: [node] });
  const [first] = needing;
  return (
    <div className="run-status">
      <span className={`run-fact tone-${look.tone}`} title={whyOf(state)}>
        <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} />
        {look.label}
      </span>
      <span className="run-fact number" title="Nodes that are done, of all nodes of the workflow">
        {done} of {workflow.nodes.length}
      </span>
      {cost !== undefined && (
        <span className="run-fact number" title={`Cost ${formatExactCost(state.costNano)}`}>
          {cost}
          {state.budgetNano !== undefined && ` of ${formatCost(state.budgetNano)}`}
        </span>
      )}
      <span className="run-fact number" title="Since it began">
        {formatDuration(isRunning && replay.following ? wholeSeconds(end - state.startedAt) : Math.max(end - state.startedAt, 0))}
      </span>
      {tokensIn + tokensOut > 0 && (
        <span className="run-fact number" title={`${formatCount(tokensIn)} tokens in, ${formatCount(tokensOut)} out`}>
          {formatTokens(tokensIn + tokensOut)} tokens
        </span>
      )}
      {state.trial !== undefined && <span className="run-fact quiet">trial</span>}
      {first !== undefined && (
        <button type="button" className="link run-fact" onClick={() => goTo(first)}>
          <Icon name="account" tone="warning" />
          {formatPlural(needing.length, 'step needs you', 'steps need you')}
        </button>
      )}
      <Steering execution={execution} state={state} cannotRun={cannotRun} host={host} />
      {state.error !== undefined && <Problem state={state} />}
    </div>
  );
}

interface SteeringProps extends Pick<RunBarProps, 'host'> {
  readonly execution: NonNullable<RunBarProps['snapshot']['execution']>;
  readonly state: ExecutionState;
  readonly cannotRun: string | undefined;
}

function Steering({ execution: { id, owner }, state, cannotRun, host }: SteeringProps): ReactElement | null {
  if (hasEnded(state.status)) return null;
  const rests = state.status === 'parked' || owner === 'none';
  const isCancelling = state.cancelRequested !== undefined;
  return (
    <>
      {rests && (
        <Button icon="debug-continue" disabled={cannotRun !== undefined} title={cannotRun ?? 'Goes on behind the last finished step'} onClick={() => host.act('resume', { execution: id })}>
          Resume
        </Button>
      )}
      {!rests && owner === 'elsewhere' && (
        <Button icon="debug-continue" disabled={cannotRun !== undefined} title={cannotRun ?? 'Another window or program runs it; from then on this one does'} onClick={() => host.act('resume', { execution: id })}>
          Take over
        </Button>
      )}
      <Button icon="debug-stop" disabled={isCancelling} title={isCancelling ? 'It is being cancelled' : 'Ends what is under way. What has been done stays, sessions with all their changes, too.'} onClick={() => host.act('cancel', { execution: id })}>
        Cancel run
      </Button>
    </>
  );
}

function Problem({ state }: { readonly state: ExecutionState }): ReactElement {
  return (
    <p className={`run-why ${state.status === 'parked' ? 'tone-warning' : 'tone-error'}`} dir="auto" title={whyOf(state)}>
      {whyOf(state)}
    </p>
  );
}

function whyOf({ error, cancelRequested }: ExecutionState): string | undefined {
  if (error !== undefined) return `${error.message} ${error.advice}`.trim();
  return cancelRequested === undefined ? undefined : `Cancelled by ${cancelRequested.by}${cancelRequested.reason === undefined ? '' : `: ${cancelRequested.reason}`}`;
}
