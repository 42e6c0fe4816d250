import type { ReactElement } from 'react';

interface DateFieldProps {
  /** `2026-11-22` */
  readonly value: string;
  readonly label: string;
  readonly onChange: (day: string) => void;
}

export function DateField({ value, label, onChange }: DateFieldProps): ReactElement {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
