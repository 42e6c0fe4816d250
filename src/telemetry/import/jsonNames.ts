/**
 * Recognizes a few names in bytes, with one small loop for all of them: where each is compared on its own, the engine compiles each
 * comparison on its own, and that takes more processor time than reading a hundred megabytes does.
 */
export class JsonNames<Name extends string> {
  /** By the count of their characters. */
  private readonly byLength: readonly (readonly Known<Name>[])[];

  /** Of ASCII. */
  constructor(names: readonly Name[]) {
    const longest = Math.max(...names.map((name) => name.length));
    this.byLength = Array.from({ length: longest + 1 }, (_, length) => names.filter((name) => name.length === length).map((name) => ({ name, bytes: Buffer.from(name) })));
  }

  /** The name that stands there, without its quotes; empty for any other. */
  at(bytes: Buffer, start: number, end: number): Name | '' {
    const known = this.byLength[end - start];
    if (known === undefined) return '';
    for (const { name, bytes: wanted } of known) {
      let at = 0;
      while (at < wanted.length && wanted[at] === bytes[start + at]) at += 1;
      if (at === wanted.length) return name;
    }
    return '';
  }
}

interface Known<Name> {
  readonly name: Name;
  readonly bytes: Buffer;
}
