/** The format is told at https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const walHeaderBytes = 32;
const frameHeaderBytes = 24;
const magicLittleEndian = 0x377f0682;
const magicBigEndian = 0x377f0683;
const walVersion = 3_007_000;
const writeVersionAt = 18;
const readVersionAt = 19;
const rollbackMode = 1;

interface WalHeader {
  readonly pageSize: number;
  readonly salts: readonly [number, number];
  readonly littleEndian: boolean;
  readonly sums: Sums;
}

type Sums = readonly [number, number];

/**
 * The database with what its write-ahead log has committed, as a copy that needs no log: neither file is touched. Frames of an
 * earlier run of the log, torn ones and those that no commit follows are left out, as SQLite itself would do it.
 */
export function withWriteAheadLog(database: Buffer, log: Buffer | undefined): Buffer {
  let image: Buffer = Buffer.from(database);
  const header = log && readHeader(log);
  if (log && header) image = apply(image, log, header);
  if (image.length > readVersionAt) {
    // An image in memory has no place for a log: without these the database would not be opened.
    image[writeVersionAt] = rollbackMode;
    image[readVersionAt] = rollbackMode;
  }
  return image;
}

function readHeader(log: Buffer): WalHeader | undefined {
  if (log.length < walHeaderBytes) return undefined;
  const magic = log.readUInt32BE(0);
  if ((magic !== magicLittleEndian && magic !== magicBigEndian) || log.readUInt32BE(4) !== walVersion) return undefined;
  const littleEndian = magic === magicLittleEndian;
  const pageSize = log.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  const sums = checksum(log, 0, 24, littleEndian, [0, 0]);
  if (sums[0] !== log.readUInt32BE(24) || sums[1] !== log.readUInt32BE(28)) return undefined;
  return { pageSize, salts: [log.readUInt32BE(16), log.readUInt32BE(20)], littleEndian, sums };
}

function apply(database: Buffer, log: Buffer, { pageSize, salts, littleEndian, sums }: WalHeader): Buffer {
  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  let pages = 0;
  let running = sums;
  for (let at = walHeaderBytes; at + frameHeaderBytes + pageSize <= log.length; at += frameHeaderBytes + pageSize) {
    if (log.readUInt32BE(at + 8) !== salts[0] || log.readUInt32BE(at + 12) !== salts[1]) break;
    running = checksum(log, at, 8, littleEndian, running);
    running = checksum(log, at + frameHeaderBytes, pageSize, littleEndian, running);
    if (running[0] !== log.readUInt32BE(at + 16) || running[1] !== log.readUInt32BE(at + 20)) break;
    pending.set(log.readUInt32BE(at), at + frameHeaderBytes);
    const pagesAfterCommit = log.readUInt32BE(at + 4);
    if (pagesAfterCommit === 0) continue;
    for (const [page, from] of pending) committed.set(page, from);
    pending.clear();
    pages = pagesAfterCommit;
  }
  if (pages === 0) return database;
  const image = Buffer.alloc(pages * pageSize);
  database.copy(image);
  for (const [page, from] of committed) {
    // A page behind the end was cut off by a later commit.
    if (page >= 1 && page <= pages) log.copy(image, (page - 1) * pageSize, from, from + pageSize);
  }
  return image;
}

function checksum(bytes: Buffer, start: number, length: number, littleEndian: boolean, [first, second]: Sums): Sums {
  let a = first;
  let b = second;
  for (let at = start; at < start + length; at += 8) {
    a = (a + (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + b) >>> 0;
    b = (b + (littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}
