import type { ReactElement } from 'react';
import { formatCost, formatDuration, formatPlural } from '../../../src/base/format';
import type { BudgetReport, SessionBudget } from '../../../src/model/costReport';
import { IconButton } from '../../shared/ui/Button';
import { Meter } from '../../shared/ui/Meter';
import { costFigure, isUnknown } from '../figures';
import { meterTone, Used } from './Used';

interface SessionBudgetsProps {
  readonly budgets: BudgetReport;
  readonly onOpen: (sessionId: string) => void;
  readonly onSetBudget: (sessionId: string) => void;
}

export function SessionBudgets({ budgets, onOpen, onSetBudget }: SessionBudgetsProps): ReactElement {
  return (
    <section className="card" aria-label="Session budgets">
      <div className="section-head">
        <h2>Session budgets</h2>
        <span className="quiet section-note">of all time, nearest to the limit first</span>
      </div>
      <ul className="budgets">
        {budgets.sessions.map((budget) => (
          <BudgetRow key={budget.sessionId} budget={budget} onOpen={onOpen} onSetBudget={onSetBudget} />
        ))}
      </ul>
      {budgets.moreSessions > 0 && <p className="quiet">and {formatPlural(budgets.moreSessions, 'more session')} below them</p>}
    </section>
  );
}

interface BudgetRowProps extends Omit<SessionBudgetsProps, 'budgets'> {
  readonly budget: SessionBudget;
}

function BudgetRow({ budget, onOpen, onSetBudget }: BudgetRowProps): ReactElement {
  const { sessionId, label, limitNano, spent } = budget;
  const share = limitNano === 0 ? 1 : spent.costNano / limitNano;
  const figure = costFigure(spent);
  return (
    <li className="budget">
      <span className="budget-head">
        <button type="button" className="link" dir="auto" title={label} onClick={() => onOpen(sessionId)}>
          {label}
        </button>
        <span className="number" title={figure.title}>
          {figure.text} of {formatCost(limitNano)}
        </span>
        <IconButton icon="edit" label={`Change budget of ${label}…`} onClick={() => onSetBudget(sessionId)} />
      </span>
      <Meter share={share} label={`Budget of ${label}`} text={`${figure.text} of ${formatCost(limitNano)}`} tone={meterTone(share)} />
      <span className="quiet" title="What it spent by the time its iterations ran, and how long the rest lasts at that rate">
        <Used share={share} />
        {share < 1 && `, ${paceWords(budget)}`}
      </span>
    </li>
  );
}

function paceWords({ nanoPerHour, lastsMs, running, spent }: SessionBudget): string {
  if (isUnknown(spent)) return 'but nobody says what it cost';
  if (nanoPerHour === undefined || lastsMs === undefined) return 'nothing spent yet';
  return `${formatCost(nanoPerHour)} an hour while running, lasts ~${formatDuration(lastsMs)} more${running ? '' : ' of running'}`;
}
