import type { FormEvent, KeyboardEvent, ReactElement } from 'react';
import { useLayoutEffect, useRef } from 'react';

interface TextFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly placeholder: string;
  readonly onEscape?: () => void;
}

export function TextField({ value, onChange, label, placeholder, onEscape }: TextFieldProps): ReactElement {
  const field = useRef<HTMLElement>(null);
  // The toolkit names every field "Text field" when it enters the document, whatever it was called before.
  useLayoutEffect(() => field.current?.setAttribute('aria-label', label), [label]);
  const changed = (event: FormEvent<HTMLElement>): void => {
    const { target } = event;
    if ('value' in target && typeof target.value === 'string') onChange(target.value);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onEscape?.();
  };
  return <vscode-text-field ref={field} value={value} placeholder={placeholder} title={label} onInput={changed} onKeyDown={pressed} />;
}
