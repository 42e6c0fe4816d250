import type { ReactElement } from 'react';
import type { Answer } from '../../../../src/model/workflow/event';
import type { StepState } from '../../../../src/model/workflow/state';
import { Button } from '../../../shared/ui/Button';
import type { EditorHost } from '../../slots';
import { useSent } from './ApprovalCard';
import { Remark } from './Remark';

interface QuestionCardProps {
  readonly execution: string;
  readonly step: StepState;
  /** Why nothing can be answered here and now. */
  readonly barred: string | undefined;
  readonly host: EditorHost;
}

const answers: readonly { readonly answer: Answer; readonly label: string; readonly title: string }[] = [
  { answer: 'done', label: 'It happened', title: 'The step counts as done, and the workflow goes on' },
  { answer: 'again', label: 'Do it again', title: 'The step is run once more. If it did happen, it happens twice.' },
  { answer: 'failed', label: 'It failed', title: 'The step counts as failed' },
];

/** A step was interrupted, and nobody but a person can tell whether it happened. */
export function QuestionCard({ execution, step, barred, host }: QuestionCardProps): ReactElement {
  const [sent, setSent] = useSent(host);
  const why = barred ?? (sent ? 'The answer is on its way' : undefined);
  return (
    <section className="approval-card" aria-label="Question">
      <p className="approval-message" dir="auto">
        {step.question ?? 'It was interrupted. Did it happen?'}
      </p>
      <div className="details-actions">
        {answers.map(({ answer, label, title }) => (
          <Button
            key={answer}
            disabled={why !== undefined}
            title={why ?? title}
            onClick={() => {
              setSent();
              host.act('answer', { execution, step: step.id, answer });
            }}
          >
            {label}
          </Button>
        ))}
      </div>
      <Remark text={why} />
    </section>
  );
}
