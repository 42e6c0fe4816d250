import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useId } from 'react';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly label: string }[];
  readonly shown: T;
  readonly onShow: (id: T) => void;
  readonly children: ReactNode;
}

/** Arrows change between the tabs, Tab goes on into the shown one. */
export function Tabs<T extends string>({ label, tabs, shown, onShow, children }: TabsProps<T>): ReactElement {
  const id = useId();
  const pressed = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.findIndex((tab) => tab.id === shown) + by + tabs.length) % tabs.length];
    if (by === 0 || next === undefined) return;
    onShow(next.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={pressed}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" className="tab" data-tab={tab.id} id={`${id}-${tab.id}`} aria-selected={tab.id === shown} aria-controls={`${id}-panel`} tabIndex={tab.id === shown ? 0 : -1} onClick={() => onShow(tab.id)}>
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        {children}
      </div>
    </>
  );
}
