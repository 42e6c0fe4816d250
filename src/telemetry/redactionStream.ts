import type { SecretMatch } from './redactionKnown';
import { longestOpening } from './redactionPhrases';

/** Longer stretches without a blank, a quote or a line's end are cut, secret or not. */
const longestHeld = 32_768;
/** Enough for what announces a value to be before it, when a line is cut between words. */
const heldWords = 2 * longestOpening;

/** What may stand between a word and the value that it announces. */
const joints = new Set(' \t\r"\'`\\,:=>');

const privateKeyHead = '-----BEGIN ';

/**
 * Cuts a growing text where no secret can span: after a line, or, in a long one, between words that stand far enough from its end.
 * A match that could go on, an open private key and the beginning of a known value are held back.
 */
export class RedactionStream {
  private held = '';

  constructor(
    private readonly find: (text: string) => readonly SecretMatch[],
    private readonly openKnown: (text: string) => number,
    private readonly redact: (text: string) => string,
  ) {}

  push(chunk: string): string {
    if (chunk === '') return '';
    this.held += chunk;
    const cut = this.cut();
    if (cut === 0) return '';
    const ready = this.held.slice(0, cut);
    this.held = this.held.slice(cut);
    return this.redact(ready);
  }

  end(): string {
    const rest = this.held;
    this.held = '';
    return this.redact(rest);
  }

  private cut(): number {
    const text = this.held;
    const limit = Math.min(this.openKnown(text), openPrivateKey(text));
    const matches = this.find(text);
    for (let cut = boundary(text, limit); cut > 0; ) {
      // What announces a secret stays with it, so a cut right before one is none, save between lines.
      const inside = matches.find(({ start, end }) => start <= cut && (end > cut || end === text.length));
      if (!inside || (inside.start === cut && text.charAt(cut - 1) === '\n')) return cut;
      cut = boundary(text, inside.start - 1);
    }
    // Memory is bounded: what is longer than any secret goes, up to what is surely part of one.
    if (text.length <= longestHeld) return 0;
    const forced = text.length - heldWords;
    const inside = matches.find(({ start, end }) => start < forced && end > forced);
    if (!inside) return forced;
    return inside.end < text.length ? inside.end : inside.start || forced;
  }
}

/** The last place at or before `limit` to cut at: after a line, or after a blank that is far from the end. */
function boundary(text: string, limit: number): number {
  if (limit <= 0) return 0;
  const line = text.lastIndexOf('\n', limit - 1) + 1;
  const far = Math.min(limit, text.length - heldWords);
  for (let at = far; at > line; at--) if (text.charAt(at - 1) === ' ') return at > line + longestOpening ? wordsBefore(text, at, line) : line;
  return line;
}

/** Moves a cut between words back over the word that may announce what follows it. */
function wordsBefore(text: string, at: number, line: number): number {
  let start = at;
  while (start > line && joints.has(text.charAt(start - 1))) start--;
  while (start > line && !joints.has(text.charAt(start - 1))) start--;
  return start;
}

function openPrivateKey(text: string): number {
  const head = text.lastIndexOf(privateKeyHead);
  return head >= 0 && !text.includes('-----END ', head) ? head : text.length;
}
