import type { KeyboardEvent, ReactElement } from 'react';
import { useId } from 'react';
import type { FieldParts } from './form';
import type { Draft } from './useDraft';

interface DraftInputProps extends Partial<FieldParts> {
  readonly draft: Draft;
  readonly disabled: boolean;
  readonly placeholder?: string;
  readonly suggestions?: readonly string[];
  readonly numeric?: boolean;
  /** Its name, where no label stands beside it. */
  readonly label?: string;
}

/** One line of text: taken on leaving and by Enter, given up by Escape. */
export function DraftInput({ draft, disabled, placeholder, suggestions = [], numeric = false, label, id, describedBy, invalid = false }: DraftInputProps): ReactElement {
  const list = useId();
  return (
    <>
      <input
        id={id}
        type="text"
        className="form-control"
        dir="auto"
        inputMode={numeric ? 'decimal' : 'text'}
        value={draft.text}
        readOnly={disabled}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid || draft.problem !== undefined}
        list={suggestions.length > 0 ? list : undefined}
        onChange={(event) => draft.change(event.target.value)}
        onBlur={draft.commit}
        onKeyDown={(event) => draftKey(event, draft, 'Enter')}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Escape gives up what was typed, and only where nothing was typed it is somebody else's. */
export function draftKey(event: KeyboardEvent, draft: Draft, taking: 'Enter' | 'Ctrl+Enter'): void {
  if (event.key === 'Enter' && (taking === 'Enter' || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    draft.commit();
  } else if (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey)) {
    // The inspector asks for saving: with what was typed so far.
    draft.commit();
  } else if (event.key === 'Escape' && draft.isDirty) {
    event.stopPropagation();
    draft.revert();
  }
}
