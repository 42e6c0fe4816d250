import type { KeyboardEvent, ReactElement } from 'react';
import { memo, useEffect, useRef } from 'react';
import { NodeResizer, type NodeProps } from 'reactflow';
import { useActions } from '../editorActions';
import type { NoteData } from '../flowElements';
import { noteOfKey } from '../gestures';

/** A note beside the graph. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<NoteData>): ReactElement {
  const actions = useActions();
  const note = noteOfKey(id) ?? id;
  return (
    <div className={`note-card${selected ? ' selected' : ''}`} role="note" onDoubleClick={() => actions.startNote(note)}>
      <NodeResizer isVisible={selected && data.canEdit} minWidth={80} minHeight={40} onResizeEnd={(_event, { x, y, width, height }) => actions.resizeNote(note, { x, y }, { width, height })} />
      {data.isEditing ? (
        <NoteField text={data.text} onEnd={(text) => actions.endNote(note, text)} />
      ) : (
        <div className="note-text" dir="auto">
          {data.text === '' ? <span className="quiet">Double-click or F2 to write</span> : data.text}
        </div>
      )}
    </div>
  );
});

function NoteField({ text, onEnd }: { readonly text: string; readonly onEnd: (text: string | undefined) => void }): ReactElement {
  const field = useRef<HTMLTextAreaElement>(null);
  const ended = useRef(false);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const end = (value: string | undefined): void => {
    if (ended.current) return;
    ended.current = true;
    onEnd(value);
  };
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    event.stopPropagation();
    if (event.key === 'Escape') end(undefined);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) end(event.currentTarget.value);
  };
  return <textarea ref={field} className="note-field nodrag nopan nowheel" defaultValue={text} maxLength={10_000} aria-label="Text of the note" dir="auto" onKeyDown={pressed} onBlur={(event) => end(event.currentTarget.value)} />;
}
