import type { KeyboardEvent, ReactElement } from 'react';
import { useRef, useState } from 'react';
import type { NodeType } from '../../../src/model/workflow/nodeConfig';
import { IconButton } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';
import { TextField } from '../../shared/ui/TextField';
import { paletteEntries } from '../nodeLooks';

/** Under which a dragged type travels. */
export const draggedType = 'application/x-workflow-step';

interface PaletteProps {
  readonly allowed: (type: NodeType) => boolean;
  readonly onAdd: (type: NodeType) => void;
  readonly onClose: () => void;
}

/** All types of steps: dragged into the graph, or added to its middle by a click or Enter. */
export function Palette({ allowed, onAdd, onClose }: PaletteProps): ReactElement {
  const [search, setSearch] = useState('');
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const entries = paletteEntries(search, allowed);
  const tabStop = Math.min(current, entries.length - 1);
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || entries.length === 0) return;
    event.preventDefault();
    const next = (tabStop + step + entries.length) % entries.length;
    setCurrent(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <aside className="palette" aria-label="Steps to add">
      <div className="palette-head">
        <TextField value={search} onChange={setSearch} onEscape={() => setSearch('')} label="Search step types" placeholder="Search" />
        <IconButton icon="close" label="Hide the palette" onClick={onClose} />
      </div>
      <ul ref={list} className="palette-list" onKeyDown={pressed}>
        {entries.map(({ type, icon, label, hint }, index) => (
          <li key={type}>
            <button
              type="button"
              className="palette-entry"
              tabIndex={index === tabStop ? 0 : -1}
              draggable
              title={hint}
              onDragStart={(event) => {
                event.dataTransfer.setData(draggedType, type);
                event.dataTransfer.effectAllowed = 'copy';
              }}
              onFocus={() => setCurrent(index)}
              onClick={() => onAdd(type)}
            >
              <Icon name={icon} />
              <span className="palette-label">{label}</span>
            </button>
          </li>
        ))}
        {entries.length === 0 && <li className="palette-none quiet">No type matches</li>}
      </ul>
    </aside>
  );
}
