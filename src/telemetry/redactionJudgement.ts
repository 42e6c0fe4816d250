export interface ValueContext {
  /** Announced by a word such as `password`, which little else than a secret follows. */
  readonly strong: boolean;
  readonly quoted: boolean;
  /** The character after the value; empty at the end of the text. */
  readonly next: string;
  /** Announced as a secret key (`AWS_SECRET_ACCESS_KEY`). */
  readonly ofSecretKey: boolean;
  /** Assigned as a shell or an .env file does: `NAME=value`. */
  readonly ofVariable: boolean;
}

/** Whether what stands where a secret was announced is one, and no code, name or sentence. */
export function isSecret(value: string, { strong, quoted, next, ofSecretKey, ofVariable }: ValueContext): boolean {
  if (value.length < (strong ? 6 : 12) || isPlaceholder(value)) return false;
  if (!quoted) {
    // Calls, element accesses and chains of names are code that reads a secret, not one.
    if (next === '(' || next === '[' || /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value)) return false;
    if (strong) return /[\d!@#$%^*~?+]/.test(value);
    if ((ofSecretKey && isAwsSecret(value)) || (ofVariable && isMixed(value))) return true;
    // One number in a name is common, more digits are not.
    return /[A-Za-z]/.test(value) && /\d{4}|\d\D+\d/.test(value) && !/^[#\w$.]*X509[\w$.]*$/i.test(value);
  }
  // A quoted text that goes on in another line is no value.
  if (/\s/.test(next)) return false;
  if (!strong) return /\d/.test(value) && /[A-Za-z]/.test(value);
  return /\d|[!@#$%^*~?+]/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value)) || value.length >= 20;
}

/** 40 characters of base64, which now and then have a single digit or none. */
function isAwsSecret(value: string): boolean {
  return /^[A-Za-z0-9/+]{40}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && /[\d/+]/.test(value);
}

/** Long, of letters of both cases and a digit, and no path. */
function isMixed(value: string): boolean {
  return value.length >= 20 && /^[\w+=~-]+$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);
}

/** Of what follows `-u user:`, which may as well be a group, a port with a path, or a file in a commit. */
export function isUserPassword(value: string): boolean {
  if (value.length < 6 || isPlaceholder(value) || /^\d{0,5}(?:[/?#]|$)/.test(value)) return false;
  if (value.includes('/') && /^[\w./-]+$/.test(value) && !isAwsSecret(value)) return false;
  return /[A-Za-z]/.test(value) && /[\d!@#$%^*~?+]/.test(value);
}

/** Words that sentences are made of and passphrases hardly ever. */
const sentenceWords = new Set(
  'about after all and any are before been but can cannot change confirm contain current does each empty enter every field for forgot forgotten from has have hide incorrect invalid into its match may minimum missing must new not off old one only optional otherwise passcode passphrase password passwords please repeat required reset same secret secrets set shall should show than that the their them then this too type use used user uses using valid value was when where which will with without would wrong you your'.split(' '),
);
/** Names of algorithms and formats have digits like passwords. */
const technical = /^\W*(?:aes|argon|base|curve|ed|hmac|hs|http|ipv|md|oauth|p|pbkdf|pkcs|python|rsa|rfc|secp|sha|tls|utf|web|x)[-_#]?\d/i;

/** Of a quoted value with blanks: words of a password rather than of a sentence, going by a word that mixes letters and digits, or by four or more plain ones. */
export function isPassphrase(value: string): boolean {
  // After a closing quote stand signs, not words.
  if (isPlaceholder(value) || /^[,:;.+)\]}]/.test(value)) return false;
  const words = value.split(/\s+/).filter(Boolean);
  if (words.some((word) => word.length >= 6 && /[A-Za-z]/.test(word) && /\d/.test(word) && !/[(<${[]/.test(word) && !technical.test(word))) return true;
  return words.length >= 4 && words.every((word) => /^[a-z]{3,12}$/.test(word) && !sentenceWords.has(word));
}

/** What stands for a secret: a variable, a marker of ours, a path to it, a row of one character. */
export function isPlaceholder(value: string): boolean {
  return /^(?:[${<%[]|process\.|env[.:]|(?:null|undefined|true|false|0x[0-9a-f]+)$|urn:)/i.test(value) || /^(?:~|\.{1,2})?(?:\/[\w.-]{1,20})+\/?$/.test(value) || /^(.)\1*$/.test(value);
}
