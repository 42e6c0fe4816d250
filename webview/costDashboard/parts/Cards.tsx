import type { ReactElement } from 'react';
import type { CostReport } from '../../../src/model/costReport';
import { Button, IconButton } from '../../shared/ui/Button';
import { Meter } from '../../shared/ui/Meter';
import { cardsOf, dayBudgetWords, type Card } from '../cards';
import { meterTone, Used } from './Used';

interface CardsProps {
  readonly report: CostReport;
  readonly onSetBudget: () => void;
}

export function Cards({ report, onSetBudget }: CardsProps): ReactElement {
  return (
    <div className="cards">
      {cardsOf(report).map((card) => (
        <CardView key={card.title} card={card} />
      ))}
      <BudgetCard report={report} onSetBudget={onSetBudget} />
    </div>
  );
}

function CardView({ card: { title, figure, note, trend } }: { readonly card: Card }): ReactElement {
  return (
    <section className="card" aria-label={title}>
      <h2 className="card-title">{title}</h2>
      <div className="card-line">
        <span className="card-figure" title={figure.title}>
          {figure.text}
        </span>
        {trend?.change !== undefined && (
          <span className="trend">
            <span aria-hidden="true">{trend.change}</span>
            <span className="visually-hidden">{trend.spoken}</span>
          </span>
        )}
      </div>
      {trend && <p className="quiet">{trend.against}</p>}
      <p className="quiet">{note}</p>
    </section>
  );
}

function BudgetCard({ report, onSetBudget }: CardsProps): ReactElement {
  const { day } = report.budgets;
  const { figure, limit, share, forecast } = dayBudgetWords(day, report.takenAt);
  const title = 'Today’s budget';
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2 className="card-title">{title}</h2>
        {limit !== undefined && <IconButton icon="edit" label="Change budget…" onClick={onSetBudget} />}
      </div>
      <div className="card-line">
        <span className="card-figure" title={figure.title}>
          {figure.text}
        </span>
        <span className="quiet">{limit ?? 'spent, no limit'}</span>
      </div>
      {limit !== undefined && <Meter share={share} label={title} text={`${figure.text} ${limit}`} tone={meterTone(share)} />}
      {limit !== undefined && (
        <p className="quiet">
          <Used share={share} />
          {share >= 1 && ': calls are stopped until midnight'}
        </p>
      )}
      {forecast && (
        <p className="quiet" title={forecast.title}>
          {forecast.text}
        </p>
      )}
      {limit === undefined && <Button onClick={onSetBudget}>Set budget…</Button>}
    </section>
  );
}
