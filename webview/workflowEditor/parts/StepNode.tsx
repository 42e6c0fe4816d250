import type { MouseEvent, ReactElement } from 'react';
import { memo } from 'react';
import { Handle, Position, type NodeProps } from 'reactflow';
import { Icon } from '../../shared/ui/Icon';
import { useActions } from '../editorActions';
import type { StepData } from '../flowElements';
import { nodeLook } from '../nodeLooks';
import { nothingSelected } from '../slots';
import { NameField } from './NameField';
import { NodeBadge } from './run/NodeBadge';
import { runWords } from './run/nodeRun';

export function stepElementId(id: string): string {
  return `step-${id}`;
}

/** A step of the workflow as a card. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<StepData>): ReactElement {
  const actions = useActions();
  const { type, name, summary, problems, severity, run, canEdit } = data;
  const { icon, label } = nodeLook(type);
  const classes = ['step', `step-${type}`, selected ? 'selected' : '', data.isCurrent ? 'current' : '', data.isTarget ? 'target' : '', severity ?? '', run ? `run run-${run.status}` : ''].filter(Boolean).join(' ');
  const addAfter = (event: MouseEvent<HTMLButtonElement>): void => {
    event.stopPropagation();
    const { right, top } = event.currentTarget.getBoundingClientRect();
    actions.openAddMenu({ after: id, client: { x: right + 4, y: top } });
  };
  return (
    <div id={stepElementId(id)} className={classes} role="img" aria-label={[label, name, summary, problems, run === undefined ? '' : runWords(run)].filter(Boolean).join(', ')} onDoubleClick={() => actions.open({ ...nothingSelected, nodes: [id] })}>
      <Handle type="target" position={Position.Left} isConnectable={canEdit && type !== 'start'} className={type === 'start' ? 'no-handle' : ''} />
      <div className="step-head">
        <Icon name={icon} />
        <span className="step-type">{label}</span>
        {data.isPinned && <Icon name="pinned" label="Has a pinned output for trial runs" />}
        {severity !== undefined && (
          <span className="step-problem" title={problems}>
            <Icon name={severity} tone={severity} label={problems} />
          </span>
        )}
      </div>
      {data.isRenaming ? (
        <NameField name={name} label={`Name of ${name}`} onEnd={(next) => actions.endRename(id, next)} />
      ) : (
        <div className="step-name" dir="auto" title={name}>
          {name}
        </div>
      )}
      <div className="step-summary" dir="auto" title={summary}>
        {summary}
      </div>
      {run !== undefined && (
        <div className="step-run">
          <NodeBadge run={run} />
        </div>
      )}
      <Handle type="source" position={Position.Right} isConnectable={canEdit && type !== 'end'} className={type === 'end' ? 'no-handle' : ''} />
      {canEdit && type !== 'end' && (
        <button type="button" className="step-add nodrag nopan" tabIndex={-1} title="Add a step after this one" aria-label={`Add a step after ${name}`} onClick={addAfter}>
          <Icon name="add" />
        </button>
      )}
    </div>
  );
});
