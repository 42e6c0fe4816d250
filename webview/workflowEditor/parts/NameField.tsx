import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useRef } from 'react';

interface NameFieldProps {
  readonly name: string;
  readonly label: string;
  /** The new name, or undefined when it stays as it was. */
  readonly onEnd: (name: string | undefined) => void;
}

/** Renames in place: Enter or leaving takes the name, Escape does not. */
export function NameField({ name, label, onEnd }: NameFieldProps): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, []);
  const end = (value: string | undefined): void => {
    if (ended.current) return;
    ended.current = true;
    onEnd(value);
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    if (event.key === 'Enter') end(event.currentTarget.value);
    if (event.key === 'Escape') end(undefined);
  };
  return <input ref={field} className="name-field nodrag nopan" defaultValue={name} maxLength={200} aria-label={label} dir="auto" onKeyDown={pressed} onBlur={(event) => end(event.currentTarget.value)} />;
}
