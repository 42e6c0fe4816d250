import type { ReactElement } from 'react';
import type { WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import { Button } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';
import { shortcuts } from '../keyActions';
import type { EditorHost } from '../slots';

export function Skeleton(): ReactElement {
  return (
    <div className="editor editor-skeleton" role="status" aria-label="Loading the workflow">
      <div className="skeleton skeleton-bar" />
      <div className="skeleton-row">
        {['one', 'two', 'three'].map((step) => (
          <div key={step} className="skeleton skeleton-step" />
        ))}
      </div>
    </div>
  );
}

export function Unreadable({ snapshot, host }: { readonly snapshot: WorkflowEditorSnapshot; readonly host: EditorHost }): ReactElement {
  const { fileName, unreadable } = snapshot;
  return (
    <div className="state" role="alert">
      <Icon name="error" tone="error" />
      <h2>{fileName} is not valid JSON</h2>
      <p dir="auto">{unreadable === undefined ? 'It holds no workflow.' : `Line ${unreadable.line}, column ${unreadable.column}: ${unreadable.message}`} The graph comes back as soon as the text can be read.</p>
      <div className="state-actions">
        <Button primary onClick={() => host.act('openAsText', {})}>
          Open as text
        </Button>
      </div>
    </div>
  );
}

export function EmptyWorkflow({ canEdit, onBegin }: { readonly canEdit: boolean; readonly onBegin: () => void }): ReactElement {
  return (
    <div className="state empty-workflow">
      <Icon name="type-hierarchy" />
      <h2>This workflow has no steps yet</h2>
      <p>Steps are agents, tests, evaluations, approvals and merges. Edges say what follows after which outcome.</p>
      {canEdit && (
        <Button primary onClick={onBegin}>
          Add the first step
        </Button>
      )}
    </div>
  );
}

interface NoticeProps {
  readonly icon: 'lock' | 'warning' | 'history' | 'error';
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  readonly onClose?: () => void;
}

/** A line above the graph that says why it is as it is. */
export function Notice({ icon, text, action, onClose }: NoticeProps): ReactElement {
  return (
    <div className={`notice notice-${icon}`} role={icon === 'error' ? 'alert' : 'status'}>
      <Icon name={icon} tone={icon === 'lock' || icon === 'history' ? 'plain' : icon} />
      <span className="notice-text" dir="auto">
        {text}
      </span>
      {action && <Button onClick={action.run}>{action.label}</Button>}
      {onClose && <Button onClick={onClose}>Close</Button>}
    </div>
  );
}

export function Shortcuts({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <div className="shortcuts" role="dialog" aria-label="Keyboard shortcuts" tabIndex={-1} ref={(element) => element?.focus({ preventScroll: true })} onKeyDown={(event) => event.key === 'Escape' && onClose()} onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && onClose()}>
      <h2>Keyboard shortcuts</h2>
      <dl>
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="shortcut">
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
