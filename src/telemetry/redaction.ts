import type { Redactor } from '../base/redactor';
import { environmentSecrets } from './redactionEnvironment';
import { KnownValues, type SecretMatch } from './redactionKnown';
import { findUserOptions } from './redactionOptions';
import { findPhrases } from './redactionPhrases';
import { findShapes } from './redactionShapes';
import { RedactionStream } from './redactionStream';

export type { Redactor, StreamRedactor } from '../base/redactor';

export interface RedactorOptions {
  /** Values of variables with secret-like names are known secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createRedactor({ env }: RedactorOptions): Redactor {
  const known = new KnownValues();
  for (const { name, value } of environmentSecrets(env)) known.add(name, value);
  function find(text: string): SecretMatch[] {
    return joined([...known.find(text), ...findShapes(text), ...findPhrases(text), ...findUserOptions(text)]);
  }
  return {
    redact: (text) => redactAll(text, find),
    addSecret: (name, value) => known.add(plainName(name), value),
    stream: () => new RedactionStream(find, (text) => known.openStart(text), (text) => redactAll(text, find)),
  };
}

/** Less is the line that announces one, without a key. */
const shortestPrivateKey = 100;

export interface FoundSecret extends SecretMatch {
  /** Told by a shape that its issuer gave it, not by the words before it. */
  readonly isCertain: boolean;
}

/** Where a text holds what looks like a secret to somebody who knows none: by its shape, or by what announces it. In their order, without overlaps. */
export function findSecrets(text: string): FoundSecret[] {
  const shaped = findShapes(text);
  const matches = joined([...shaped, ...findPhrases(text), ...findUserOptions(text)]);
  return matches.map((match) => ({ ...match, isCertain: (match.label === 'private key' && match.end - match.start > shortestPrivateKey) || shaped.some(({ start, end }) => start < match.end && end > match.start) }));
}

function redactAll(text: string, find: (text: string) => SecretMatch[]): string {
  const matches = find(text);
  if (matches.length === 0) return text;
  const json = parsed(text);
  if (json === undefined) return replaced(text, matches);
  const result = replaced(text, matches.filter(({ breaksJson }) => breaksJson !== true));
  return parsed(result) === undefined ? JSON.stringify(strings(json.value, (value) => replaced(value, find(value)))) : result;
}

/** Undefined for text that is no JSON: a bare number or word counts as text. */
function parsed(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The same value with all of its strings changed, names of members included. */
function strings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry) => strings(entry, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [change(name), strings(member, change)]));
}

function replaced(text: string, matches: readonly SecretMatch[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, label } of matches) {
    result += `${text.slice(from, start)}[redacted: ${label}]`;
    from = end;
  }
  return result + text.slice(from);
}

/** Ordered by start; what overlaps becomes one, named by the first. */
function joined(matches: SecretMatch[]): SecretMatch[] {
  if (matches.length < 2) return matches;
  const result: SecretMatch[] = [];
  for (const match of matches.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (!last || match.start >= last.end) result.push(match);
    else result[result.length - 1] = { ...last, end: Math.max(last.end, match.end), breaksJson: last.breaksJson === true || match.breaksJson === true };
  }
  return result;
}

/** A name as it can stand in any text and in JSON. */
function plainName(name: string): string {
  return name.replace(/[^\w .-]+/g, '_').slice(0, 60);
}
