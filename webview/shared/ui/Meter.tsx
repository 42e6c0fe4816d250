import type { ReactElement } from 'react';

interface MeterProps {
  /** Filled part, 0 to 1; more is shown full. */
  readonly share: number;
  /** Its name: what is measured. */
  readonly label: string;
  /** What a screen reader says of its value. */
  readonly text: string;
  readonly tone?: 'plain' | 'warning' | 'error';
}

export function Meter({ share, label, text, tone = 'plain' }: MeterProps): ReactElement {
  const percent = Math.min(Math.max(share, 0), 1) * 100;
  return (
    <div className={`meter meter-${tone}`} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(percent)} aria-valuetext={text}>
      <div className="meter-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}
