import type { ReactElement } from 'react';
import { IconButton } from '../../../shared/ui/Button';
import { CodeArea } from './CodeArea';
import { DraftInput } from './DraftInput';
import type { FieldKind, FieldSpec } from './fieldSpec';
import { Field, useForm } from './form';
import type { Path } from './setValue';
import { useDraft } from './useDraft';

interface TextValueProps {
  readonly spec: FieldSpec;
  readonly kind: Extract<FieldKind, { readonly kind: 'text' }>;
  readonly path: Path;
  readonly onReset: (() => void) | undefined;
}

/** Above this length (UTF-16 units) an expression is better off in an editor of its own. */
const longExpression = 60;

/** A text of a config; leaving it empty takes it out of the file. */
export function TextValue({ spec, kind, path, onReset }: TextValueProps): ReactElement {
  const { host, get, set, disabled, opens } = useForm();
  const { language, long, suggestions, pattern } = kind;
  const written = get(path);
  const value = typeof written === 'string' ? written : '';
  const draft = useDraft({
    value,
    host,
    check: (text) => {
      if (text === '') return undefined;
      return pattern === undefined || new RegExp(pattern).test(text) ? undefined : 'Letters, digits and _ only, a letter first.';
    },
    take: (text) => set(path, text === '' ? undefined : text, `Change ${spec.label.toLowerCase()}`),
  });
  const canOpen = opens !== undefined && language !== 'plain' && (language === 'script' || long || (language === 'expression' && value.length > longExpression));
  const open = (): void => {
    draft.commit();
    if (opens !== undefined && language !== 'plain') host.act('openField', { node: opens, path: [...path], kind: language });
  };
  return (
    <Field path={path} label={spec.label} description={spec.description} required={spec.required} problem={draft.problem} onReset={onReset} action={canOpen && <IconButton icon="go-to-file" label={`Open ${spec.label.toLowerCase()} in an editor`} onClick={open} />}>
      {(parts) =>
        suggestions.length > 0 || language === 'plain' ? (
          <DraftInput {...parts} draft={draft} disabled={disabled} suggestions={suggestions} placeholder={defaultText(spec)} />
        ) : (
          <CodeArea {...parts} draft={draft} language={language} long={long} placeholder={defaultText(spec)} />
        )
      }
    </Field>
  );
}

export function defaultText({ default: standard }: FieldSpec): string {
  return standard === undefined ? '' : String(standard);
}
