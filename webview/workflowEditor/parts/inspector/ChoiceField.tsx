import type { ReactElement } from 'react';
import { useState } from 'react';
import { CodeArea } from './CodeArea';
import { standardLabel, type ConfigFieldProps } from './fieldProps';
import { Field, useForm } from './form';
import { useDraft } from './useDraft';

const unset = '';
const expressed = '${}';

/** One of some words, or where it may be an expression that gives one. */
export function ChoiceField({ spec, kind, path, onReset }: ConfigFieldProps<'choice'>): ReactElement {
  const { host, get, set, disabled } = useForm();
  const [expresses, setExpresses] = useState(false);
  const written = get(path);
  const value = typeof written === 'string' ? written : unset;
  const isOffered = value === unset || kind.options.some((option) => option.value === value);
  const isExpression = kind.template && (expresses || !isOffered);
  const label = `Change ${spec.label.toLowerCase()}`;
  const draft = useDraft({
    host,
    value: isOffered ? '' : value,
    check: (text) => (/^\$\{[\s\S]*\}$/.test(text) ? undefined : 'An expression in ${…} is needed.'),
    take: (text) => set(path, text, label),
  });
  const choose = (chosen: string): void => {
    setExpresses(chosen === expressed);
    if (chosen !== expressed) set(path, chosen === unset ? undefined : chosen, label);
  };
  return (
    <Field path={path} label={spec.label} description={spec.description} required={spec.required} problem={isExpression ? draft.problem : undefined} onReset={onReset}>
      {({ id, describedBy, invalid }) => (
        <>
          <select id={id} className="form-control" value={isExpression ? expressed : value} disabled={disabled} aria-describedby={describedBy} aria-invalid={invalid} onChange={({ target }) => choose(target.value)}>
            <option value={unset}>{standardLabel(spec)}</option>
            {!isOffered && !isExpression && <option value={value}>{value}</option>}
            {kind.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
            {kind.template && <option value={expressed}>By an expression</option>}
          </select>
          {isExpression && <CodeArea draft={draft} language="template" long={false} label={`${spec.label}: expression`} placeholder="${variables.name}" describedBy={describedBy} invalid={invalid} />}
        </>
      )}
    </Field>
  );
}
