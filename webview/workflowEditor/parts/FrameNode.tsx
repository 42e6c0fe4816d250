import type { ReactElement } from 'react';
import { memo } from 'react';
import type { NodeProps } from 'reactflow';
import { Icon } from '../../shared/ui/Icon';
import { useActions } from '../editorActions';
import type { FrameData } from '../flowElements';
import { groupOfKey } from '../groups';
import { nothingSelected } from '../slots';
import { NameField } from './NameField';

/** A frame around the nodes of a group. Its head selects them all, so that they are moved together. */
export const FrameNode = memo(function FrameNode({ id, data }: NodeProps<FrameData>): ReactElement {
  const actions = useActions();
  const group = groupOfKey(id) ?? id;
  return (
    <div className="frame" role="group" aria-label={`Group ${data.name}`}>
      <div className="frame-head nodrag">
        {data.isRenaming ? (
          <NameField name={data.name} label="Name of the group" onEnd={(name) => actions.renameGroup(group, name)} />
        ) : (
          <button type="button" className="frame-name" dir="auto" title="Select all in this group; double-click renames it" tabIndex={-1} onClick={() => actions.select({ ...nothingSelected, nodes: data.nodes })} onDoubleClick={() => actions.startRename(id)}>
            {data.name === '' ? 'Group' : data.name}
          </button>
        )}
        <button type="button" className="frame-remove" title="Remove the group; its steps stay" aria-label={`Remove the group ${data.name}`} tabIndex={-1} onClick={() => actions.removeGroup(group)}>
          <Icon name="close" />
        </button>
      </div>
    </div>
  );
});
