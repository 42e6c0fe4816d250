import type { ReactElement } from 'react';
import type { NodeType } from '../../../../src/model/workflow/nodeConfig';
import { ConfigField } from './ConfigField';
import { isMainField } from './fieldLabels';
import { configFields, type FieldSpec, type Known } from './fieldSpec';
import { useForm } from './form';
import { AfterSection, PinnedSection, RetrySection } from './NodeSections';
import { PlainField, Section } from './Parts';

const withoutSteps: ReadonlySet<NodeType> = new Set(['start', 'end']);

/** The form of a node whose type is known. */
export function NodeForm({ type, known }: { readonly type: NodeType; readonly known: Known }): ReactElement {
  const { get, issuesOf } = useForm();
  const fields = configFields(type, known);
  const main = fields.filter(({ name, required }) => required || isMainField(type, name));
  const more = fields.filter((field) => !main.includes(field));
  const used = more.filter(({ name }) => get(['config', name]) !== undefined);
  return (
    <>
      <PlainField path={['name']} label="Name" required />
      <Fields fields={main} />
      {more.length > 0 && (
        <Section title="More" note={used.length === 0 ? '' : `${used.length} set`} open={used.length > 0 || more.some(({ name }) => issuesOf(['config', name]).length > 0)}>
          <Fields fields={more} />
        </Section>
      )}
      {!withoutSteps.has(type) && <RetrySection known={known} />}
      {!withoutSteps.has(type) && <AfterSection />}
      {!withoutSteps.has(type) && <PinnedSection type={type} />}
    </>
  );
}

function Fields({ fields }: { readonly fields: readonly FieldSpec[] }): ReactElement {
  return (
    <>
      {fields.map((spec) => (
        <ConfigField key={spec.name} spec={spec} path={['config', spec.name]} />
      ))}
    </>
  );
}
