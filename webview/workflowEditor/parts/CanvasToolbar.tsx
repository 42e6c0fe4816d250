import type { ReactElement } from 'react';
import { IconButton } from '../../shared/ui/Button';

interface CanvasToolbarProps {
  readonly isTree: boolean;
  readonly canEdit: boolean;
  readonly canGroup: boolean;
  readonly paletteOpen: boolean;
  readonly inspectorOpen: boolean;
  readonly minimap: boolean;
  readonly layingOut: boolean;
  readonly onTree: (on: boolean) => void;
  readonly onPalette: (on: boolean) => void;
  readonly onInspector: (on: boolean) => void;
  readonly onMinimap: (on: boolean) => void;
  readonly onAdd: () => void;
  readonly onNote: () => void;
  readonly onGroup: () => void;
  readonly onLayout: () => void;
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

export function CanvasToolbar(props: CanvasToolbarProps): ReactElement {
  const { isTree, canEdit, paletteOpen, inspectorOpen, minimap } = props;
  return (
    <div className="canvas-toolbar" role="toolbar" aria-label="Workflow">
      {canEdit && !isTree && <IconButton icon="layout-sidebar-left" label="Palette" pressed={paletteOpen} onClick={() => props.onPalette(!paletteOpen)} />}
      {canEdit && <IconButton icon="add" label="Add a step" onClick={props.onAdd} />}
      {canEdit && !isTree && <IconButton icon="note" label="Add a note" onClick={props.onNote} />}
      {canEdit && props.canGroup && <IconButton icon="group-by-ref-type" label="Group the selected steps" onClick={props.onGroup} />}
      {canEdit && <IconButton icon={props.layingOut ? 'loading' : 'type-hierarchy'} label="Lay out" onClick={props.onLayout} />}
      <IconButton icon="search" label="Search steps (/)" onClick={props.onSearch} />
      <span className="canvas-toolbar-gap" />
      {!isTree && <IconButton icon="map" label="Overview map" pressed={minimap} onClick={() => props.onMinimap(!minimap)} />}
      <IconButton icon="list-tree" label="Show as a tree" pressed={isTree} onClick={() => props.onTree(!isTree)} />
      <IconButton icon="layout-sidebar-right" label="Inspector" pressed={inspectorOpen} onClick={() => props.onInspector(!inspectorOpen)} />
      <IconButton icon="keyboard" label="Keyboard shortcuts (?)" onClick={props.onHelp} />
    </div>
  );
}
