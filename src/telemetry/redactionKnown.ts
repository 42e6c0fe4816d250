/** A stretch of a text that is to be replaced; `label` says by what kind of secret it was taken. */
export interface SecretMatch {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  /** Holds quotes or backslashes as they are, so inside of JSON it would eat more than a string's content. */
  readonly breaksJson?: boolean;
}

interface Form {
  readonly text: string;
  readonly label: string;
  readonly breaksJson: boolean;
}

/** Shorter values are words. */
const shortestValue = 4;
/** Shorter pieces of base64 occur by chance. */
const shortestBase64 = 12;
const longestWindow = 8;
const hashMask = 0x7fff;

/**
 * Finds known values, and what becomes of them in JSON, URLs and base64, in one pass over a text. A table says how far the search may
 * jump from any three characters, so most of the text is never looked at (Wu and Manber, "A fast algorithm for multi-pattern
 * searching", 1994), and many values cost no more than one.
 */
export class KnownValues {
  private readonly values = new Map<string, { readonly forms: readonly Form[]; uses: number }>();
  private window = 0;
  private shifts = new Uint8Array(0);
  private buckets = new Map<number, Form[]>();
  /** By their first two characters, and by their first. */
  private byBeginning = new Map<string, Form[]>();
  private longest = 0;

  add(label: string, value: string): { dispose(): void } {
    const id = JSON.stringify([label, value]);
    const same = this.values.get(id);
    if (same) same.uses++;
    else if (value.length >= shortestValue) {
      this.values.set(id, { forms: formsOf(label, value), uses: 1 });
      this.rebuild();
    }
    let held = true;
    return {
      dispose: () => {
        const known = held ? this.values.get(id) : undefined;
        held = false;
        if (!known || --known.uses > 0) return;
        this.values.delete(id);
        this.rebuild();
      },
    };
  }

  find(text: string): SecretMatch[] {
    const { window, shifts, buckets } = this;
    const found: SecretMatch[] = [];
    if (window === 0) return found;
    for (let at = window - 1; at < text.length; ) {
      const hash = hashOf(text.charCodeAt(at - 2), text.charCodeAt(at - 1), text.charCodeAt(at));
      const shift = shifts[hash] ?? 1;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - window + 1;
      // Buckets are sorted by length, the longest first.
      const form = buckets.get(hash)?.find(({ text: wanted }) => text.startsWith(wanted, start));
      if (form) found.push({ start, end: start + form.text.length, label: form.label, breaksJson: form.breaksJson });
      // Forms overlap: what is inside of a match is looked at too, and overlapping matches are joined by the caller.
      at++;
    }
    return found;
  }

  /** Where the end of the text could be the beginning of a known value; the text's length when it could not. */
  openStart(text: string): number {
    for (let start = Math.max(0, text.length - this.longest + 1); start < text.length; start++) {
      const rest = text.length - start;
      const beginningSo = this.byBeginning.get(text.slice(start, start + 2));
      if (beginningSo?.some((form) => form.text.length > rest && form.text.startsWith(text.slice(start)))) return start;
    }
    return text.length;
  }

  private rebuild(): void {
    const byText = new Map<string, Form>();
    for (const { forms } of this.values.values()) for (const form of forms) byText.set(form.text, form);
    const forms = [...byText.values()].sort((a, b) => b.text.length - a.text.length);
    this.longest = forms[0]?.text.length ?? 0;
    this.window = forms.length === 0 ? 0 : Math.min(longestWindow, ...forms.map(({ text }) => text.length));
    this.shifts = new Uint8Array(hashMask + 1).fill(Math.max(1, this.window - 2));
    this.buckets = new Map();
    this.byBeginning = new Map();
    for (const form of forms) {
      put(this.byBeginning, form.text.slice(0, 2), form);
      put(this.byBeginning, form.text.slice(0, 1), form);
      for (let at = 2; at < this.window; at++) {
        const hash = hashOf(form.text.charCodeAt(at - 2), form.text.charCodeAt(at - 1), form.text.charCodeAt(at));
        this.shifts[hash] = Math.min(this.shifts[hash] ?? 0, this.window - 1 - at);
        if (at === this.window - 1) put(this.buckets, hash, form);
      }
    }
  }
}

function put<Key>(lists: Map<Key, Form[]>, key: Key, form: Form): void {
  const list = lists.get(key);
  if (list) list.push(form);
  else lists.set(key, [form]);
}

function hashOf(a: number, b: number, c: number): number {
  return ((a * 31 + b) * 31 + c) & hashMask;
}

function formsOf(label: string, value: string): Form[] {
  const once = inJson(value);
  const texts = new Set([
    value,
    once,
    inJson(once),
    // Go and some web frameworks escape these in JSON.
    once.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    once.replaceAll('/', '\\/'),
    ...inUrl(value),
    ...inBase64(value),
  ]);
  return [...texts].filter((text) => text.length >= shortestValue).map((text) => ({ text, label, breaksJson: text === value && once !== value }));
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function inUrl(value: string): string[] {
  const encoded = encodeURIComponent(value.toWellFormed());
  const strict = encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, strict, encoded.replaceAll('%20', '+'), encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())];
}

/** Three alignments, as the value may stand anywhere in what was encoded (`user:value`), without the characters that its neighbours change. */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const whole = bytes.toString('base64');
  const pieces = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const text = shifted.toString('base64').replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, shifted.length % 3 === 0 ? undefined : -1);
  });
  return [whole, ...pieces].filter((text) => text.length >= shortestBase64).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}
