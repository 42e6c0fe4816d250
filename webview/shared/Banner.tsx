import type { ReactElement } from 'react';
import { formatAge, formatClock } from '../../src/base/format';
import type { ErrorData } from '../../src/protocol/messages';
import { Button } from './ui/Button';
import { Icon } from './ui/Icon';

interface BannerProps {
  readonly error: ErrorData | undefined;
  readonly takenAt: number;
  readonly ageMs: number;
  readonly onRetry: () => void;
  readonly onShowLog: () => void;
}

/** Says that what is shown is old, how old, and why. */
export function Banner({ error, takenAt, ageMs, onRetry, onShowLog }: BannerProps): ReactElement {
  const why = error === undefined ? 'The extension does not answer.' : `${error.message} ${error.advice}`;
  return (
    <div className="banner" role="alert">
      <Icon name="warning" tone="warning" />
      <span className="banner-text">
        {why} Shown as of {formatClock(takenAt, takenAt + ageMs)}, {formatAge(ageMs)}.
      </span>
      <Button onClick={onRetry}>Try again</Button>
      <Button onClick={onShowLog}>Show log</Button>
    </div>
  );
}
