import type { ErrorObject } from 'ajv';
import { asList, asNumber, asObject, asText } from './jsonShape';
import type { ValueProblem } from './jsonText';
import { meant } from './nearestName';

/** With the keyword of the schema that says so. */
export interface SchemaProblem extends ValueProblem {
  readonly keyword: string;
}

const articles: Record<string, string> = { string: 'a text', number: 'a number', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', null: 'null' };

/** What a schema found wrong, in plain words: each place once, and no value of the file. */
export function schemaProblems(errors: readonly ErrorObject[]): SchemaProblem[] {
  // A value that fits none of several forms is told as one problem, not as one for each form.
  const choices = [...new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => schemaPath))];
  const isWithinChoice = ({ schemaPath }: ErrorObject): boolean => choices.some((choice) => schemaPath !== choice && schemaPath.startsWith(`${choice}/`));
  return errors.filter((error) => !isWithinChoice(error)).map(problemOf);
}

function problemOf(error: ErrorObject): SchemaProblem {
  const { keyword } = error;
  const path = error.instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params = asObject(error.params) ?? {};
  if (keyword === 'additionalProperties') {
    const name = asText(params['additionalProperty']) ?? '';
    const [pattern] = Object.keys(asObject(error.parentSchema?.['patternProperties']) ?? {});
    const message = pattern === undefined ? `This field is not known here.${meant(name, Object.keys(asObject(error.parentSchema?.['properties']) ?? {}))}` : `This name must ${patternWords(pattern)}.`;
    return { keyword, path: [...path, name], at: 'name', message };
  }
  if (keyword === 'required') return { keyword, path, at: 'start', message: `"${asText(params['missingProperty']) ?? ''}" is missing.` };
  return { keyword, path, at: 'value', message: `It must ${wish(error, asNumber(params['limit']) ?? 0)}.${nearChoice(error)}` };
}

function wish({ keyword, params, schema }: ErrorObject, limit: number): string {
  switch (keyword) {
    case 'type':
      return `be ${articles[String(asObject(params)?.['type'])] ?? 'of another type'}`;
    case 'const':
      return `be ${JSON.stringify(asObject(params)?.['allowedValue'])}`;
    case 'anyOf':
      return `be one of ${choicesOf(schema).map((choice) => ('value' in choice ? JSON.stringify(choice.value) : choice.words)).join(', ')}`;
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
      return patternWords(String(asObject(params)?.['pattern']));
    default:
      return 'have another form';
  }
}

/** What the patterns of our schemas ask for. */
function patternWords(pattern: string): string {
  if (pattern.startsWith('^[0-9a-f]')) return 'be 16 hexadecimal digits';
  const [, first = '', rest = ''] = /^\^\[(.+?)\]\[(.+?)\]\*\$$/.exec(pattern) ?? [];
  const begin = ['a letter', ...(first.includes('0-9') ? ['digit'] : []), ...(first.includes('_') ? ['underscore'] : [])];
  const has = ['letters', 'digits', ...(rest.includes(' ') ? ['spaces'] : []), ...(rest.includes('.') ? ['dots'] : []), ...(rest.endsWith('-') ? ['hyphens'] : []), ...(rest.includes('_') ? ['underscores'] : [])];
  return rest === '' ? 'have another form' : `begin with ${listed(begin, 'or')}, and have only ${listed(has, 'and')}`;
}

function listed(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

function nearChoice({ keyword, schema, data }: ErrorObject): string {
  return keyword === 'anyOf' && typeof data === 'string' ? meant(data, choicesOf(schema).flatMap((choice) => ('value' in choice ? (asText(choice.value) ?? []) : []))) : '';
}

type Choice = { readonly value: unknown } | { readonly words: string };

/** What a union lets one choose among, however deep it is nested. */
function choicesOf(schema: unknown): readonly Choice[] {
  return asList(schema).flatMap((choice): readonly Choice[] => {
    const { const: value, type, anyOf } = asObject(choice) ?? {};
    if (anyOf !== undefined) return choicesOf(anyOf);
    if (value !== undefined) return [{ value }];
    return type === 'boolean' ? [{ value: true }, { value: false }] : [{ words: articles[String(type)] ?? 'something else' }];
  });
}
