import type { Stats } from 'node:fs';
import type { WasmMemory } from './wasm';

const statBytes = 96;

/** SQLite's memory as bytes and numbers. The memory moves when it grows, so both are looked up anew for each call. */
export class WasmView {
  private memory: WasmMemory | undefined;
  private currentBytes = new Uint8Array(0);
  private currentNumbers = new DataView(new ArrayBuffer(0));

  attach(memory: WasmMemory): void {
    this.memory = memory;
  }

  get numbers(): DataView {
    this.refresh();
    return this.currentNumbers;
  }

  get bytes(): Uint8Array {
    this.refresh();
    return this.currentBytes;
  }

  /** The text up to the next NUL. */
  text(pointer: number): string {
    const { bytes } = this;
    return Buffer.from(bytes.buffer, pointer, bytes.indexOf(0, pointer) - pointer).toString('utf8');
  }

  /** Emscripten's `struct stat` for 32 bits. */
  writeStat(to: number, stat: Stats): void {
    this.bytes.fill(0, to, to + statBytes);
    const view = this.numbers;
    view.setUint32(to, stat.dev >>> 0, true);
    view.setUint32(to + 4, stat.mode, true);
    // SQLite warns about database files with other than one link.
    view.setUint32(to + 8, 1, true);
    view.setBigInt64(to + 24, BigInt(stat.size), true);
    view.setInt32(to + 32, 4096, true);
    view.setInt32(to + 36, Math.ceil(stat.size / 512), true);
    view.setBigInt64(to + 56, BigInt(Math.floor(stat.mtimeMs / 1000)), true);
    view.setBigInt64(to + 88, BigInt(Math.trunc(stat.ino)), true);
  }

  private refresh(): void {
    if (this.memory === undefined) throw new Error('SQLite has no memory yet');
    if (this.currentBytes.buffer === this.memory.buffer) return;
    this.currentBytes = new Uint8Array(this.memory.buffer);
    this.currentNumbers = new DataView(this.memory.buffer);
  }
}
