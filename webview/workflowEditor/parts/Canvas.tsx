import type { DragEvent, KeyboardEvent, ReactElement } from 'react';
import { useEffect, useRef } from 'react';
import ReactFlow, { Background, ControlButton, Controls, MiniMap, SelectionMode, useReactFlow, type Connection, type OnConnectStartParams } from 'reactflow';
import { nodeTypes as stepTypes } from '../../../src/model/workflow/nodeConfig';
import type { WorkflowView } from '../../../src/model/workflow/view';
import { Icon } from '../../shared/ui/Icon';
import { connectProblem } from '../connectRules';
import { useActions } from '../editorActions';
import type { FlowEdge, FlowNode } from '../flowElements';
import { around, grid, nodeSize } from '../geometry';
import { addNode } from '../gestures';
import { actionOfKey } from '../keyActions';
import { motionMs } from '../motion';
import type { PageState } from '../pageState';
import { nothingSelected } from '../slots';
import type { CanvasChanges } from '../useCanvasChanges';
import { useReveal, type Reveal } from '../useReveal';
import { FrameNode } from './FrameNode';
import { KnownHandles } from './KnownHandles';
import { NoteNode } from './NoteNode';
import { draggedType } from './Palette';
import { StepNode, stepElementId } from './StepNode';
import { ArrowHeads, WayEdge } from './WayEdge';

interface CanvasProps {
  readonly workflow: WorkflowView;
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  readonly changes: CanvasChanges;
  readonly current: string | undefined;
  readonly canEdit: boolean;
  readonly minimap: boolean;
  readonly viewport: PageState['viewport'];
  readonly onViewport: (viewport: NonNullable<PageState['viewport']>) => void;
  readonly reveal: Reveal | undefined;
}

/** Pixels; the library reads them from here. */
const mapSize = { width: 168, height: 112 };
const margin = 40;
const emptyViewport = { x: margin, y: 120, zoom: 1 };
const readableZoom = 0.6;
const beginningZoom = 0.85;

const nodeTypes = { step: StepNode, note: NoteNode, frame: FrameNode };
const edgeTypes = { way: WayEdge };
const severalKeys = ['Shift', 'Control', 'Meta'];
const attribution = { hideAttribution: true };
const snapGrid: [number, number] = [grid, grid];

/** The graph as a picture. */
export function Canvas({ workflow, nodes, edges, changes, current, canEdit, minimap, viewport, onViewport, reveal }: CanvasProps): ReactElement {
  const actions = useActions();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const connecting = useRef<OnConnectStartParams>();
  const connected = useRef(false);
  useReveal(workflow, reveal, frame);
  // Large graphs are drawn without what cannot be read from afar.
  const zoomClass = useRef('');
  const markZoom = (zoom: number): void => {
    const next = zoom < 0.45 ? 'far' : '';
    if (next === zoomClass.current) return;
    frame.current?.classList.toggle('far', next === 'far');
    zoomClass.current = next;
  };
  useEffect(() => {
    if (viewport) markZoom(viewport.zoom);
  });

  /** All of it where that can be read, else its beginning. */
  const showFirst = (): void => {
    const box = around(workflow.nodes.map(({ position }) => ({ ...position, ...nodeSize })));
    const size = frame.current?.getBoundingClientRect();
    if (!box || !size || size.width === 0) return;
    const zoom = Math.min((size.width - 2 * margin) / box.width, (size.height - 2 * margin) / box.height, 1);
    const first = workflow.nodes.find(({ type }) => type === 'start') ?? workflow.nodes[0];
    if (zoom >= readableZoom) flow.setViewport({ x: (size.width - box.width * zoom) / 2 - box.x * zoom, y: (size.height - box.height * zoom) / 2 - box.y * zoom, zoom });
    else if (first) flow.setViewport({ x: margin - first.position.x * beginningZoom, y: size.height / 2 - (first.position.y + nodeSize.height / 2) * beginningZoom, zoom: beginningZoom });
  };
  const pressed = (event: KeyboardEvent): void => {
    if (isTyping(event.target)) return;
    const action = actionOfKey(event);
    if (action === undefined) return;
    if (action.kind === 'fit') void flow.fitView({ maxZoom: 1, padding: 0.1, duration: motionMs() });
    else if ((action.kind === 'open' && isButton(event.target)) || !actions.act(action)) return;
    event.preventDefault();
    // VS Code would act on what reaches the window: undo would be done twice.
    event.stopPropagation();
  };
  const drop = (event: DragEvent): void => {
    const type = stepTypes.find((candidate) => candidate === event.dataTransfer.getData(draggedType));
    if (type === undefined || !canEdit) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    actions.perform(addNode(workflow, type, { at: { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 } }));
    frame.current?.focus({ preventScroll: true });
  };
  /** An edge may be dropped anywhere on a step, and on an empty place a new step is chosen that it comes from or leads to. */
  const connectEnd = (event: globalThis.MouseEvent | TouchEvent): void => {
    const from = connecting.current;
    connecting.current = undefined;
    if (!from || from.nodeId === null || connected.current || !('clientX' in event)) return;
    const on = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('.react-flow__node-step')?.dataset['id'];
    if (on !== undefined && on !== from.nodeId) {
      if (from.handleType === 'target') actions.connect(on, from.nodeId);
      else actions.connect(from.nodeId, on);
    } else if (on === undefined) {
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const place = from.handleType === 'source' ? { after: from.nodeId, at: { x: at.x, y: at.y - nodeSize.height / 2 } } : { before: from.nodeId, at: { x: at.x - nodeSize.width, y: at.y - nodeSize.height / 2 } };
      actions.openAddMenu({ ...place, client: { x: event.clientX, y: event.clientY } });
    }
  };
  const copy = (event: React.ClipboardEvent, isCut: boolean): void => {
    if (isTyping(event.target)) return;
    const text = actions.copy();
    if (text === undefined) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', text);
    if (isCut) actions.act({ kind: 'remove' });
  };

  return (
    <div
      ref={frame}
      className="canvas"
      role="application"
      aria-label={`Graph of ${workflow.name === '' ? 'the workflow' : workflow.name}. Arrows walk along the edges, question mark lists all keys.`}
      tabIndex={0}
      {...(current === undefined ? {} : { 'aria-activedescendant': stepElementId(current) })}
      onKeyDown={pressed}
      onMouseDownCapture={({ target }) => !isTyping(target) && frame.current?.focus({ preventScroll: true })}
      onDragOver={(event) => event.dataTransfer.types.includes(draggedType) && canEdit && event.preventDefault()}
      onDrop={drop}
      onCopy={(event) => copy(event, false)}
      onCut={(event) => copy(event, true)}
      onPaste={(event) => !isTyping(event.target) && canEdit && actions.paste(event.clipboardData.getData('text/plain'))}
    >
      <ArrowHeads />
      <ReactFlow
        nodes={nodes as FlowNode[]}
        edges={edges as FlowEdge[]}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={changes.onNodesChange}
        onEdgesChange={changes.onEdgesChange}
        onNodeDragStop={(event, _node, dragged) => changes.onDragStop(event, dragged)}
        onSelectionDragStop={changes.onDragStop}
        onConnectStart={(_event, params) => {
          connecting.current = params;
          connected.current = false;
        }}
        onConnect={({ source, target }) => {
          connected.current = true;
          if (source !== null && target !== null) actions.connect(source, target);
        }}
        onConnectEnd={connectEnd}
        isValidConnection={({ source, target }: Connection) => source !== null && target !== null && connectProblem(workflow, source, target) === undefined}
        onEdgeDoubleClick={(_event, { id }) => actions.open({ ...nothingSelected, edges: [id] })}
        onMove={(_event, { zoom }) => markZoom(zoom)}
        onMoveEnd={(_event, moved) => onViewport(moved)}
        defaultViewport={viewport ?? emptyViewport}
        onInit={() => viewport === undefined && showFirst()}
        minZoom={0.1}
        maxZoom={2}
        snapToGrid
        snapGrid={snapGrid}
        panOnScroll
        selectionMode={SelectionMode.Partial}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={severalKeys}
        deleteKeyCode={null}
        disableKeyboardA11y
        nodesFocusable={false}
        edgesFocusable={false}
        nodesConnectable={canEdit}
        onlyRenderVisibleElements
        nodeDragThreshold={2}
        zoomOnDoubleClick={false}
        proOptions={attribution}
      >
        <KnownHandles />
        <Background gap={grid} size={1} />
        <Controls showZoom={false} showFitView={false} showInteractive={false}>
          <ControlButton title="Zoom in" aria-label="Zoom in" onClick={() => flow.zoomIn({ duration: motionMs() })}>
            <Icon name="zoom-in" />
          </ControlButton>
          <ControlButton title="Zoom out" aria-label="Zoom out" onClick={() => flow.zoomOut({ duration: motionMs() })}>
            <Icon name="zoom-out" />
          </ControlButton>
          <ControlButton title="Show all (F)" aria-label="Show all" onClick={() => flow.fitView({ maxZoom: 1, padding: 0.1, duration: motionMs() })}>
            <Icon name="screen-full" />
          </ControlButton>
        </Controls>
        {minimap && <MiniMap pannable zoomable ariaLabel="Overview map" nodeClassName={({ type }) => `map-${type ?? ''}`} nodeBorderRadius={8} style={mapSize} />}
      </ReactFlow>
    </div>
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, vscode-text-field');
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}
