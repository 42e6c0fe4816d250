import { errorMessage } from '../base/errors';

/** Takes the secrets out of what is about to be stored. Ids, worktrees and counts do not go through it: work is found again by them. */
export interface Cleaner {
  text(text: string): string;
  text(text: string | undefined): string | undefined;
  /** JSON in, JSON out. */
  json(text: string): string;
}

const left = 'left out: it could not be checked for secrets';

/** What cannot be checked is not stored. */
export function cleaner(redact: ((text: string) => string) | undefined): Cleaner {
  if (redact === undefined) return { text: same, json: same };
  return {
    text: ((text: string | undefined) => (text === undefined || text === '' ? text : attempt(() => redact(text), () => left))) as Cleaner['text'],
    json: (text) => attempt(() => redact(text), (error) => JSON.stringify({ 'amp.redaction.error': `${left} (${errorMessage(error)})` })),
  };
}

export const storesAll: Cleaner = cleaner(undefined);

function same<T>(text: T): T {
  return text;
}

function attempt(action: () => string, otherwise: (error: unknown) => string): string {
  try {
    return action();
  } catch (error) {
    return otherwise(error);
  }
}
