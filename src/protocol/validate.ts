import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv } from 'ajv';

export type Validated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
export type Validate<T> = (value: unknown) => Validated<T>;

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });

/**
 * A check of one schema. Host side only: ajv compiles by `new Function`, which a page's content security policy forbids.
 * The problem names the place and the rule, never the value, so it can be logged.
 */
export function validator<Schema extends TSchema>(schema: Schema): Validate<Static<Schema>> {
  const check = ajv.compile<Static<Schema>>(schema);
  return (value) => {
    try {
      if (check(value)) return { ok: true, value };
    } catch (error) {
      return { ok: false, problem: `could not be checked: ${error instanceof Error ? error.message : String(error)}` };
    }
    return { ok: false, problem: ajv.errorsText(check.errors, { dataVar: 'message' }) };
  };
}
