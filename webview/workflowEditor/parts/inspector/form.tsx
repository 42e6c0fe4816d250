import type { ReactElement, ReactNode } from 'react';
import { createContext, useContext, useId } from 'react';
import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import { IconButton } from '../../../shared/ui/Button';
import { Icon } from '../../../shared/ui/Icon';
import type { EditorHost } from '../../slots';
import type { Path } from './setValue';

/** What all fields of one thing share. */
export interface Form {
  readonly host: EditorHost;
  /** Whose names expressions can speak of: the node itself, or the source of an edge. */
  readonly node: string | undefined;
  /** The node whose texts can be opened in an editor of their own; the paths are below it. */
  readonly opens: string | undefined;
  readonly disabled: boolean;
  /** Problems of a member, and of what is in it. */
  readonly issuesOf: (path: Path) => readonly WorkflowIssue[];
  readonly get: (path: Path) => unknown;
  /** One step of undo; without a value the member is removed. */
  readonly set: (path: Path, value: unknown, label: string) => void;
}

export const FormContext = createContext<Form | undefined>(undefined);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('A field stands in no form.');
  return form;
}

export interface FieldParts {
  readonly id: string;
  readonly describedBy: string;
  readonly invalid: boolean;
}

interface FieldProps {
  readonly path: Path;
  readonly label: string;
  readonly description?: string;
  readonly required?: boolean;
  /** What is wrong with what was typed. */
  readonly problem?: string | undefined;
  /** Takes the member out of the file; absent where there is nothing to take out. */
  readonly onReset?: (() => void) | undefined;
  /** Beside the label. */
  readonly action?: ReactNode;
  readonly children: (parts: FieldParts) => ReactNode;
}

/** A label, what it is about, the control, and what is wrong. */
export function Field({ path, label, description = '', required = false, problem, onReset, action, children }: FieldProps): ReactElement {
  const id = useId();
  const { issuesOf, disabled, get } = useForm();
  const issues = issuesOf(path);
  // What is missing is a problem of the object that should have it; the place to mark is here.
  const invalid = problem !== undefined || (required && (get(path) ?? '') === '') || issues.some(({ severity }) => severity === 'error');
  return (
    <div className={`form-field${invalid ? ' invalid' : ''}`}>
      <div className="form-head">
        <label className="form-label" htmlFor={id}>
          {label}
          {required && (
            <span className="quiet" title="Must be given">
              {' *'}
            </span>
          )}
        </label>
        <span className="form-head-actions">
          {action}
          {onReset !== undefined && !disabled && <IconButton icon="discard" label={`Reset ${label.toLowerCase()}`} onClick={onReset} />}
        </span>
      </div>
      {children({ id, describedBy: `${id}-about`, invalid })}
      <div id={`${id}-about`}>
        {problem !== undefined && <Problem text={problem} />}
        {issues.map((issue) => (
          <Problem key={`${issue.code} ${issue.path} ${issue.message}`} text={issue.message} isWarning={issue.severity === 'warning'} />
        ))}
        <Hint text={description} />
      </div>
    </div>
  );
}

/** What stands between backticks is code. */
export function Hint({ text }: { readonly text: string }): ReactElement | null {
  if (text === '') return null;
  return <p className="form-hint">{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</p>;
}

export function Problem({ text, isWarning = false }: { readonly text: string; readonly isWarning?: boolean }): ReactElement {
  return (
    <p className={`form-problem ${isWarning ? 'tone-warning' : 'tone-error'}`} dir="auto">
      <Icon name={isWarning ? 'warning' : 'error'} tone={isWarning ? 'warning' : 'error'} /> {text}
    </p>
  );
}
