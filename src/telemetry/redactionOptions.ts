import { isUserPassword } from './redactionJudgement';
import type { SecretMatch } from './redactionKnown';
import { beginningOf, endOf, valuePattern } from './redactionPhrases';

// A dash and a letter within a word, or after other options' letters, is none of these.
const optionStart = /(?:^|[\s"'`(]|\\[nrt])(?:-|--proxy)?$/;
const userAndColon = /-u(?:ser)?(?:=|\\{0,4}["'],?[ \t]{0,4}|[ \t]{1,4})(\\{0,4}["'])?[\w.@+%${}\\-]{0,64}:/y;

/** Passwords in `-u user:password`, `--user` and `--proxy-user` as curl takes them, also in a list of arguments. */
export function findUserOptions(text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  for (let at = text.indexOf('-u'); at >= 0; at = text.indexOf('-u', at + 2)) {
    const match = userOption(text, at);
    if (match) found.push(match);
  }
  return found;
}

function userOption(text: string, at: number): SecretMatch | undefined {
  userAndColon.lastIndex = at;
  const match = userAndColon.exec(text);
  if (!match || !optionStart.test(text.slice(Math.max(0, at - 12), at))) return undefined;
  const start = userAndColon.lastIndex;
  const pattern = valuePattern(match[1]);
  const value = beginningOf(text, start, pattern);
  return value !== undefined && isUserPassword(value) ? { start, end: endOf(text, start, pattern), label: 'password' } : undefined;
}
