import type { ReactElement } from 'react';
import { asList } from '../../../../src/base/jsonShape';
import { CodeArea } from './CodeArea';
import type { ConfigFieldProps } from './fieldProps';
import { Field, useForm } from './form';
import { useDraft } from './useDraft';

/** A list of texts, one a line: the program and its arguments, names of evaluators, codes of errors. */
export function LinesField({ spec, kind, path, onReset }: ConfigFieldProps<'lines'>): ReactElement {
  const { host, get, set, disabled } = useForm();
  const lines = asList(get(path)).filter((line) => typeof line === 'string');
  // An argument with line breaks of its own cannot stand in a line; the file's text is the place for it.
  const hasBreaks = lines.some((line) => line.includes('\n'));
  const draft = useDraft({
    host,
    value: lines.join('\n'),
    take: (text) => {
      const entries = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
      set(path, entries.length === 0 ? undefined : entries, `Change ${spec.label.toLowerCase()}`);
    },
  });
  const missing = kind.suggestions.filter((suggestion) => !lines.includes(suggestion));
  return (
    <Field path={path} label={spec.label} description={`${spec.description} One a line.`.trim()} required={spec.required} onReset={onReset}>
      {(parts) =>
        hasBreaks ? (
          <pre className="form-raw">{JSON.stringify(lines, undefined, 2)}</pre>
        ) : (
          <>
            <CodeArea {...parts} draft={draft} language="plain" long placeholder={spec.name === 'command' ? 'npm\ntest' : ''} />
            {missing.length > 0 && !disabled && (
              <span className="form-actions">
                {missing.map((suggestion) => (
                  <button key={suggestion} type="button" className="link" onClick={() => set(path, [...lines, suggestion], `Change ${spec.label.toLowerCase()}`)}>
                    + {suggestion}
                  </button>
                ))}
              </span>
            )}
          </>
        )
      }
    </Field>
  );
}

/** Any other value, as JSON. */
export function JsonField({ spec, path, onReset }: ConfigFieldProps<'json'>): ReactElement {
  const { host, get, set } = useForm();
  const written = get(path);
  const draft = useDraft({
    host,
    value: written === undefined ? '' : JSON.stringify(written, undefined, 2),
    check: jsonProblem,
    take: (text) => set(path, text.trim() === '' ? undefined : (JSON.parse(text) as unknown), `Change ${spec.label.toLowerCase()}`),
  });
  return (
    <Field path={path} label={spec.label} description={`${spec.description} JSON.`.trim()} required={spec.required} problem={draft.problem} onReset={onReset}>
      {(parts) => <CodeArea {...parts} draft={draft} language="plain" long />}
    </Field>
  );
}

function jsonProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
