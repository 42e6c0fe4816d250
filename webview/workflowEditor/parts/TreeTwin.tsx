import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { WorkflowIssue } from '../../../src/model/workflow/definition';
import type { WorkflowGraph } from '../../../src/model/workflow/graph';
import type { WorkflowView } from '../../../src/model/workflow/view';
import { Icon } from '../../shared/ui/Icon';
import { configSummary } from '../configSummary';
import { connectProblem } from '../connectRules';
import { useActions } from '../editorActions';
import { addNote, noteKey } from '../gestures';
import { groupKey, selectedGroup } from '../groups';
import { actionOfKey } from '../keyActions';
import { nodeLook } from '../nodeLooks';
import { nothingSelected, type RunOverlay, type Selection } from '../slots';
import { edgeRowKey, moveInTree, nodeRowKey, treeRows, type TreeRow } from '../treeRows';
import { NameField } from './NameField';
import { PickList, type Pick } from './PickList';
import { NodeBadge } from './run/NodeBadge';

interface TreeTwinProps {
  readonly workflow: WorkflowView;
  readonly graph: WorkflowGraph;
  readonly issues: readonly WorkflowIssue[];
  readonly overlay: RunOverlay;
  readonly selection: Selection;
  readonly current: string | undefined;
  readonly renaming: string | undefined;
  readonly canEdit: boolean;
}

/** The graph as a tree: everything that can be done in the picture can be done here. */
export function TreeTwin({ workflow, graph, issues, overlay, selection, current, renaming, canEdit }: TreeTwinProps): ReactElement {
  const actions = useActions();
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [connecting, setConnecting] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => treeRows(workflow, graph, collapsed), [workflow, graph, collapsed]);
  const nodes = useMemo(() => new Map(workflow.nodes.map((node) => [node.id, node])), [workflow]);
  // A group is no selection of its own: its steps are what is selected with it.
  const [group, setGroup] = useState<string>();
  const wanted = wantedRow(selection, current, selectedGroup(workflow, selection)?.id === group ? group : undefined);
  const active = rows.some(({ key }) => key === wanted) ? wanted : rows[0]?.key;
  const activeRow = rows.find(({ key }) => key === active);

  useEffect(() => {
    if (active !== undefined) document.getElementById(`row-${active}`)?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  const choose = (row: TreeRow | undefined): void => {
    if (row?.kind === 'node') actions.select({ ...nothingSelected, nodes: [row.node] }, row.node);
    if (row?.kind === 'edge') actions.select({ ...nothingSelected, edges: [row.edge] });
    if (row?.kind === 'note') actions.select({ ...nothingSelected, notes: [row.id] });
    if (row?.kind === 'group') actions.select({ ...nothingSelected, nodes: membersOf(workflow, row.id) });
    setGroup(row?.kind === 'group' ? row.id : undefined);
  };
  const fold = (node: string, isCollapsed: boolean): void => setCollapsed((before) => new Set(isCollapsed ? [...before, node] : [...before].filter((other) => other !== node)));
  const pressed = (event: KeyboardEvent): void => {
    if (event.target !== tree.current) return;
    const move = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? undefined : moveInTree(rows, active, event.key);
    const action = actionOfKey(event);
    if (move?.kind === 'row') choose(rows.find(({ key }) => key === move.key));
    else if (move?.kind === 'fold') fold(move.node, move.collapsed);
    else if (action?.kind === 'connect' && activeRow?.kind === 'node' && canEdit) setConnecting(activeRow.node);
    else if (action?.kind === 'walk' || action === undefined || !actOn(activeRow, action)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** The row under the cursor is what the action is about, also when nothing was selected yet. */
  const actOn = (row: TreeRow | undefined, action: Parameters<typeof actions.act>[0]): boolean => {
    if (selection.nodes.length + selection.edges.length + selection.notes.length === 0) choose(row);
    if (row?.kind === 'group' && action.kind === 'rename') actions.startRename(row.key);
    else if (row?.kind === 'group' && action.kind === 'remove') actions.removeGroup(row.id);
    // The text of a note stands in the inspector: a row has one line.
    else if (row?.kind === 'note' && (action.kind === 'open' || action.kind === 'rename')) actions.open({ ...nothingSelected, notes: [row.id] });
    else if (action.kind === 'note') addNoteHere();
    else if (action.kind === 'open' && row?.kind === 'node') actions.open({ ...nothingSelected, nodes: [row.node] });
    else if (action.kind === 'open' && row?.kind === 'edge') actions.open({ ...nothingSelected, edges: [row.edge] });
    else return actions.act(action);
    return true;
  };
  const addNoteHere = (): void => {
    if (!canEdit) return;
    const gesture = addNote(workflow, { x: 0, y: 0 });
    actions.perform(gesture);
    actions.open(gesture.selection);
  };
  const targets = (search: string): readonly Pick[] =>
    workflow.nodes.flatMap(({ id, name, type }) => {
      const matches = `${name} ${id} ${type}`.toLowerCase().includes(search.trim().toLowerCase());
      return matches && connecting !== undefined && connectProblem(workflow, connecting, id) === undefined ? [{ key: id, icon: nodeLook(type).icon, label: name === '' ? id : name, detail: nodeLook(type).label }] : [];
    });

  return (
    <div className="tree-scroller">
      <div ref={tree} className="tree" role="tree" aria-label="Steps and their edges" aria-multiselectable="true" tabIndex={0} {...(active === undefined ? {} : { 'aria-activedescendant': `row-${active}` })} onKeyDown={pressed}>
        {rows.map((row) => (
          <div
            key={row.key}
            id={`row-${row.key}`}
            className={`tree-row tree-${row.kind}${row.key === active ? ' active' : ''}`}
            role="treeitem"
            aria-level={row.kind === 'edge' ? 2 : 1}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-selected={isSelected(row)}
            {...(row.kind === 'node' && row.expanded !== undefined ? { 'aria-expanded': row.expanded } : {})}
            onClick={() => choose(row)}
            onDoubleClick={() => actOn(row, { kind: 'open' })}
          >
            {row.kind === 'edge' ? <EdgeLine row={row} taken={overlay.edges.get(row.edge) ?? 0} issues={issues} /> : row.kind === 'node' ? nodeLine(row) : otherLine(row)}
          </div>
        ))}
      </div>
      {connecting !== undefined && <PickList label="Connect to…" find={targets} onClose={() => setConnecting(undefined)} onPick={(target) => actions.connect(connecting, target)} />}
    </div>
  );

  function isSelected(row: TreeRow): boolean {
    if (row.kind === 'node') return selection.nodes.includes(row.node);
    if (row.kind === 'edge') return selection.edges.includes(row.edge);
    return row.kind === 'note' ? selection.notes.includes(row.id) : row.key === active;
  }

  function otherLine(row: TreeRow & { readonly kind: 'group' | 'note' }): ReactElement {
    const isGroup = row.kind === 'group';
    const name = isGroup ? (workflow.groups.find(({ id }) => id === row.id)?.name ?? '') : '';
    return (
      <>
        <span className="tree-twisty" aria-hidden="true" />
        <Icon name={isGroup ? 'group-by-ref-type' : 'note'} label={isGroup ? 'Group' : 'Note'} />
        {isGroup && renaming === row.key ? (
          <NameField name={name} label="Name of the group" onEnd={(next) => actions.renameGroup(row.id, next)} />
        ) : (
          <span className="tree-name" dir="auto">
            {row.text}
          </span>
        )}
      </>
    );
  }

  function nodeLine(row: TreeRow & { readonly kind: 'node' }): ReactElement | null {
    const node = nodes.get(row.node);
    if (!node) return null;
    const { icon, label } = nodeLook(node.type);
    const name = node.name === '' ? node.id : node.name;
    const problems = issues.filter((issue) => issue.node === node.id);
    const run = overlay.nodes.get(node.id);
    return (
      <>
        <span className="tree-twisty" aria-hidden="true" onClick={() => row.expanded !== undefined && fold(node.id, row.expanded)}>
          {row.expanded !== undefined && <Icon name={row.expanded ? 'chevron-down' : 'chevron-right'} />}
        </span>
        <Icon name={icon} label={label} />
        {renaming === node.id ? (
          <NameField name={name} label={`Name of ${name}`} onEnd={(next) => actions.endRename(node.id, next)} />
        ) : (
          <span className="tree-name" dir="auto">
            {name}
          </span>
        )}
        <span className="tree-summary" dir="auto">
          {configSummary(node.type, node.config)}
        </span>
        {problems.length > 0 && <Problems issues={problems} />}
        {run !== undefined && <NodeBadge run={run} />}
      </>
    );
  }
}

function wantedRow(selection: Selection, current: string | undefined, group: string | undefined): string | undefined {
  if (group !== undefined) return groupKey(group);
  const [edge] = selection.edges;
  const [note] = selection.notes;
  if (selection.nodes.length === 0 && edge !== undefined) return edgeRowKey(edge);
  if (selection.nodes.length === 0 && note !== undefined) return noteKey(note);
  return current === undefined ? undefined : nodeRowKey(current);
}

function membersOf({ groups }: WorkflowView, group: string): readonly string[] {
  return groups.find(({ id }) => id === group)?.nodes ?? [];
}

function EdgeLine({ row, taken, issues }: { readonly row: TreeRow & { readonly kind: 'edge' }; readonly taken: number; readonly issues: readonly WorkflowIssue[] }): ReactElement {
  const problems = issues.filter((issue) => issue.edge === row.edge);
  return (
    <>
      {row.isBack && <Icon name="debug-restart" label="Leads back" />}
      <span className="tree-name" dir="auto">
        {row.text}
      </span>
      {taken > 0 && <span className="tree-summary">taken {taken} ×</span>}
      {problems.length > 0 && <Problems issues={problems} />}
    </>
  );
}

function Problems({ issues }: { readonly issues: readonly WorkflowIssue[] }): ReactElement {
  const severity = issues.some((issue) => issue.severity === 'error') ? 'error' : 'warning';
  return <Icon name={severity} tone={severity} label={issues.map(({ message }) => message).join('\n')} />;
}
