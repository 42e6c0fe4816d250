import type { ReactElement } from 'react';
import { formatPlural } from '../../../src/base/format';
import { isNodeType, type NodeType } from '../../../src/model/workflow/nodeConfig';
import type { WorkflowView } from '../../../src/model/workflow/view';
import { configSummary } from '../configSummary';
import { useActions } from '../editorActions';
import type { Popup } from '../editorParts';
import { addNode, noteKey, noteOfKey } from '../gestures';
import { groupKey, groupOfKey } from '../groups';
import { nodeLook, paletteEntries } from '../nodeLooks';
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
  const goTo = (key: string): void => {
    const [note, group] = [noteOfKey(key), groupOfKey(key)];
    if (note !== undefined) actions.select({ ...nothingSelected, notes: [note] });
    else if (group !== undefined) actions.select({ ...nothingSelected, nodes: workflow.groups.find(({ id }) => id === group)?.nodes ?? [] });
    else actions.select({ ...nothingSelected, nodes: [key] }, key);
  };
  if (popup.kind === 'help') return <Shortcuts onClose={onClose} />;
  if (popup.kind === 'search') return <PickList label="Search steps" find={(search) => found(workflow, search)} onClose={onClose} onPick={goTo} />;
  const { after, before, at, client } = popup.place;
  const types = (search: string): readonly Pick[] => paletteEntries(search, allowed).map(({ type, icon, label, hint }) => ({ key: type, icon, label, detail: hint }));
  return <PickList label="Add a step" find={types} at={client} onClose={onClose} onPick={(type) => isNodeType(type) && actions.perform(addNode(workflow, type, { ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }), ...(at === undefined ? {} : { at }) }))} />;
}

const mostFound = 200;

/** Nodes, groups and notes in which every word that was typed is somewhere; those that are called so come first. */
function found({ nodes, groups, notes }: WorkflowView, search: string): readonly Pick[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return [
    ...nodes.map(({ id, type, name, config }) => ({ key: id, icon: nodeLook(type).icon, label: name === '' ? id : name, detail: configSummary(type, config), text: `${name} ${id} ${type} ${nodeLook(type).label} ${configSummary(type, config)}`.toLowerCase() })),
    ...groups.map((group) => ({ key: groupKey(group.id), icon: 'group-by-ref-type', label: group.name === '' ? 'Group' : group.name, detail: formatPlural(group.nodes.length, 'step'), text: `group ${group.name}`.toLowerCase() })),
    ...notes.map(({ id, text }) => ({ key: noteKey(id), icon: 'note', label: 'Note', detail: text, text: `note ${text}`.toLowerCase() })),
  ]
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .sort((a, b) => Number(words.every((word) => b.label.toLowerCase().includes(word))) - Number(words.every((word) => a.label.toLowerCase().includes(word))))
    .slice(0, mostFound);
}
