import type { ReactElement } from 'react';
import type { Completion } from '../../../../src/protocol/workflowEditor';
import { Icon } from '../../../shared/ui/Icon';
import type { Offer } from './useCompletions';

const icons: Readonly<Record<Completion['kind'], string>> = { variable: 'symbol-variable', node: 'symbol-object', member: 'symbol-field', keyword: 'symbol-keyword' };

interface CompletionListProps {
  readonly id: string;
  readonly offer: Offer;
  readonly onTake: (index: number) => void;
}

/** The keyboard stays in the text: its field names the active one. */
export function CompletionList({ id, offer, onTake }: CompletionListProps): ReactElement {
  return (
    <ul className="completions" role="listbox" id={id} aria-label="Completions">
      {offer.items.map(({ label, detail, kind }, index) => (
        <li
          key={label}
          id={completionId(id, index)}
          ref={index === offer.active ? (element) => element?.scrollIntoView?.({ block: 'nearest' }) : undefined}
          className={index === offer.active ? 'completion active' : 'completion'}
          role="option"
          aria-selected={index === offer.active}
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          <Icon name={icons[kind]} />
          <span className="completion-label">{label}</span>
          {detail !== undefined && <span className="completion-detail quiet">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}

export function completionId(list: string, index: number): string {
  return `${list}-${index}`;
}
