import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import { DraftInput } from './DraftInput';
import { CodeArea } from './CodeArea';
import { fieldLabel } from './fieldLabels';
import { Field, Problem, useForm } from './form';
import { memberPath } from './issues';
import type { Path } from './setValue';
import { useDraft } from './useDraft';

/** A part that can be folded; what it says of itself is seen when it is. */
export function Section({ title, note = '', open, children }: { readonly title: string; readonly note?: string; readonly open: boolean; readonly children: ReactNode }): ReactElement {
  return (
    <details className="form-section" open={open}>
      <summary>
        <h3>{title}</h3>
        {note !== '' && <span className="quiet">{note}</span>}
      </summary>
      <div className="form-fields">{children}</div>
    </details>
  );
}

/** All problems of what is selected, above its fields. */
export function IssueList({ issues }: { readonly issues: readonly WorkflowIssue[] }): ReactElement | null {
  const id = useId();
  if (issues.length === 0) return null;
  return (
    <section className="form-issues" aria-labelledby={id}>
      <h3 id={id} className="visually-hidden">
        Problems
      </h3>
      {issues.map((issue) => (
        <Problem key={`${issue.code} ${issue.path} ${issue.message}`} text={`${placeOf(issue)}${issue.message}`} isWarning={issue.severity === 'warning'} />
      ))}
    </section>
  );
}

/** What concerns a node or an edge as a whole is marked at its id. */
const notFields: ReadonlySet<string> = new Set(['config', 'nodes', 'edges', 'id']);

/** The name of the field, where the problem is in one. */
function placeOf({ path }: WorkflowIssue): string {
  const name = memberPath(path).findLast((part) => !/^\d+$/.test(part));
  return name === undefined || notFields.has(name) ? '' : `${fieldLabel(name)}: `;
}

interface PlainFieldProps {
  readonly path: Path;
  readonly label: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly long?: boolean;
  readonly suggestions?: readonly string[];
  readonly check?: (text: string) => string | undefined;
}

/** A text that is no template. */
export function PlainField({ path, label, description = '', required = false, long = false, suggestions = [], check }: PlainFieldProps): ReactElement {
  const { host, get, set, disabled } = useForm();
  const written = get(path);
  const draft = useDraft({
    host,
    value: typeof written === 'string' ? written : '',
    check: (text) => (required && text.trim() === '' ? `${label} must be given.` : check?.(text)),
    take: (text) => set(path, text === '' ? undefined : text, `Change ${label.toLowerCase()}`),
  });
  return (
    <Field path={path} label={label} description={description} required={required} problem={draft.problem}>
      {(parts) => (long ? <CodeArea {...parts} draft={draft} language="plain" long /> : <DraftInput {...parts} draft={draft} disabled={disabled} suggestions={suggestions} />)}
    </Field>
  );
}
