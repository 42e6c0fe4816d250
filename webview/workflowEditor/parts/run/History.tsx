import type { ReactElement } from 'react';
import type { WorkflowEditorSnapshot } from '../../../../src/protocol/workflowEditor';
import { Select } from '../../../shared/ui/Select';
import type { EditorHost } from '../../slots';
import { executionLabel } from './runFigures';

interface HistoryProps {
  readonly snapshot: WorkflowEditorSnapshot;
  readonly host: EditorHost;
  readonly now: number;
}

const none = '';

/** Chooses which execution is laid over the graph. */
export function History({ snapshot: { executions, execution }, host, now }: HistoryProps): ReactElement | null {
  if (executions.length === 0 && execution === undefined) return null;
  const known = executions.some(({ id }) => id === execution?.id);
  return (
    <span className="run-history">
      <Select
        label="Execution"
        value={execution?.id ?? none}
        options={[
          { value: none, label: 'None' },
          ...(execution !== undefined && !known ? [{ value: execution.id, label: execution.id }] : []),
          ...executions.map((line) => ({ value: line.id, label: executionLabel(line, now) })),
        ]}
        onChange={(id) => host.act('showExecution', id === none ? {} : { execution: id })}
      />
    </span>
  );
}
