import type { ReactElement } from 'react';
import type { FieldSpec } from './fieldSpec';
import type { ConfigFieldProps } from './fieldProps';
import { ChoiceField } from './ChoiceField';
import { Field, Hint, useForm } from './form';
import { JsonField, LinesField } from './ListFields';
import { MapField } from './MapField';
import { DurationField, NumberField, WordOrNumberField } from './NumberFields';
import type { Path } from './setValue';
import { TextValue } from './TextValue';

/** The field of one member, `path` from the thing that the form is about; `resets` is what goes with it when it is reset. */
export function ConfigField({ spec, path, resets = path }: { readonly spec: FieldSpec; readonly path: Path; readonly resets?: Path | undefined }): ReactElement {
  const { get, set } = useForm();
  const canReset = get(path) !== undefined && !spec.required;
  const common = { spec, path, onReset: canReset ? () => set(resets, undefined, `Reset ${spec.label.toLowerCase()}`) : undefined };
  const { kind } = spec;
  switch (kind.kind) {
    case 'text':
      return <TextValue {...common} kind={kind} />;
    case 'number':
      return <NumberField {...common} kind={kind} />;
    case 'duration':
      return <DurationField {...common} kind={kind} />;
    case 'wordOrNumber':
      return <WordOrNumberField {...common} kind={kind} />;
    case 'lines':
      return <LinesField {...common} kind={kind} />;
    case 'json':
      return <JsonField {...common} kind={kind} />;
    case 'values':
      return <MapField path={path} label={spec.label} description={spec.description} of="values" />;
    case 'flag':
      return <FlagField {...common} kind={kind} />;
    case 'choice':
      return <ChoiceField {...common} kind={kind} />;
    case 'parts':
      return (
        <fieldset className="form-parts">
          <legend className="form-label">{spec.label}</legend>
          <Hint text={spec.description} />
          {kind.fields.map((field) => (
            <ConfigField key={field.name} spec={field} path={[...path, field.name]} />
          ))}
        </fieldset>
      );
  }
}

function FlagField({ spec, path, onReset }: ConfigFieldProps<'flag'>): ReactElement {
  const { get, set, disabled } = useForm();
  const standard = spec.default === true;
  const written = get(path);
  return (
    <Field path={path} label={spec.label} description={spec.description} onReset={onReset}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          type="checkbox"
          className="form-check"
          checked={typeof written === 'boolean' ? written : standard}
          disabled={disabled}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onChange={({ target: { checked } }) => set(path, checked === standard ? undefined : checked, `Change ${spec.label.toLowerCase()}`)}
        />
      )}
    </Field>
  );
}
