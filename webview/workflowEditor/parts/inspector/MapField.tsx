import type { ReactElement } from 'react';
import { useState } from 'react';
import { asObject } from '../../../../src/base/jsonShape';
import { Button, IconButton } from '../../../shared/ui/Button';
import { CodeArea } from './CodeArea';
import { Hint, Problem, useForm } from './form';
import type { Path } from './setValue';
import { useDraft } from './useDraft';
import { parseValueText, valueText } from './valueText';

interface MapFieldProps {
  readonly path: Path;
  readonly label: string;
  readonly description: string;
  /** Expressions are texts; values are any JSON, whose texts may hold templates. */
  readonly of: 'values' | 'expressions';
}

/** Values by their names. */
export function MapField({ path, label, description, of }: MapFieldProps): ReactElement {
  const { get, set, disabled } = useForm();
  const [added, setAdded] = useState('');
  const entries = asObject(get(path)) ?? {};
  const name = added.trim();
  const isTaken = Object.hasOwn(entries, name);
  const add = (): void => {
    if (name === '' || isTaken) return;
    set([...path, name], of === 'values' ? '' : 'output', `Add ${name}`);
    setAdded('');
  };
  return (
    <fieldset className="form-parts">
      <legend className="form-label">{label}</legend>
      <Hint text={description} />
      {Object.keys(entries).map((key) => (
        <Entry key={key} path={[...path, key]} name={key} of={of} />
      ))}
      {!disabled && (
        <div className="form-row">
          <input
            type="text"
            className="form-control"
            value={added}
            placeholder="Name"
            aria-label={`${label}: new name`}
            aria-invalid={isTaken}
            spellCheck={false}
            onChange={(event) => setAdded(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') add();
            }}
          />
          <Button icon="add" disabled={name === '' || isTaken} title={isTaken ? 'It is there already' : 'Adds it'} onClick={add}>
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function Entry({ path, name, of }: { readonly path: Path; readonly name: string; readonly of: MapFieldProps['of'] }): ReactElement {
  const { host, get, set, disabled, issuesOf } = useForm();
  const draft = useDraft({ host, value: valueText(get(path)), take: (text) => set(path, of === 'values' ? parseValueText(text) : text, `Change ${name}`) });
  return (
    <div className="map-entry">
      <span className="map-name" title={name}>
        {name}
      </span>
      <CodeArea draft={draft} language={of === 'values' ? 'template' : 'expression'} long={false} label={name} invalid={issuesOf(path).length > 0} />
      {!disabled && <IconButton icon="trash" label={`Remove ${name}`} onClick={() => set(path, undefined, `Remove ${name}`)} />}
      {issuesOf(path).map((issue) => (
        <Problem key={issue.message} text={issue.message} isWarning={issue.severity === 'warning'} />
      ))}
    </div>
  );
}
