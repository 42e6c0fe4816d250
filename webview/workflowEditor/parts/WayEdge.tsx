import type { ReactElement } from 'react';
import { memo } from 'react';
import type { EdgeProps } from 'reactflow';
import { fitted } from '../edgeLabel';
import type { FlowEdge } from '../flowElements';
import { edgePath } from './edgePath';

const longestLabel = 60;
const shortestLabel = 8;
/** Pixels, on average. */
const characterWidth = 5.5;

/** An edge of the graph. Its label is text in the picture itself: measuring hundreds of boxes would cost more than drawing them. */
export const WayEdge = memo(function WayEdge({ id, sourceX, sourceY, targetX, targetY, selected = false, data }: EdgeProps<FlowEdge['data']>): ReactElement | null {
  if (!data) return null;
  const { path, label } = edgePath({ sourceX, sourceY, targetX, targetY }, data.isBack, data.lane);
  const classes = ['way', data.isBack ? 'way-back' : '', data.taken > 0 ? 'way-taken' : '', data.problems === '' ? '' : 'way-wrong', selected ? 'way-selected' : ''].filter(Boolean).join(' ');
  // What stands between two steps has to fit there; the tooltip has it whole.
  const room = data.isBack ? longestLabel : Math.max(Math.floor(Math.hypot(targetX - sourceX, targetY - sourceY) / characterWidth), shortestLabel);
  const text = fitted([data.problems === '' ? '' : '⚠', data.taken > 0 && data.isBack ? `${data.taken} ×` : '', data.label].filter(Boolean).join(' · '), room);
  return (
    <g className={classes} data-edge={id}>
      <title>{[data.words, data.taken > 0 ? `taken ${data.taken} ×` : '', data.problems].filter(Boolean).join('\n')}</title>
      <path className="react-flow__edge-path" d={path} markerEnd={`url(#way-arrow${selected ? '-selected' : data.taken > 0 ? '-taken' : ''})`} />
      <path className="react-flow__edge-interaction" d={path} fill="none" strokeOpacity={0} strokeWidth={20} />
      {text !== '' && (
        <text className="way-label" x={label.x} y={label.y} textAnchor="middle" dominantBaseline="central">
          {text}
        </text>
      )}
    </g>
  );
});

/** Arrow heads in the theme's colours, once for all edges. */
export function ArrowHeads(): ReactElement {
  return (
    <svg className="arrow-heads" aria-hidden="true">
      <defs>
        {['', '-taken', '-selected'].map((kind) => (
          <marker key={kind} id={`way-arrow${kind}`} className={`arrow-head${kind}`} viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M 0 0.5 L 10 5 L 0 9.5 z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
