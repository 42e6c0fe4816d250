import { isPassphrase, isPlaceholder, isSecret } from './redactionJudgement';
import type { SecretMatch } from './redactionKnown';

/** Where a secret may be announced. Only these spots are looked at closely, so their number, not the text's length, is what costs. */
const announcements = /[Pp][Aa][Ss][Ss]|[Ss][Ee][Cc][Rr]|[Tt][Oo][Kk][Ee]|[Kk][Ee][Yy]|[Pp][Ww][Dd]|[Cc][Rr][Ee][Dd]|[Aa][Uu][Tt][Hh]|[Bb][Ee][Aa][Rr][Ee]|[Bb][Aa][Ss][Ii][Cc]|[?&]sig=|:\/\//g;

/** How far before an announcement its meaning may depend on. */
export const longestOpening = 64;
/** Enough of a value to judge it; what is judged a secret is followed to its end. */
const judgedLength = 80;

/** Passwords, keys and credentials that are told by the words before them, and private keys. Never reaches over a quote or the end of a line, save in a private key. */
export function findPhrases(text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  announcements.lastIndex = 0;
  for (let hit = announcements.exec(text); hit; hit = announcements.exec(text)) {
    const match = announcedAt(text, hit.index, hit[0].toLowerCase());
    if (!match) continue;
    found.push(match);
    announcements.lastIndex = Math.max(announcements.lastIndex, match.end);
  }
  return found;
}

function announcedAt(text: string, at: number, word: string): SecretMatch | undefined {
  if (word === '://') return urlCredentials(text, at);
  if (word === 'beare' || word === 'basic') return authorization(text, at, word);
  if (word === 'key') return privateKey(text, at) ?? assignment(text, at);
  if (word.endsWith('sig=')) return signature(text, at);
  return assignment(text, at);
}

const userAndPassword = /:\/\/([^\s"'`\\<>@/:]{0,128}):([^\s"'`\\<>@/]{1,512})@/y;

function urlCredentials(text: string, at: number): SecretMatch | undefined {
  userAndPassword.lastIndex = at;
  const match = userAndPassword.exec(text);
  const password = match?.[2];
  if (password === undefined || isPlaceholder(password)) return undefined;
  const end = userAndPassword.lastIndex - 1;
  return { start: end - password.length, end, label: 'URL password' };
}

const bearer = /bearer[ \t]{1,3}([A-Za-z0-9._~+/=-]{16,})/iy;
const basic = /basic[ \t]{1,3}([A-Za-z0-9+/_-]{8,}={0,2})/iy;

function authorization(text: string, at: number, word: string): SecretMatch | undefined {
  const scheme = word === 'basic' ? basic : bearer;
  scheme.lastIndex = at;
  const value = scheme.exec(text)?.[1];
  if (value === undefined) return undefined;
  if (word === 'basic' ? !/^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value.slice(0, 400), 'base64').toString('latin1')) : !/\d/.test(value)) return undefined;
  return { start: scheme.lastIndex - value.length, end: scheme.lastIndex, label: `${word === 'basic' ? 'basic' : 'bearer'} authorization` };
}

const sharedSignature = /[?&]sig=([A-Za-z0-9%+/=_-]{20,})/y;

function signature(text: string, at: number): SecretMatch | undefined {
  sharedSignature.lastIndex = at;
  const value = sharedSignature.exec(text)?.[1];
  return value === undefined ? undefined : { start: sharedSignature.lastIndex - value.length, end: sharedSignature.lastIndex, label: 'signature' };
}

const privateKeyHead = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE $/;
// Line ends may be escapes of JSON. A key that was cut off is one all the same.
const privateKeyBody = /KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,.()@<>-]|\\{1,4}[nrt])*/y;
const privateKeyEnd = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/;

function privateKey(text: string, at: number): SecretMatch | undefined {
  const head = privateKeyHead.exec(text.slice(Math.max(0, at - longestOpening), at));
  if (!head) return undefined;
  privateKeyBody.lastIndex = at;
  const body = privateKeyBody.exec(text)?.[0];
  if (body === undefined) return undefined;
  const end = privateKeyEnd.exec(body);
  return { start: at - head[0].length, end: at + (end ? end.index + end[0].length : body.length), label: 'private key' };
}

/** The word that announces (from where it was found), how it is told from its value, and the quote that the value may begin with. */
const announced = /(pass(?:word|wd|phrase|code)?|pwd|secret|token|key|credentials?|auth(?:orization)?)(?:(\\{0,4}["'`])?[ \t]{0,4}(?:=>|:=|[:=>])[ \t]{0,4}|(\\{0,4}["'],?[ \t]{0,4}|[ \t]))(\\{0,4}["'`])?/iy;
const quotedValue = /(?:[^"\\\s]|\\[^\s])+/y;
const innerValue = /[^\s"'`\\]+/y;
const plainValue = /[^\s"'`\\,;&<>(){}[\]|]+/y;

const strongWord = /^(?:pass(?:word|wd|phrase|code)?|pwd|secret)$/i;
/** A bare `key` is any key, and a bare `pass` is a result: these make secrets of them. */
const keyOf = /(?:api|access|secret|private|account|shared|auth|encryption|signing|signature|master|storage|service|subscription|client|consumer|webhook|deploy|license|app)[_-]?$/i;
const passOf = /[_-]$/;
const optionOf = /--[A-Za-z-]{0,24}$/;
const secretKeyOf = /secret[_-]?(?:access[_-]?)?$/i;
const variable = /^[A-Z]+=$/;

function assignment(text: string, at: number): SecretMatch | undefined {
  announced.lastIndex = at;
  const match = announced.exec(text);
  const word = match?.[1];
  if (!match || word === undefined) return undefined;
  const before = text.slice(Math.max(0, at - 32), at);
  // `--token VALUE` and `"--token","VALUE"` have nothing between the two but a blank or quotes.
  if (match[3] !== undefined && !optionOf.test(before)) return undefined;
  const ofKey = /^key$/i.test(word);
  if (ofKey && !keyOf.test(before)) return undefined;
  if (/^pass$/i.test(word) && !passOf.test(before)) return undefined;
  const start = announced.lastIndex;
  const quote = match[4] ?? (match[3]?.endsWith('"') === true ? '"' : undefined);
  const pattern = valuePattern(quote);
  const value = beginningOf(text, start, pattern);
  if (value === undefined) return undefined;
  const strong = strongWord.test(word);
  const next = text.charAt(start + value.length);
  if (quote !== undefined && (next === ' ' || next === '\t')) {
    const phrase = strong ? quotedPhrase(text, start, quote) : undefined;
    return phrase !== undefined && isPassphrase(phrase) ? { start, end: start + phrase.length, label: labelOf(before, word) } : undefined;
  }
  const ofSecretKey = ofKey && secretKeyOf.test(before);
  const ofVariable = !strong && variable.test(match[0]);
  if (!isSecret(value, { strong, quoted: quote !== undefined, next, ofSecretKey, ofVariable })) return undefined;
  return { start, end: endOf(text, start, pattern), label: labelOf(before, word) };
}

/** Which characters belong to a value that begins with the quote, or with none. */
export function valuePattern(quote: string | undefined): RegExp {
  if (quote === undefined) return plainValue;
  return quote === '"' ? quotedValue : innerValue;
}

export function beginningOf(text: string, start: number, pattern: RegExp): string | undefined {
  pattern.lastIndex = 0;
  return pattern.exec(text.slice(start, start + judgedLength))?.[0];
}

export function endOf(text: string, start: number, pattern: RegExp): number {
  pattern.lastIndex = start;
  pattern.test(text);
  return pattern.lastIndex;
}

/** What the quotes enclose, blanks included, when it is short enough to be a password rather than a text. */
function quotedPhrase(text: string, start: number, quote: string): string | undefined {
  const inside = quote === '"' ? /^(?:[^"\\\r\n]|\\[^\r\n])+/ : /^[^"'`\\\r\n]+/;
  const phrase = inside.exec(text.slice(start, start + judgedLength))?.[0];
  return phrase !== undefined && text.startsWith(quote, start + phrase.length) ? phrase : undefined;
}

function labelOf(before: string, word: string): string {
  // An escape of JSON before the name is no part of it.
  const [, escape = '', beginning = ''] = /(\\?)([A-Za-z0-9_-]*)$/.exec(before) ?? [];
  const name = `${escape === '' ? beginning : beginning.slice(1)}${word}`.replace(/^-+/, '');
  return name.length > 30 ? word : name;
}
