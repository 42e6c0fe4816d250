import type { ReactElement } from 'react';
import { useState } from 'react';
import { asObject } from '../../../../src/base/jsonShape';
import { WorkflowDefinitionSchema, WorkflowVariableSchema } from '../../../../src/model/workflow/definition';
import { Button, IconButton } from '../../../shared/ui/Button';
import { ConfigField } from './ConfigField';
import { objectFields, type FieldSpec, type Known } from './fieldSpec';
import { Hint, useForm } from './form';
import { JsonField } from './ListFields';
import { PlainField, Section } from './Parts';

const { budgetUSD, version } = WorkflowDefinitionSchema.properties;

/** What is selected when nothing is: the workflow itself. */
export function WorkflowForm({ known }: { readonly known: Known }): ReactElement {
  const { get } = useForm();
  const fields = objectFields({ properties: { budgetUSD, version } }, { known });
  const variables = asObject(get(['variables'])) ?? {};
  return (
    <>
      <PlainField path={['name']} label="Name" required />
      <PlainField path={['description']} label="Description" long />
      {fields.map((spec) => (
        <ConfigField key={spec.name} spec={spec} path={[spec.name]} />
      ))}
      <section className="form-variables" aria-label="Variables">
        <h3>Variables</h3>
        <Hint text="What a run can be given, and what steps can set. Expressions see them as `variables.name`." />
        {Object.keys(variables).map((name) => (
          <Variable key={name} name={name} known={known} />
        ))}
        <NewVariable taken={variables} />
      </section>
    </>
  );
}

function Variable({ name, known }: { readonly name: string; readonly known: Known }): ReactElement {
  const { get, set, disabled, issuesOf } = useForm();
  const path = ['variables', name];
  const type = get([...path, 'type']);
  const fields = objectFields(WorkflowVariableSchema, { known }).map((spec): FieldSpec => (spec.name === 'default' || spec.name === 'options' ? { ...spec, kind: { kind: 'json' } } : spec));
  return (
    <Section title={name} note={typeof type === 'string' ? type : ''} open={issuesOf(path).length > 0}>
      {fields.map((spec) =>
        spec.name === 'default' && type === 'string' ? (
          <PlainField key={spec.name} path={[...path, spec.name]} label={spec.label} />
        ) : spec.kind.kind === 'json' ? (
          <JsonField key={spec.name} spec={spec} kind={spec.kind} path={[...path, spec.name]} onReset={undefined} />
        ) : (
          <ConfigField key={spec.name} spec={spec} path={[...path, spec.name]} />
        ),
      )}
      {!disabled && (
        <span className="form-actions">
          <Button icon="trash" title="Expressions that speak of it are then wrong. Undo brings it back." onClick={() => set(path, undefined, `Remove variable ${name}`)}>
            Remove variable
          </Button>
        </span>
      )}
    </Section>
  );
}

function NewVariable({ taken }: { readonly taken: Readonly<Record<string, unknown>> }): ReactElement | null {
  const { set, disabled } = useForm();
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const problem = name === '' ? undefined : Object.hasOwn(taken, name) ? 'It is there already' : /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : 'Letters, digits and _ only, no digit first';
  if (disabled) return null;
  const add = (): void => {
    if (name === '' || problem !== undefined) return;
    set(['variables', name], { type: 'string' }, `Add variable ${name}`);
    setTyped('');
  };
  return (
    <div className="form-row">
      <input
        type="text"
        className="form-control"
        value={typed}
        placeholder="Name of a new variable"
        aria-label="Name of a new variable"
        aria-invalid={problem !== undefined}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add();
        }}
      />
      <IconButton icon="add" label={problem ?? 'Add variable'} disabled={name === '' || problem !== undefined} onClick={add} />
    </div>
  );
}
