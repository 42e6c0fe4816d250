import type { ReactElement } from 'react';
import { formatPlural } from '../../../../src/base/format';
import type { WorkflowView } from '../../../../src/model/workflow/view';
import { Button } from '../../../shared/ui/Button';
import { addGroup, removeSelected, type Gesture } from '../../gestures';
import type { Edit, Selection } from '../../slots';

interface SeveralFormProps {
  readonly workflow: WorkflowView;
  readonly selection: Selection;
  readonly edit: Edit;
  readonly disabled: boolean;
  readonly onSelect: (selection: Selection) => void;
}

/** What can be done with several things at once. */
export function SeveralForm({ workflow, selection, edit, disabled, onSelect }: SeveralFormProps): ReactElement {
  const { nodes, edges, notes } = selection;
  const counts = [
    ...(nodes.length > 0 ? [formatPlural(nodes.length, 'node')] : []),
    ...(edges.length > 0 ? [formatPlural(edges.length, 'edge')] : []),
    ...(notes.length > 0 ? [formatPlural(notes.length, 'note')] : []),
  ].join(', ');
  const perform = (gesture: Gesture | undefined): void => {
    if (gesture === undefined) return;
    edit(gesture.operations, gesture.label);
    onSelect(gesture.selection);
  };
  return (
    <>
      <p>{counts} selected.</p>
      {!disabled && (
        <div className="details-actions">
          {nodes.length > 1 && (
            <Button icon="group-by-ref-type" onClick={() => perform(addGroup(workflow, nodes))}>
              Group
            </Button>
          )}
          <Button icon="trash" title="Edges of a deleted node go with it. Undo brings all of it back." onClick={() => perform(removeSelected(workflow, selection))}>
            Delete
          </Button>
        </div>
      )}
    </>
  );
}
