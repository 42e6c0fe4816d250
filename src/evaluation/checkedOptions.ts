import type { Static, TObject } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { OrchestratorError } from '../base/errors';

const ajv = new Ajv({ strict: true, allErrors: false });

/** A check of an evaluator's options; compiled once, when the evaluator is made. The check throws `evals-invalid`, naming the option. */
export function optionsCheck<Schema extends TObject>(schema: Schema): (options: unknown) => Static<Schema> {
  const fits = ajv.compile<Static<Schema>>(schema);
  return (options = {}) => {
    if (fits(options)) return options;
    const [error] = fits.errors ?? [];
    const unknown = typeof error?.params['additionalProperty'] === 'string' ? `"${error.params['additionalProperty']}" is none of them` : undefined;
    throw new OrchestratorError('evals-invalid', `The options do not fit: ${unknown ?? ajv.errorsText(fits.errors, { dataVar: 'options', separator: '; ' })}.`, `They may have: ${Object.keys(schema.properties).join(', ')}.`);
  };
}
