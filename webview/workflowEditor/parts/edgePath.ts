import { getBezierPath, getSmoothStepPath, Position } from 'reactflow';
import { nodeSize, type Point } from '../geometry';

interface Ends {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}

export interface EdgePath {
  readonly path: string;
  /** Middle of the label. */
  readonly label: Point;
}

const laneHeight = 18;
const detour = 28;
const aboveLine = 9;

/** Forward edges swing over; edges that lead back go around below both nodes. `lane` keeps edges between the same two nodes apart. */
export function edgePath({ sourceX, sourceY, targetX, targetY }: Ends, isBack: boolean, lane: number): EdgePath {
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition: Position.Right, targetPosition: Position.Left };
  if (isBack || targetX < sourceX - nodeSize.width) {
    const centerY = Math.max(sourceY, targetY) + nodeSize.height / 2 + detour + lane * laneHeight;
    const [path] = getSmoothStepPath({ ...ends, borderRadius: 12, offset: 20 + lane * 6, centerY });
    return { path, label: { x: (sourceX + targetX) / 2, y: centerY } };
  }
  const [path, x, y] = getBezierPath({ ...ends, curvature: 0.3 });
  return { path, label: { x, y: y - aboveLine + lane * laneHeight } };
}
