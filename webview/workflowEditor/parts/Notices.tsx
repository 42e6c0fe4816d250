import type { ReactElement } from 'react';
import type { WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import type { EditorHost } from '../slots';
import type { ShownWorkflow } from '../useShownWorkflow';
import { Notice } from './States';

interface NoticesProps {
  readonly host: EditorHost;
  readonly snapshot: WorkflowEditorSnapshot;
  readonly readOnly: string | undefined;
  readonly source: ShownWorkflow['source'];
  readonly onShowPinned: (execution: string | undefined) => void;
}

/** Why the graph is not simply the text, or cannot be changed. */
export function Notices({ host, snapshot, readOnly, source, onShowPinned }: NoticesProps): ReactElement {
  const { unreadable, execution } = snapshot;
  return (
    <>
      {readOnly !== undefined && <Notice icon="lock" text={`Read-only: ${readOnly}`} action={{ label: 'Open as text', run: () => host.act('openAsText', {}) }} />}
      {source === 'before' && (
        <Notice
          icon="warning"
          text={`The text is not valid JSON at the moment${unreadable === undefined ? '' : ` (line ${unreadable.line}, column ${unreadable.column}: ${unreadable.message})`}. This is what it said before; it cannot be changed here until the text can be read.`}
          action={{ label: 'Open as text', run: () => host.act('openAsText', {}) }}
        />
      )}
      {execution?.pinned !== undefined && source === 'pinned' && <Notice icon="history" text="This is the version that the shown execution runs. The file says something else now." action={{ label: 'Show the file', run: () => onShowPinned(undefined) }} />}
      {execution?.pinned !== undefined && source !== 'pinned' && <Notice icon="history" text="The shown execution runs another version of this workflow." action={{ label: 'Show that version', run: () => onShowPinned(execution.id) }} />}
    </>
  );
}
