import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Format: https://www.sqlite.org/fileformat2.html#walformat */
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const PAGE_SIZE_AT = 8;

/** A database file and its write-ahead log, as they lay on the disk at some instant. */
export interface Image {
  readonly db: Buffer;
  readonly wal: Buffer;
}

/** What the disk holds of a database while it is open. */
export function imageOf(file: string): Image {
  return { db: readFileSync(file), wal: readFileSync(`${file}-wal`) };
}

/** Lays an image down as a crash would have left it: without the index, which is in memory. */
export function layDown(file: string, { db, wal }: Image): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, db);
  writeFileSync(`${file}-wal`, wal);
}

/** The lengths of a log at which a frame is complete, that of the header first. */
export function frameEnds({ wal }: Image): number[] {
  const frame = FRAME_HEADER + wal.readUInt32BE(PAGE_SIZE_AT);
  const ends: number[] = [];
  for (let end = WAL_HEADER; end <= wal.length; end += frame) ends.push(end);
  return ends;
}

/** The page sizes and numbers are those of the log: copies the pages of its first `count` frames into the database. */
export function checkpointed(image: Image, count: number): Image {
  const size = image.wal.readUInt32BE(PAGE_SIZE_AT);
  let { db } = image;
  for (const end of frameEnds(image).slice(1, count + 1)) {
    const start = end - size;
    const page = image.wal.readUInt32BE(start - FRAME_HEADER);
    if (db.length < page * size) db = Buffer.concat([db, Buffer.alloc(page * size - db.length)]);
    else if (db === image.db) db = Buffer.from(db);
    image.wal.copy(db, (page - 1) * size, start, end);
  }
  return { db, wal: image.wal };
}

/** The log as it was before its last bytes were written: cut at `length`. */
export function cutAt({ db, wal }: Image, length: number): Image {
  return { db, wal: wal.subarray(0, length) };
}

/** One bit of the log is another. */
export function flipped({ db, wal }: Image, at: number, bit: number): Image {
  const copy = Buffer.from(wal);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return { db, wal: copy };
}
