import type { Static, TObject } from '@sinclair/typebox';
import { OrchestratorError } from '../base/errors';
import { problemsOf, schemaCheck } from './schemaCheck';

/** A check of an evaluator's options, which throws `evals-invalid`, naming the option. */
export function optionsCheck<Schema extends TObject>(schema: Schema): (options: unknown) => Static<Schema> {
  const compiled = schemaCheck(schema);
  return (options = {}) => {
    const fits = compiled();
    if (fits(options)) return options;
    const [error] = fits.errors ?? [];
    const unknown = typeof error?.params['additionalProperty'] === 'string' ? `"${error.params['additionalProperty']}" is none of them` : undefined;
    throw new OrchestratorError('evals-invalid', `The options do not fit: ${unknown ?? problemsOf(fits, 'options')}.`, `They may have: ${Object.keys(schema.properties).join(', ')}.`);
  };
}
