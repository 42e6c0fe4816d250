import type { ReactElement } from 'react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useReactFlow } from 'reactflow';
import type { NodeType } from '../../src/model/workflow/nodeConfig';
import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import { createActions, useLatest } from './createActions';
import { ActionsProvider } from './editorActions';
import type { Connecting, EditorParts, Popup } from './editorParts';
import { createFlowElements, type Drawing } from './flowElements';
import { nodeSize } from './geometry';
import { addGroup, addNode, addNote, firstStep } from './gestures';
import { motionMs } from './motion';
import type { PageState } from './pageState';
import { Canvas } from './parts/Canvas';
import { CanvasToolbar } from './parts/CanvasToolbar';
import { Inspector } from './parts/inspector/Inspector';
import { Notices } from './parts/Notices';
import { Palette } from './parts/Palette';
import { Popups } from './parts/Popups';
import { RunBar } from './parts/run/RunBar';
import { EmptyWorkflow } from './parts/States';
import { TreeTwin } from './parts/TreeTwin';
import { existing } from './selecting';
import type { EditorHost, RunOverlay, Selection } from './slots';
import { useCanvasChanges } from './useCanvasChanges';
import { useEdit } from './useEdit';
import { useFocus } from './useFocus';
import { useLayout } from './useLayout';
import { useLocalPlaces } from './useLocalPlaces';
import { useMessage } from './useMessage';
import { roomFor, useNarrow } from './useNarrow';
import type { Reveal } from './useReveal';
import type { ShownWorkflow } from './useShownWorkflow';

interface EditorProps {
  readonly host: EditorHost;
  readonly snapshot: WorkflowEditorSnapshot;
  readonly shown: ShownWorkflow;
  readonly overlay: RunOverlay;
  readonly state: PageState;
  readonly changeState: (change: (before: PageState) => Partial<PageState>) => void;
  /** What is to be brought into sight. */
  readonly wanted: Reveal;
  readonly reveal: (nodes: readonly string[]) => void;
  readonly onShowPinned: (execution: string | undefined) => void;
}

/** Steps: from then on a graph is hardly in sight as a whole. */
const mapFrom = 20;

/** The editor around a workflow that can be drawn. */
export function Editor({ host, snapshot, shown, overlay, state, changeState, wanted, reveal, onShowPinned }: EditorProps): ReactElement {
  const { workflow, graph, issues, source } = shown;
  const readOnly = readOnlyReason(snapshot, shown);
  const canEdit = readOnly === undefined;
  const change = useCallback((part: Partial<PageState>) => changeState(() => part), [changeState]);
  const selection = useMemo(() => existing(state.selection, workflow), [state.selection, workflow]);
  const current = workflow.nodes.some(({ id }) => id === state.current) ? state.current : undefined;
  const narrow = useNarrow(roomFor.graph);
  const roomy = !useNarrow(roomFor.panels);
  const paletteOpen = state.paletteOpen ?? roomy;
  const minimap = state.minimap ?? workflow.nodes.length > mapFrom;
  const inspectorOpen = state.inspectorOpen ?? roomy;
  const isTree = (state.view ?? (narrow ? 'tree' : 'graph')) === 'tree';
  const [renaming, setRenaming] = useState<string>();
  const [writing, setWriting] = useState<string>();
  const [popup, setPopup] = useState<Popup>();
  const [connecting, setConnecting] = useState<Connecting>();
  const { message, say } = useMessage();
  const local = useLocalPlaces(snapshot.documentVersion);
  const edit = useEdit(host, canEdit);
  const body = useRef<HTMLDivElement>(null);
  const { focus, focusInspector, wish } = useFocus(isTree);
  const flow = useReactFlow();

  const parts: EditorParts = { host, workflow, graph, raw: shown.raw, canEdit, isTree, selection, current, connecting, local, edit, change, setRenaming, setWriting, setPopup, setConnecting, reveal, say, focus, focusInspector };
  const now = useLatest(parts);
  const [actions] = useState(() => createActions(now));
  const changes = useCanvasChanges(now, changeState);
  const showAll = useCallback(() => void flow.fitView({ maxZoom: 1, padding: 0.1, duration: motionMs() }), [flow]);
  const { layingOut, layOut } = useLayout(now, showAll);

  // What was refused is not where it was dragged to.
  const { clear } = local;
  useEffect(() => {
    const listening = host.onError(({ about }) => about !== 'snapshot' && clear());
    return () => listening.dispose();
  }, [host, clear]);

  const [elements] = useState(createFlowElements);
  const drawing: Drawing = { workflow, graph, issues, overlay, selection, current, target: connecting?.target, renaming, writing, canEdit, places: local.places };
  const allowed = (type: NodeType): boolean => type !== 'start' || !workflow.nodes.some((node) => node.type === 'start');
  const centre = (): { x: number; y: number } => {
    const box = body.current?.querySelector('.canvas')?.getBoundingClientRect();
    const at = flow.screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
    return { x: at.x - nodeSize.width / 2, y: at.y - nodeSize.height / 2 };
  };
  const select = (next: Selection): void => {
    actions.select(next);
    reveal(next.nodes);
  };
  const show = (next: Selection): void => {
    select(next);
    change({ inspectorOpen: true });
  };
  const closeInspector = (): void => {
    // First: a field that is left takes what was typed.
    focus();
    change({ inspectorOpen: false });
  };
  const isEmpty = workflow.nodes.length + workflow.notes.length === 0;

  return (
    <ActionsProvider value={actions}>
      <div ref={body} className="editor">
        <RunBar snapshot={snapshot} workflow={workflow} issues={snapshot.issues} overlay={overlay} host={host} selection={selection} onSelect={show} />
        <Notices host={host} snapshot={snapshot} readOnly={source === 'text' ? snapshot.readOnly : undefined} source={source} onShowPinned={onShowPinned} />
        <CanvasToolbar
          isTree={isTree}
          canEdit={canEdit}
          canGroup={selection.nodes.length > 1}
          paletteOpen={paletteOpen}
          inspectorOpen={inspectorOpen}
          minimap={minimap}
          layingOut={layingOut}
          onTree={(on) => change({ view: on ? 'tree' : 'graph' })}
          onPalette={(on) => change({ paletteOpen: on })}
          onInspector={(on) => change({ inspectorOpen: on })}
          onMinimap={(on) => change({ minimap: on })}
          onAdd={() => actions.act({ kind: 'add' })}
          onNote={() => actions.perform(addNote(workflow, centre()))}
          onGroup={() => actions.perform(addGroup(workflow, selection.nodes))}
          onLayout={layOut}
          onSearch={() => setPopup({ kind: 'search' })}
          onHelp={() => setPopup({ kind: 'help' })}
        />
        <div className="editor-body">
          {canEdit && !isTree && paletteOpen && <Palette allowed={allowed} onAdd={(type) => actions.perform(addNode(workflow, type, { at: centre() }))} onClose={() => change({ paletteOpen: false })} />}
          <div className="editor-main">
            {isTree ? (
              !isEmpty && <TreeTwin workflow={workflow} graph={graph} issues={issues} overlay={overlay} selection={selection} current={current} renaming={renaming} canEdit={canEdit} />
            ) : (
              <Canvas workflow={workflow} nodes={elements.nodes(drawing)} edges={elements.edges(drawing)} changes={changes} current={current} canEdit={canEdit} minimap={minimap && !isEmpty} viewport={state.viewport} onViewport={(viewport) => change({ viewport })} reveal={wanted} />
            )}
            {isEmpty && <EmptyWorkflow canEdit={canEdit} onBegin={() => actions.perform(firstStep(workflow))} />}
            {message !== '' && <div className="message">{message}</div>}
          </div>
          {inspectorOpen && <Inspector snapshot={snapshot} workflow={workflow} issues={issues} overlay={overlay} host={host} selection={selection} edit={edit} readOnly={readOnly} onSelect={select} wish={wish} onClose={closeInspector} />}
        </div>
        {popup && <Popups popup={popup} workflow={workflow} allowed={allowed} onClose={() => setPopup(undefined)} />}
        <div role="status" aria-live="polite" className="visually-hidden">
          {message}
        </div>
      </div>
    </ActionsProvider>
  );
}

function readOnlyReason(snapshot: WorkflowEditorSnapshot, { source }: ShownWorkflow): string | undefined {
  if (source === 'pinned') return 'This is the version that the shown execution runs.';
  return source === 'before' ? 'The text is not valid JSON at the moment.' : snapshot.readOnly;
}
