import type { ReactElement } from 'react';

interface SelectProps<T extends string> {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  /** Said before it, and its name. */
  readonly label: string;
}

/** The browser's own list, which keyboards and screen readers know; the toolkit's is none. */
export function Select<T extends string>({ value, options, onChange, label }: SelectProps<T>): ReactElement {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
