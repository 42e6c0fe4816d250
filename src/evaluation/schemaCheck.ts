import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';

let ajv: Ajv | undefined;

/**
 * The check of a schema, compiled when it is first asked for: compiling all of them would hold up whoever loads the engines. Our schemas are
 * not checked against the schema of schemas, which takes longer to compile than any of them.
 */
export function schemaCheck<Schema extends TSchema>(schema: Schema): () => ValidateFunction<Static<Schema>> {
  let compiled: ValidateFunction<Static<Schema>> | undefined;
  return () => (compiled ??= schemaCompiler().compile<Static<Schema>>(schema));
}

/** What the last check of a function found, in words; `dataVar` names the value. */
export function problemsOf(check: ValidateFunction, dataVar: string): string {
  return schemaCompiler().errorsText(check.errors, { dataVar, separator: '; ' });
}

function schemaCompiler(): Ajv {
  return (ajv ??= new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true, meta: false, validateSchema: false }));
}
