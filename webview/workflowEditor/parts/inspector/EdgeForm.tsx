import type { ReactElement } from 'react';
import { WorkflowEdgeSchema } from '../../../../src/model/workflow/definition';
import { isNodeType, nodeOutcomes } from '../../../../src/model/workflow/nodeConfig';
import { Button } from '../../../shared/ui/Button';
import type { EdgeView, NodeView } from '../../../../src/model/workflow/view';
import { ConfigField } from './ConfigField';
import { objectFields, type FieldSpec, type Known } from './fieldSpec';
import { Field, useForm } from './form';
import { PlainField } from './Parts';

interface EdgeFormProps {
  readonly edge: EdgeView;
  readonly source: NodeView | undefined;
  readonly target: NodeView | undefined;
  readonly known: Known;
  readonly onSelectNode: (id: string) => void;
}

/** When an edge is taken. */
export function EdgeForm({ edge, source, target, known, onSelectNode }: EdgeFormProps): ReactElement {
  const fields = new Map(objectFields(WorkflowEdgeSchema, { known }).map((spec) => [spec.name, spec]));
  const field = (name: string, part: Partial<FieldSpec> = {}): ReactElement | null => {
    const spec = fields.get(name);
    return spec ? <ConfigField spec={{ ...spec, ...part }} path={[name]} /> : null;
  };
  return (
    <>
      <div className="details-actions">
        <Button icon="arrow-left" onClick={() => onSelectNode(edge.source)}>{`From ${source?.name ?? edge.source}`}</Button>
        <Button icon="arrow-right" onClick={() => onSelectNode(edge.target)}>{`To ${target?.name ?? edge.target}`}</Button>
      </div>
      <OutcomeField source={source} />
      {field('condition', { kind: { kind: 'text', language: 'expression', long: false, suggestions: [] } })}
      {field('otherwise')}
      {field('maxTraversals', { label: 'Most times in one execution' })}
      {field('label')}
    </>
  );
}

const anyOutcome = '';

/** A condition may have any text as its outcome; all other nodes have a few. */
function OutcomeField({ source }: { readonly source: NodeView | undefined }): ReactElement {
  const { get, set, disabled } = useForm();
  const description = 'Taken only after this outcome of the source. Without one: after every outcome that is not negative.';
  const outcomes = source !== undefined && isNodeType(source.type) ? [...new Set([...nodeOutcomes[source.type], 'failed'])] : [];
  if (source?.type === 'condition' || outcomes.length === 0) return <PlainField path={['outcome']} label="Outcome" description={description} suggestions={outcomes} />;
  const written = get(['outcome']);
  const value = typeof written === 'string' ? written : anyOutcome;
  return (
    <Field path={['outcome']} label="Outcome" description={description}>
      {({ id, describedBy, invalid }) => (
        <select id={id} className="form-control" value={value} disabled={disabled} aria-describedby={describedBy} aria-invalid={invalid} onChange={({ target }) => set(['outcome'], target.value === anyOutcome ? undefined : target.value, 'Change outcome')}>
          <option value={anyOutcome}>Any that is not negative</option>
          {[...new Set([...outcomes, ...(value === anyOutcome ? [] : [value])])].map((outcome) => (
            <option key={outcome} value={outcome}>
              {outcome}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
