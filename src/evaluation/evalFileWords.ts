import type { ErrorObject } from 'ajv';
import { asList, asNumber, asObject, asText } from '../base/jsonShape';
import type { BrokenRule } from './evalFileRules';
import { nearestName } from './nearestName';

const articles: Record<string, string> = { string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' };

/** What a schema found wrong, in plain words: each place once, and no value of the file. */
export function schemaProblems(errors: readonly ErrorObject[]): BrokenRule[] {
  // A value that fits none of several forms is told as one problem, not as one for each form.
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => schemaPath);
  const isWithinChoice = ({ schemaPath }: ErrorObject): boolean => choices.some((choice) => schemaPath !== choice && schemaPath.startsWith(`${choice}/`));
  return errors.filter((error) => !isWithinChoice(error)).map(problemOf);
}

function problemOf(error: ErrorObject): BrokenRule {
  const path = error.instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params = asObject(error.params) ?? {};
  if (error.keyword === 'additionalProperties') {
    const name = asText(params['additionalProperty']) ?? '';
    const nearest = nearestName(name, Object.keys(asObject(error.parentSchema?.['properties']) ?? {}));
    return { path: [...path, name], at: 'name', message: nearest === undefined ? 'This field is not known here.' : `This field is not known here. Did you mean "${nearest}"?` };
  }
  if (error.keyword === 'required') return { path, at: 'start', message: `"${asText(params['missingProperty']) ?? ''}" is missing.` };
  return { path, at: 'value', message: `It must ${wish(error, asNumber(params['limit']) ?? 0)}.${meant(error)}` };
}

function wish({ keyword, params, schema }: ErrorObject, limit: number): string {
  switch (keyword) {
    case 'type':
      return `be ${articles[String(asObject(params)?.['type'])] ?? 'of another type'}`;
    case 'const':
      return `be ${JSON.stringify(asObject(params)?.['allowedValue'])}`;
    case 'anyOf':
      return `be one of ${choicesOf(schema).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'minimum':
      return `be at least ${limit}`;
    case 'maximum':
      return `be at most ${limit}`;
    case 'minLength':
      return 'not be empty';
    case 'maxLength':
      return `have at most ${limit} characters`;
    case 'minItems':
      return 'not be empty';
    case 'maxItems':
      return `have at most ${limit} entries`;
    case 'pattern':
      return String(asObject(params)?.['pattern']).startsWith('^[0-9a-f]') ? 'be 16 hexadecimal digits' : 'begin with a letter or digit, and have only letters, digits, spaces, dots, hyphens and underscores';
    default:
      return 'have another form';
  }
}

function meant({ keyword, schema, data }: ErrorObject): string {
  const nearest = keyword === 'anyOf' && typeof data === 'string' ? nearestName(data, choicesOf(schema).flatMap((value) => asText(value) ?? [])) : undefined;
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** The values among which a union lets one choose, however deep it is nested. */
function choicesOf(schema: unknown): readonly unknown[] {
  return asList(schema).flatMap((choice): readonly unknown[] => {
    const { const: value, type, anyOf } = asObject(choice) ?? {};
    if (anyOf !== undefined) return choicesOf(anyOf);
    return type === 'boolean' && value === undefined ? [true, false] : [value];
  });
}
