import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../../shared/ui/Icon';
import { IconButton } from '../../../shared/ui/Button';
import { removeSelected } from '../../gestures';
import { nodeLook } from '../../nodeLooks';
import { countOf, existing } from '../../selecting';
import type { InspectorProps } from '../../slots';
import { EdgePanel, NodePanel, NotePanel, WorkflowPanel, type Tab } from './Panels';
import { SeveralForm } from './SeveralForm';

/** All that can be said of what is selected, and changed. */
export function Inspector(props: InspectorProps): ReactElement {
  const { workflow, readOnly, onClose } = props;
  const [tab, setTab] = useState<Tab>('settings');
  const selection = existing(props.selection, workflow);
  const node = workflow.nodes.find(({ id }) => id === selection.nodes[0]);
  const edge = workflow.edges.find(({ id }) => id === selection.edges[0]);
  const note = workflow.notes.find(({ id }) => id === selection.notes[0]);
  const count = countOf(selection);
  const { wish } = props;
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wish === undefined || wish.count !== count) return;
    wish.granted();
    const fields = body.current?.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>('.form-control, .form-check') ?? [];
    const first = [...fields].find((field) => !field.disabled && !('readOnly' in field && field.readOnly));
    (first ?? body.current?.querySelector<HTMLElement>('button, vscode-button'))?.focus();
  });
  const remove = (): void => {
    const gesture = removeSelected(workflow, selection);
    if (gesture === undefined) return;
    props.edit(gesture.operations, gesture.label);
    props.onSelect(gesture.selection);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    if (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      // What is being typed has to be in the document first: VS Code would save without it.
      event.preventDefault();
      props.host.act('save', {});
    }
    // What edits a text here is not meant for the document; F1 and the like are VS Code's.
    if (editsText(event)) event.stopPropagation();
  };
  const look = count > 1 ? { icon: 'layers', label: 'Selection' } : node ? nodeLook(node.type) : edge ? { icon: 'arrow-right', label: 'Edge' } : note ? { icon: 'note', label: 'Note' } : { icon: 'type-hierarchy', label: 'Workflow' };
  return (
    <aside className="inspector" aria-label="Inspector" onKeyDown={pressed}>
      <div className="inspector-head">
        <Icon name={look.icon} />
        <h2 dir="auto" title={node?.name ?? look.label}>
          {look.label}
        </h2>
        {readOnly !== undefined && <Icon name="lock" tone="quiet" label={`Read-only: ${readOnly}`} />}
        {node !== undefined && count === 1 && <RunButtons {...props} node={node.id} />}
        {count === 1 && readOnly === undefined && <IconButton icon="trash" label="Delete" onClick={remove} />}
        <IconButton icon="close" label="Close inspector" onClick={onClose} />
      </div>
      <div ref={body} className="inspector-body">
        {count > 1 ? (
          <SeveralForm workflow={workflow} selection={selection} edit={props.edit} disabled={readOnly !== undefined} onSelect={props.onSelect} />
        ) : node !== undefined ? (
          <NodePanel key={`node ${node.id}`} {...props} node={node} tab={tab} onTab={setTab} />
        ) : edge !== undefined ? (
          <EdgePanel key={`edge ${edge.id}`} {...props} edge={edge} />
        ) : note !== undefined ? (
          <NotePanel key={`note ${note.id}`} {...props} note={note} />
        ) : (
          <WorkflowPanel key="workflow" {...props} />
        )}
      </div>
    </aside>
  );
}

/** Keys that a field acts on itself; VS Code would undo, or select all, in its own way as well. */
function editsText({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey) return /^([acsvxyz]|Arrow.*|Backspace|Delete|Enter|Home|End| )$/i.test(key);
  return key !== 'Tab' && !/^F\d+$/.test(key);
}

function RunButtons({ snapshot: { cannotRun }, overlay, host, node }: InspectorProps & { readonly node: string }): ReactElement {
  const fromWhy = cannotRun ?? (overlay.state === undefined ? 'Show an execution first: what came before is taken from it' : undefined);
  return (
    <>
      <IconButton icon="play" label={cannotRun ?? 'Run only this step'} disabled={cannotRun !== undefined} onClick={() => host.act('run', { mode: 'node', node })} />
      <IconButton icon="run-below" label={fromWhy ?? 'Run from here, with what the shown execution did before'} disabled={fromWhy !== undefined} onClick={() => host.act('run', { mode: 'from', node })} />
    </>
  );
}
