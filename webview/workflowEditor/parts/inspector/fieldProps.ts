import { fieldLabel } from './fieldLabels';
import type { FieldKind, FieldSpec } from './fieldSpec';
import type { Path } from './setValue';

export interface ConfigFieldProps<Kind extends FieldKind['kind'] = FieldKind['kind']> {
  readonly spec: FieldSpec;
  readonly kind: Extract<FieldKind, { readonly kind: Kind }>;
  readonly path: Path;
  readonly onReset: (() => void) | undefined;
}

/** What a list of choices calls the one that is none. */
export function standardLabel({ default: standard, required }: FieldSpec): string {
  if (standard !== undefined) return `Default (${typeof standard === 'string' ? fieldLabel(standard).toLowerCase() : String(standard)})`;
  return required ? 'Choose one' : 'Default';
}
