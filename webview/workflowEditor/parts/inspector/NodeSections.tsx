import type { ReactElement } from 'react';
import { asObject } from '../../../../src/base/jsonShape';
import { RetrySchema, WorkflowNodeSchema } from '../../../../src/model/workflow/definition';
import { nodeOutcomes, type NodeType } from '../../../../src/model/workflow/nodeConfig';
import { ConfigField } from './ConfigField';
import { objectFields, type Known } from './fieldSpec';
import { Field, useForm } from './form';
import { JsonField } from './ListFields';
import { MapField } from './MapField';
import { Section } from './Parts';

const { attemptTimeoutMs, timeoutMs, assign } = WorkflowNodeSchema.properties;

/** What happens after an error, and how long it may take. Nothing but the number of retries makes sense without retries. */
export function RetrySection({ known }: { readonly known: Known }): ReactElement {
  const { get, issuesOf } = useForm();
  const retries = asObject(get(['retry'])) !== undefined;
  const fields = objectFields(RetrySchema, { known });
  const times = objectFields({ properties: { attemptTimeoutMs, timeoutMs } }, { known });
  const hasTimes = times.some(({ name }) => get([name]) !== undefined);
  const note = [...(retries ? [`${String(get(['retry', 'max']))} retries`] : []), ...(hasTimes ? ['timeout'] : [])].join(', ');
  return (
    <Section title="Retries and timeouts" note={note} open={[['retry'], ['attemptTimeoutMs'], ['timeoutMs']].some((path) => issuesOf(path).length > 0)}>
      {fields.filter(({ name }) => retries || name === 'max').map((spec) => (
        // Without a number of retries there are none: the whole policy goes with it.
        <ConfigField key={spec.name} spec={spec.name === 'max' ? { ...spec, required: false } : spec} path={['retry', spec.name]} resets={spec.name === 'max' ? ['retry'] : undefined} />
      ))}
      {times.map((spec) => (
        <ConfigField key={spec.name} spec={{ ...spec, label: spec.name === 'timeoutMs' ? 'Timeout of all attempts' : 'Timeout of each attempt' }} path={[spec.name]} />
      ))}
    </Section>
  );
}

export function AfterSection(): ReactElement {
  const { get, issuesOf } = useForm();
  const count = Object.keys(asObject(get(['assign'])) ?? {}).length;
  return (
    <Section title="Variables it sets" note={count === 0 ? '' : String(count)} open={count > 0 || issuesOf(['assign']).length > 0}>
      <MapField path={['assign']} label="Set when it is done" description={assign.description ?? ''} of="expressions" />
    </Section>
  );
}

const unset = '';

/** What trial runs take in place of running the node. */
export function PinnedSection({ type }: { readonly type: NodeType }): ReactElement {
  const { get, set, disabled, issuesOf } = useForm();
  const outcome = get(['pinned', 'outcome']);
  const isPinned = typeof outcome === 'string';
  const outcomes = [...new Set([...nodeOutcomes[type], 'failed', ...(isPinned ? [outcome] : [])])];
  return (
    <Section title="Pinned output" note={isPinned ? outcome : ''} open={issuesOf(['pinned']).length > 0}>
      <Field path={['pinned']} label="Outcome in trial runs" description="Trial runs take this in place of running the node. Real runs take no notice of it." onReset={isPinned ? () => set(['pinned'], undefined, 'Unpin the output') : undefined}>
        {({ id, describedBy, invalid }) => (
          <select
            id={id}
            className="form-control"
            value={isPinned ? outcome : unset}
            disabled={disabled}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            onChange={({ target }) => (target.value === unset ? set(['pinned'], undefined, 'Unpin the output') : set(['pinned', 'outcome'], target.value, 'Pin the outcome'))}
          >
            <option value={unset}>Not pinned: it is run</option>
            {outcomes.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        )}
      </Field>
      {isPinned && <JsonField spec={{ name: 'output', label: 'Output', description: 'What later expressions see.', required: false, kind: { kind: 'json' } }} kind={{ kind: 'json' }} path={['pinned', 'output']} onReset={undefined} />}
    </Section>
  );
}
