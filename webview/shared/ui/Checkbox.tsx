import type { ReactElement } from 'react';

interface CheckboxProps {
  readonly checked: boolean;
  readonly label: string;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox({ checked, label, title, onChange }: CheckboxProps): ReactElement {
  return (
    <label className="field checkbox" title={title}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
