import type { ReactElement } from 'react';
import { useState } from 'react';
import { standardLabel, type ConfigFieldProps } from './fieldProps';
import { DraftInput } from './DraftInput';
import { durationText, parseDuration } from './durationText';
import { Field, useForm } from './form';
import { useDraft } from './useDraft';

interface Bounds {
  readonly integer?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Why a number does not fit; undefined when it does. */
export function numberProblem(text: string, { integer = false, minimum, maximum }: Bounds): string | undefined {
  const number = parseNumber(text);
  if (number === undefined) return 'A number is needed.';
  if (integer && !Number.isInteger(number)) return 'A whole number is needed.';
  return boundsProblem(number, minimum, maximum, String);
}

function parseNumber(text: string): number | undefined {
  const words = text.trim();
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(words) && Number.isFinite(Number(words)) ? Number(words) : undefined;
}

function boundsProblem(number: number, minimum: number | undefined, maximum: number | undefined, words: (bound: number) => string): string | undefined {
  if (minimum !== undefined && number < minimum) return `At least ${words(minimum)}.`;
  return maximum !== undefined && number > maximum ? `At most ${words(maximum)}.` : undefined;
}

export function NumberField({ spec, kind, path, onReset }: ConfigFieldProps<'number'>): ReactElement {
  const { host, get, set, disabled } = useForm();
  const written = get(path);
  const draft = useDraft({
    host,
    value: typeof written === 'number' ? String(written) : '',
    check: (text) => (text.trim() === '' ? undefined : numberProblem(text, kind)),
    take: (text) => set(path, parseNumber(text), `Change ${spec.label.toLowerCase()}`),
  });
  return (
    <Field path={path} label={spec.label} description={spec.description} required={spec.required} problem={draft.problem} onReset={onReset}>
      {(parts) => <DraftInput {...parts} draft={draft} disabled={disabled} numeric placeholder={spec.default === undefined ? '' : `Default: ${String(spec.default)}`} />}
    </Field>
  );
}

export function DurationField({ spec, kind, path, onReset }: ConfigFieldProps<'duration'>): ReactElement {
  const { host, get, set, disabled } = useForm();
  const written = get(path);
  const draft = useDraft({
    host,
    value: typeof written === 'number' ? durationText(written) : '',
    check: (text) => {
      if (text.trim() === '') return undefined;
      const duration = parseDuration(text);
      return duration === undefined ? 'A duration is needed, such as 30 s, 5 m or 1 h 30 m.' : boundsProblem(duration, kind.minimum, kind.maximum, durationText);
    },
    take: (text) => set(path, parseDuration(text), `Change ${spec.label.toLowerCase()}`),
  });
  return (
    <Field path={path} label={spec.label} description={spec.description} required={spec.required} problem={draft.problem} onReset={onReset}>
      {(parts) => <DraftInput {...parts} draft={draft} disabled={disabled} placeholder={typeof spec.default === 'number' ? `Default: ${durationText(spec.default)}` : '30 s, 5 m, 1 h 30 m'} />}
    </Field>
  );
}

const unset = '';
const counted = '#';

/** A word of some, or a number of one's own. */
export function WordOrNumberField({ spec, kind, path, onReset }: ConfigFieldProps<'wordOrNumber'>): ReactElement {
  const { host, get, set, disabled } = useForm();
  const written = get(path);
  const [counts, setCounts] = useState(false);
  const isNumber = typeof written === 'number' || counts;
  const label = `Change ${spec.label.toLowerCase()}`;
  const draft = useDraft({
    host,
    value: typeof written === 'number' ? String(written) : '',
    check: (text) => numberProblem(text, { integer: true, minimum: kind.minimum }),
    take: (text) => set(path, Number(text), label),
  });
  const choose = (value: string): void => {
    setCounts(value === counted);
    if (value !== counted) set(path, value === unset ? undefined : value, label);
  };
  return (
    <Field path={path} label={spec.label} description={spec.description} problem={draft.problem} onReset={onReset}>
      {({ id, describedBy, invalid }) => (
        <span className="form-row">
          <select id={id} className="form-control" value={isNumber ? counted : typeof written === 'string' ? written : unset} disabled={disabled} aria-describedby={describedBy} aria-invalid={invalid} onChange={({ target }) => choose(target.value)}>
            <option value={unset}>{standardLabel(spec)}</option>
            {kind.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
            <option value={counted}>A number of them</option>
          </select>
          {isNumber && <DraftInput draft={draft} disabled={disabled} numeric label={`${spec.label}: how many`} describedBy={describedBy} invalid={invalid} />}
        </span>
      )}
    </Field>
  );
}
