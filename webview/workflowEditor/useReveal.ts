import { useEffect, useRef, type RefObject } from 'react';
import { useReactFlow } from 'reactflow';
import type { WorkflowView } from '../../src/model/workflow/view';
import { around, nodeSize, noteSize } from './geometry';
import { noteKey } from './gestures';
import { motionMs } from './motion';

/** What is to be brought into sight, as soon as it is there: nodes, and notes by their keys. */
export interface Reveal {
  readonly nodes: readonly string[];
  /** Rises with each wish. */
  readonly number: number;
}

/** Pixels. */
const margin = 32;
/** Below it nothing can be read. */
const smallestZoom = 0.4;

/** Moves the picture only when something of them is out of sight, and no further than needed. */
export function useReveal(workflow: WorkflowView, reveal: Reveal | undefined, frame: RefObject<HTMLElement>): void {
  const flow = useReactFlow();
  const done = useRef(0);
  useEffect(() => {
    if (!reveal || reveal.number === done.current) return;
    const nodes = workflow.nodes.filter(({ id }) => reveal.nodes.includes(id)).map(({ position }) => ({ ...position, ...nodeSize }));
    const notes = workflow.notes.filter(({ id }) => reveal.nodes.includes(noteKey(id))).map(({ position, size = noteSize }) => ({ ...position, ...size }));
    const box = around([...nodes, ...notes]);
    const { width, height } = frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
    if (!box || width === 0) return;
    done.current = reveal.number;
    const { x, y, zoom } = flow.getViewport();
    const near = Math.max(zoom, smallestZoom);
    const shift = { x: into(box.x * near + x, box.width * near, width), y: into(box.y * near + y, box.height * near, height) };
    if (near !== zoom) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: near, duration: motionMs() });
    else if (shift.x !== 0 || shift.y !== 0) flow.setViewport({ x: x + shift.x, y: y + shift.y, zoom }, { duration: motionMs() });
  }, [workflow, reveal, flow, frame]);
}

/** How far something has to go to be in sight with a margin; in the middle when it is larger than that. */
function into(start: number, length: number, room: number): number {
  if (length + 2 * margin > room) return (room - length) / 2 - start;
  return start < margin ? margin - start : Math.min(room - margin - length - start, 0);
}
