/**
 * Whose call it is: the log in which it was met first. A table of plain numbers, because a machine may have millions of calls, and a map
 * of them costs ten times the time and memory.
 */
export class CallLedger {
  private hashes = new Float64Array(firstSlots);
  private owners = new Int32Array(firstSlots);
  private used = 0;
  private readonly logs = new Map<string, number>();

  /** What was told of a log before: `marks` as `markOf` made them, one after the other. */
  restore(path: string, marks: string): void {
    for (let at = 0; at + markLength <= marks.length; at += markLength) this.claim(path, parseInt(marks.slice(at, at + markLength), 36));
  }

  /** `first`: nobody had it yet, now it is this log's · `again`: it is this log's already · `elsewhere`: another log has it. */
  claim(path: string, hash: number): 'first' | 'again' | 'elsewhere' {
    const log = this.numberOf(path);
    const slot = this.slotOf(hash);
    const owner = this.owners[slot] ?? 0;
    if (owner !== 0) return owner === log ? 'again' : 'elsewhere';
    this.hashes[slot] = hash;
    this.owners[slot] = log;
    this.used += 1;
    if (this.used * 2 > this.owners.length) this.grow();
    return 'first';
  }

  /** From 1: an owner of 0 is a free slot. */
  private numberOf(path: string): number {
    const known = this.logs.get(path);
    if (known !== undefined) return known;
    this.logs.set(path, this.logs.size + 1);
    return this.logs.size;
  }

  private slotOf(hash: number): number {
    // The table has a power of two as its length.
    const last = this.owners.length - 1;
    let slot = hash & last;
    while (this.owners[slot] !== 0 && this.hashes[slot] !== hash) slot = (slot + 1) & last;
    return slot;
  }

  private grow(): void {
    const { hashes, owners } = this;
    this.hashes = new Float64Array(owners.length * 2);
    this.owners = new Int32Array(owners.length * 2);
    owners.forEach((owner, index) => {
      if (owner === 0) return;
      const hash = hashes[index] ?? 0;
      const slot = this.slotOf(hash);
      this.hashes[slot] = hash;
      this.owners[slot] = owner;
    });
  }
}

const firstSlots = 4096;
const markLength = 11;

/** The hash in eleven characters. */
export function markOf(hash: number): string {
  return hash.toString(36).padStart(markLength, '0');
}

/**
 * 53 bits of a call's key (cyrb53, public domain): among a million calls two are taken for one with a chance of 1 in 20,000. It is not
 * kept as text, because a machine may have millions of calls.
 */
export function hashOfKey(key: string): number {
  return new KeyHash().text(key).value();
}

const lowFactor = 2_654_435_761;
const highFactor = 1_597_334_677;

/** `hashOfKey` of a key in parts, without putting them together. */
export class KeyHash {
  private low = 0xdeadbeef | 0;
  private high = 0x41c6ce57;

  text(text: string): this {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      this.low = Math.imul(this.low ^ code, lowFactor);
      this.high = Math.imul(this.high ^ code, highFactor);
    }
    return this;
  }

  /** ASCII. */
  bytes(bytes: Buffer, start: number, end: number): this {
    let { low, high } = this;
    for (let at = start; at < end; at++) {
      const code = bytes[at] ?? 0;
      low = Math.imul(low ^ code, lowFactor);
      high = Math.imul(high ^ code, highFactor);
    }
    this.low = low;
    this.high = high;
    return this;
  }

  value(): number {
    const low = Math.imul(this.low ^ (this.low >>> 16), 2_246_822_507) ^ Math.imul(this.high ^ (this.high >>> 13), 3_266_489_909);
    const high = Math.imul(this.high ^ (this.high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
    return 4_294_967_296 * (2_097_151 & high) + (low >>> 0);
  }
}
