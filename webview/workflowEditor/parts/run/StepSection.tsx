import type { ReactElement } from 'react';
import { useState } from 'react';
import { formatClock, formatCount, formatDuration, formatExactCost, formatTimestamp } from '../../../../src/base/format';
import { formatSpent } from '../../../../src/model/workflow/spent';
import { isUnderWay, type ExecutionState, type StepAttempt, type StepState } from '../../../../src/model/workflow/state';
import { FactList, optional, TextBlock, type Fact } from '../../../shared/Facts';
import { Button } from '../../../shared/ui/Button';
import { Icon } from '../../../shared/ui/Icon';
import { Select } from '../../../shared/ui/Select';
import type { EditorHost, NodeRun, Replay } from '../../slots';
import { ApprovalCard } from './ApprovalCard';
import { Elapsed } from './NodeBadge';
import { runLook } from './nodeRun';
import { QuestionCard } from './QuestionCard';
import { RecordedValue } from './RecordedValue';
import { stepActions } from './stepActions';

interface StepSectionProps {
  readonly node: { readonly id: string; readonly type: string };
  readonly run: NodeRun;
  readonly state: ExecutionState;
  readonly replay: Replay;
  /** Why nothing can be run or decided here. */
  readonly cannotRun: string | undefined;
  readonly host: EditorHost;
}

/** What the shown execution did with a node, run by run. */
export function StepSection({ node, run, state, replay, cannotRun, host }: StepSectionProps): ReactElement | null {
  const [pass, setPass] = useState<number>();
  const steps = [...state.steps.values()].filter((step) => step.node === node.id);
  const step = steps.find((one) => one.pass === pass) ?? steps.at(-1);
  if (step === undefined) return null;
  const isNewest = step.id === run.step;
  const approvals = [...state.approvals.values()].filter((approval) => approval.step === step.id);
  const look = runLook(isNewest ? run : { status: step.status, ...(step.outcome === undefined ? {} : { outcome: step.outcome }) });
  const now = replay.events.at(-1)?.at ?? state.startedAt;
  const barred = cannotRun ?? (replay.following ? undefined : 'This looks back. Go to the newest event to decide.');
  return (
    <div className="step-section">
      {steps.length > 1 && (
        <Select
          label="Run"
          value={String(step.pass)}
          options={steps.map((one) => ({ value: String(one.pass), label: `${one.pass} of ${steps.length}${one.outcome === undefined ? '' : ` · ${one.outcome}`}` }))}
          onChange={(value) => setPass(Number(value) === steps.at(-1)?.pass ? undefined : Number(value))}
        />
      )}
      <p className={`status tone-${look.tone}`}>
        <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} />
        {look.label}
        <span className="details-duration">{isNewest ? <Elapsed run={run} /> : formatDuration(step.endedAt === undefined ? undefined : step.endedAt - step.startedAt)}</span>
      </p>
      {approvals.map((approval) => (
        <ApprovalCard key={approval.id} execution={replay.execution} approval={approval} barred={barred} now={now} host={host} />
      ))}
      {step.status === 'asking' && <QuestionCard key={step.id} execution={replay.execution} step={step} barred={barred} host={host} />}
      <div className="details-actions">
        {stepActions(node.type, step).map(({ what, label, icon }) => (
          <Button key={what} icon={icon} onClick={() => host.act('openStep', { execution: replay.execution, step: step.id, what })}>
            {label}
          </Button>
        ))}
      </div>
      {step.error !== undefined && <TextBlock name="Error" text={`${step.error.message} ${step.error.advice}`.trim()} tone="error" prose />}
      <FactList facts={stepFacts(step, now)} />
      <Attempts attempts={step.attempts} />
      <Verdicts step={step} />
      {step.output !== undefined && <RecordedValue name="Output" recorded={step.output} host={host} />}
    </div>
  );
}

function stepFacts(step: StepState, now: number): readonly Fact[] {
  const { startedAt, endedAt, dueAt, outcome, session, costNano, tokensIn, tokensOut, status } = step;
  const cost = formatSpent(step);
  return [
    ...optional('Outcome', outcome),
    { name: 'Started', value: formatClock(startedAt, now), title: formatTimestamp(startedAt) },
    ...(endedAt === undefined ? [] : [{ name: 'Ended', value: formatClock(endedAt, now), title: formatTimestamp(endedAt) }]),
    ...(dueAt === undefined || !isUnderWay(status) ? [] : [{ name: status === 'retrying' ? 'Next attempt' : 'Due', value: formatClock(dueAt, now), title: formatTimestamp(dueAt) }]),
    ...(cost === undefined ? [] : [{ name: 'Cost', value: cost, title: formatExactCost(costNano ?? 0) }]),
    ...(tokensIn === undefined && tokensOut === undefined ? [] : [{ name: 'Tokens', value: `${formatCount(tokensIn ?? 0)} in, ${formatCount(tokensOut ?? 0)} out` }]),
    ...optional('Session', session),
  ];
}

function Attempts({ attempts }: { readonly attempts: readonly StepAttempt[] }): ReactElement | null {
  if (attempts.length < 2) return null;
  return (
    <section>
      <h3>Attempts</h3>
      <ol className="attempts">
        {attempts.map(({ number, startedAt, endedAt, error }) => (
          <li key={number} dir="auto">
            <Icon name={error === undefined ? 'pass' : 'error'} tone={error === undefined ? 'quiet' : 'error'} label={error === undefined ? 'No error' : 'Failed'} />
            <span>
              Attempt {number} <span className="quiet">{endedAt === undefined ? '' : `· ${formatDuration(endedAt - startedAt)}`}</span>
              {error !== undefined && (
                <p title={error.advice}>
                  <code>{error.code}</code> {error.message}
                </p>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Conditions that could not be evaluated: that is why an edge was not taken. */
function Verdicts({ step }: { readonly step: StepState }): ReactElement | null {
  const broken = step.verdicts.filter(({ error }) => error !== undefined);
  if (broken.length === 0) return null;
  return <TextBlock name="Conditions that failed" text={broken.map(({ edge, error }) => `${edge}: ${error ?? ''}`).join('\n')} tone="error" prose />;
}
