import type { ReactElement } from 'react';
import { nothingSelected, type Edit, type Selection } from '../../slots';
import { DraftInput } from './DraftInput';
import { Field, useForm } from './form';
import { useDraft } from './useDraft';

interface IdFieldProps {
  readonly id: string;
  readonly taken: readonly { readonly id: string }[];
  readonly edit: Edit;
  readonly onSelect: (selection: Selection) => void;
}

/** By its id edges and expressions speak of a node: they follow when it changes. */
export function IdField({ id, taken, edit, onSelect }: IdFieldProps): ReactElement {
  const { host, disabled } = useForm();
  const draft = useDraft({
    host,
    value: id,
    check: (text) => {
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text)) return 'Letters, digits, _ and - only, a letter first.';
      return taken.some((node) => node.id === text) ? 'Another node has this id.' : undefined;
    },
    take: (to) => {
      edit([{ kind: 'rename', id, to }], `Rename ${id} to ${to}`.slice(0, 200));
      onSelect({ ...nothingSelected, nodes: [to] });
    },
  });
  return (
    <Field path={['id']} label="Id" description="Edges and expressions speak of the node by it; they are changed, too." problem={draft.problem}>
      {(parts) => <DraftInput {...parts} draft={draft} disabled={disabled} />}
    </Field>
  );
}
