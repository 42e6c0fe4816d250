import type { ChangeEvent, KeyboardEvent, ReactElement } from 'react';
import { useId, useLayoutEffect, useRef } from 'react';
import { CompletionList, completionId } from './CompletionList';
import { draftKey } from './DraftInput';
import type { Language } from './fieldSpec';
import { Problem, useForm, type FieldParts } from './form';
import { accepted, asksFor, useCompletions } from './useCompletions';
import type { Draft } from './useDraft';
import { useExpressionCheck } from './useExpressionCheck';

interface CodeAreaProps extends Partial<FieldParts> {
  readonly draft: Draft;
  readonly language: Language;
  /** Enter begins a new line; then Ctrl+Enter takes the text. */
  readonly long: boolean;
  readonly placeholder?: string;
  readonly label?: string;
}

const mostRows = 14;

/** A text of one line or more. Expressions in it are checked while they are typed, and what can follow is offered. */
export function CodeArea({ draft, language, long, placeholder, label, id, describedBy, invalid = false }: CodeAreaProps): ReactElement {
  const { host, node, disabled } = useForm();
  const area = useRef<HTMLTextAreaElement>(null);
  const cursor = useRef<number | undefined>(undefined);
  const list = useId();
  const problems = useExpressionCheck(host, draft.text, language, node, draft.isDirty);
  const { offer, ask, move, close } = useCompletions(host, language, node);

  useLayoutEffect(() => {
    if (cursor.current !== undefined) area.current?.setSelectionRange(cursor.current, cursor.current);
    cursor.current = undefined;
  });

  const typed = ({ target }: ChangeEvent<HTMLTextAreaElement>): void => {
    // What is pasted may bring lines that a text of one line does not have.
    draft.change(long || language !== 'plain' ? target.value : target.value.replaceAll('\n', ' '));
    if (asksFor(target.value.slice(0, target.selectionEnd))) ask(target.value, target.selectionEnd);
    else close();
  };
  const take = (index: number): void => {
    if (offer === undefined) return;
    const { text, offset } = accepted(draft.text, offer, index);
    cursor.current = offset;
    draft.change(text);
    close();
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      ask(draft.text, event.currentTarget.selectionEnd);
    } else if (offer !== undefined && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') close();
      else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event.key === 'ArrowDown' ? 1 : -1);
      else take(offer.active);
    } else draftKey(event, draft, long ? 'Ctrl+Enter' : 'Enter');
  };

  const rows = Math.min(Math.max(draft.text.split('\n').length, long ? 3 : 1), mostRows);
  const wrong = invalid || draft.problem !== undefined || problems.length > 0;
  return (
    <div className="code-area">
      <textarea
        ref={area}
        id={id}
        className={`form-control${language === 'expression' || language === 'script' ? ' code' : ''}${long ? ' long' : ''}${problems.length > 0 ? ' squiggle' : ''}`}
        dir="auto"
        rows={rows}
        value={draft.text}
        readOnly={disabled}
        placeholder={placeholder}
        spellCheck={false}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={wrong}
        {...(language === 'expression' || language === 'template' ? { role: 'combobox', 'aria-autocomplete': 'list' as const, 'aria-expanded': offer !== undefined, 'aria-controls': list } : {})}
        aria-activedescendant={offer === undefined ? undefined : completionId(list, offer.active)}
        onChange={typed}
        onBlur={() => {
          close();
          draft.commit();
        }}
        onKeyDown={pressed}
      />
      {offer !== undefined && <CompletionList id={list} offer={offer} onTake={take} />}
      {problems.map(({ message, offset, length }) => (
        <button key={`${offset} ${message}`} type="button" className="problem-link" title="Select the place" onMouseDown={(event) => event.preventDefault()} onClick={() => selectIn(area.current, offset, length)}>
          <Problem text={`${placeIn(draft.text, offset)}${message}`} />
        </button>
      ))}
    </div>
  );
}

function selectIn(area: HTMLTextAreaElement | null, offset: number, length: number): void {
  area?.focus();
  area?.setSelectionRange(offset, offset + Math.max(length, 1));
}

/** `2:5: ` in a text of several lines. */
function placeIn(text: string, offset: number): string {
  if (!text.includes('\n')) return '';
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: `;
}
