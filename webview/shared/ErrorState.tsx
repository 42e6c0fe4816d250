import type { ReactElement } from 'react';
import type { ErrorData } from '../../src/protocol/messages';
import { Button } from './ui/Button';
import { Icon } from './ui/Icon';

interface ErrorStateProps {
  /** What cannot be shown: "The timeline". */
  readonly what: string;
  readonly error: ErrorData;
  readonly onRetry: () => void;
  readonly onShowLog: () => void;
}

export const noAnswer: ErrorData = { code: 'unexpected', message: 'The extension does not answer.', advice: 'Try again, or reload the window.' };

/** A page without anything to show: what happened and what to do. */
export function ErrorState({ what, error, onRetry, onShowLog }: ErrorStateProps): ReactElement {
  return (
    <div className="state" role="alert">
      <Icon name="error" tone="error" />
      <h2>{what} cannot be shown</h2>
      <p dir="auto">
        {error.message} {error.advice}
      </p>
      <div className="state-actions">
        <Button primary onClick={onRetry}>
          Try again
        </Button>
        <Button onClick={onShowLog}>Show log</Button>
      </div>
    </div>
  );
}
