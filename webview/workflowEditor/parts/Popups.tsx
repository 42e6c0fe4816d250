import type { ReactElement } from 'react';
import type { NodeType } from '../../../src/model/workflow/nodeConfig';
import type { WorkflowView } from '../../../src/model/workflow/view';
import { configSummary } from '../configSummary';
import type { Popup } from '../createActions';
import { useActions } from '../editorActions';
import { addNode } from '../gestures';
import { isNodeType, nodeLook, paletteEntries } from '../nodeLooks';
import { nothingSelected } from '../slots';
import { PickList, type Pick } from './PickList';
import { Shortcuts } from './States';

interface PopupsProps {
  readonly popup: Popup;
  readonly workflow: WorkflowView;
  readonly allowed: (type: NodeType) => boolean;
  readonly onClose: () => void;
}

/** What is open over the editor: the steps to add, the search, the list of keys. */
export function Popups({ popup, workflow, allowed, onClose }: PopupsProps): ReactElement {
  const actions = useActions();
  if (popup.kind === 'help') return <Shortcuts onClose={onClose} />;
  if (popup.kind === 'search') return <PickList label="Search steps" find={(search) => found(workflow, search)} onClose={onClose} onPick={(node) => actions.select({ ...nothingSelected, nodes: [node] }, node)} />;
  const { after, at, client } = popup.place;
  const types = (search: string): readonly Pick[] => paletteEntries(search, allowed).map(({ type, icon, label, hint }) => ({ key: type, icon, label, detail: hint }));
  return <PickList label="Add a step" find={types} at={client} onClose={onClose} onPick={(type) => isNodeType(type) && actions.perform(addNode(workflow, type, { ...(after === undefined ? {} : { after }), ...(at === undefined ? {} : { at }) }))} />;
}

const mostFound = 200;

/** Nodes in which every word that was typed is somewhere. */
function found({ nodes }: WorkflowView, search: string): readonly Pick[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return nodes
    .map(({ id, type, name, config }) => ({ key: id, icon: nodeLook(type).icon, label: name === '' ? id : name, detail: configSummary(type, config), text: `${name} ${id} ${type} ${nodeLook(type).label} ${configSummary(type, config)}`.toLowerCase() }))
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .slice(0, mostFound);
}
