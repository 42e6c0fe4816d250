/** Numbers and texts that look like work, the same for the same seed. */
export class RandomText {
  /** From 0 to below 1. */
  readonly next: () => number;
  private readonly text: string;

  constructor(seed: number) {
    this.next = mulberry32(seed);
    const words = ['const', 'return', 'function', 'invoice', 'rounding', 'await', '=>', '{', '}', '(value)', '"quoted"', '// why', 'import', '\n  ', '\n', '\\d+', 'total', 'äöü', '→', '\t'];
    this.text = Array.from({ length: 60_000 }, () => words[this.below(words.length)]).join(' ');
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  words(length: number): string {
    const from = this.below(this.text.length - length);
    return this.text.slice(from, from + length);
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += Math.floor(this.next() * 2 ** 32).toString(16).padStart(8, '0');
    return text.slice(0, length);
  }

  uuid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** A small seeded generator of numbers from 0 to below 1 (mulberry32, public domain). */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
