import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { WorkflowIssue } from '../../../src/model/workflow/definition';
import type { WorkflowGraph } from '../../../src/model/workflow/graph';
import type { WorkflowView } from '../../../src/model/workflow/view';
import { Icon } from '../../shared/ui/Icon';
import { configSummary } from '../configSummary';
import { connectProblem } from '../connectRules';
import { useActions } from '../editorActions';
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
  const [onlyEdge] = selection.edges;
  const wanted = onlyEdge !== undefined && selection.nodes.length === 0 ? edgeRowKey(onlyEdge) : current === undefined ? undefined : nodeRowKey(current);
  const active = rows.some(({ key }) => key === wanted) ? wanted : rows[0]?.key;
  const activeRow = rows.find(({ key }) => key === active);

  useEffect(() => {
    if (active !== undefined) document.getElementById(`row-${active}`)?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  const choose = (row: TreeRow | undefined): void => {
    if (row?.kind === 'node') actions.select({ ...nothingSelected, nodes: [row.node] }, row.node);
    if (row?.kind === 'edge') actions.select({ ...nothingSelected, edges: [row.edge] });
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
    if (action.kind === 'open' && row) actions.open(row.kind === 'node' ? { ...nothingSelected, nodes: [row.node] } : { ...nothingSelected, edges: [row.edge] });
    else return actions.act(action);
    return true;
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
            aria-level={row.kind === 'node' ? 1 : 2}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-selected={row.kind === 'node' ? selection.nodes.includes(row.node) : selection.edges.includes(row.edge)}
            {...(row.kind === 'node' && row.expanded !== undefined ? { 'aria-expanded': row.expanded } : {})}
            onClick={() => choose(row)}
            onDoubleClick={() => actOn(row, { kind: 'open' })}
          >
            {row.kind === 'edge' ? <EdgeLine row={row} taken={overlay.edges.get(row.edge) ?? 0} issues={issues} /> : nodeLine(row)}
          </div>
        ))}
      </div>
      {connecting !== undefined && <PickList label="Connect to…" find={targets} onClose={() => setConnecting(undefined)} onPick={(target) => actions.connect(connecting, target)} />}
    </div>
  );

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

function EdgeLine({ row, taken, issues }: { readonly row: TreeRow & { readonly kind: 'edge' }; readonly taken: number; readonly issues: readonly WorkflowIssue[] }): ReactElement {
  const problems = issues.filter((issue) => issue.edge === row.edge);
  return (
    <>
      <Icon name={row.isBack ? 'debug-restart' : 'arrow-right'} label={row.isBack ? 'Leads back' : 'Leads on'} />
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
