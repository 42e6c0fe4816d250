/** Parts of a variable's name that say that its value is nobody's business. */
const certain = /(?:^|_)(?:PASSWORDS?|PASSWD|PASSPHRASE|PASS|PWD|SECRETS?)(?:_|$)|(?:PASSWORD|SECRET|APIKEY)$/;
const likely = /(?:^|_)(?:[A-Z]*KEYS?|[A-Z]*TOKENS?|CREDENTIALS?|CREDS?|AUTH[A-Z]*|[A-Z]*PASS|PAT|COOKIES?|SIGNATURE|WEBHOOK|DSN|CONNECTION_?STRING)(?:_|$)/;
/** Names that only speak of a secret. */
const about = /(?:_|^)(?:FILE|PATH|DIR|DIRECTORY|SOCK|SOCKET|TYPE|METHOD|MODE|NAME|HELPER|STORE|LIFETIME|TTL|EXPIRY|EXPIRES(?:_AT|_IN)?|LENGTH|SIZE|LIMIT|COUNT|ENABLED|REQUIRED|LAYOUT|KEYBOARD|KEYMAP|AUTHOR[A-Z]*|MONKEY|MAX_[A-Z_]*)$/;

const shortest = 8;

export interface EnvironmentSecret {
  readonly name: string;
  readonly value: string;
}

/**
 * The values of an environment that are secrets going by their variables' names. Paths, booleans, numbers, addresses without a
 * password and plain words are left out: replacing them would spoil texts that hold no secret.
 */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): EnvironmentSecret[] {
  return Object.entries(env).flatMap(([name, given]) => {
    const value = given?.trim() ?? '';
    const upper = name.toUpperCase();
    const sure = certain.test(upper) && upper !== 'PWD' && upper !== 'OLDPWD';
    if (value.length < shortest || about.test(upper) || !(sure || likely.test(upper)) || !canBeSecret(value, sure)) return [];
    return [{ name: name.replace(/[^\w.-]+/g, '_').slice(0, 60), value }];
  });
}

function canBeSecret(value: string, sure: boolean): boolean {
  if (/^(?:true|false|enabled|disabled|required|optional)$/i.test(value) || /^[-+]?[\d.,:\s]+$/.test(value)) return false;
  if (isPath(value)) return false;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return /:\/\/[^\s/@]+@/.test(value) || /hooks|webhook|[?&](?:key|token|sig|secret)=/i.test(value);
  // A word of lower-case letters is a mode or a user rather than a key, unless the name is beyond doubt.
  return sure || /\d/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value)) || value.length >= 24;
}

function isPath(value: string): boolean {
  return /^(?:~|\.{1,2})?\/[\w. @+-]*(?:\/|$)/.test(value) || /^[A-Za-z]:[\\/]/.test(value) || /^(?:\/[\w.@+-]+)+(?::(?:\/[\w.@+-]+)+)*$/.test(value);
}
