import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Icon } from '../../shared/ui/Icon';
import type { Point } from '../geometry';

export interface Pick {
  readonly key: string;
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
}

interface PickListProps {
  /** Its name, and what is asked. */
  readonly label: string;
  readonly find: (search: string) => readonly Pick[];
  readonly onPick: (key: string) => void;
  readonly onClose: () => void;
  /** In the window; without it, at the top of the page, in the middle. */
  readonly at?: Point | undefined;
}

const size = { width: 300, height: 330 };

/** A list to choose from, like the editor's quick picks: typing filters, arrows choose, Enter takes, Escape or leaving closes. */
export function PickList({ label, find, onPick, onClose, at }: PickListProps): ReactElement {
  const [search, setSearch] = useState('');
  const [index, setIndex] = useState(0);
  const [before] = useState(() => document.activeElement);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const picks = find(search);
  const chosen = Math.min(index, picks.length - 1);

  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    // The focus goes back to where it was, unless something else took it.
    return () => {
      if (before instanceof HTMLElement && (document.activeElement === document.body || document.activeElement === null)) before.focus({ preventScroll: true });
    };
  }, [before]);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen, search]);

  const take = (key: string | undefined): void => {
    if (key === undefined) return;
    onClose();
    onPick(key);
  };
  const pressed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (picks.length > 0) setIndex((chosen + step + picks.length) % picks.length);
    } else if (event.key === 'Enter') take(picks[chosen]?.key);
    else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
    }
  };
  const place = at && { left: Math.max(8, Math.min(at.x, window.innerWidth - size.width - 8)), top: Math.max(8, Math.min(at.y, window.innerHeight - size.height - 8)) };
  return (
    <div className={at ? 'pick-list' : 'pick-list pick-list-top'} style={place} role="dialog" aria-label={label} onKeyDown={pressed} onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && onClose()}>
      <input
        ref={field}
        className="pick-field"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-label={label}
        {...(picks[chosen] ? { 'aria-activedescendant': `${id}-${picks[chosen].key}` } : {})}
        placeholder={label}
        value={search}
        onChange={({ target }) => {
          setSearch(target.value);
          setIndex(0);
        }}
      />
      <ul ref={list} id={`${id}-list`} className="picks" role="listbox" aria-label={label}>
        {picks.map((pick, place) => (
          <li key={pick.key} id={`${id}-${pick.key}`} className="pick" role="option" aria-selected={place === chosen} title={pick.detail} onMouseDown={(event) => event.preventDefault()} onClick={() => take(pick.key)}>
            <Icon name={pick.icon} />
            <span className="pick-label" dir="auto">
              {pick.label}
            </span>
            <span className="pick-detail" dir="auto">
              {pick.detail}
            </span>
          </li>
        ))}
        {picks.length === 0 && <li className="pick-none quiet">Nothing matches</li>}
      </ul>
    </div>
  );
}
